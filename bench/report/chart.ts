/**
 * `drawChart`: an SVG of lines over a growing number, each with its name at its end and the spread of
 * its runs as a band around it.
 */
import type { Figure } from './figure.ts'
import { line, paper, round, series as coloured, sizes, text, widthOf } from './paper.ts'
import { logScale, zeroScale, type Scale } from './scale.ts'

export interface Chart {
  /** What the picture shows, or the question that it answers. */
  readonly title: string
  readonly x: { readonly title: string; readonly scale: 'log' | 'zero' }
  /** Its title names the unit. */
  readonly y: { readonly title: string; readonly scale: 'log' | 'zero' }
  /** At most six. */
  readonly series: readonly Series[]
  /** A line to stay below, or above. */
  readonly limit?: { readonly value: number; readonly name: string }
}
export interface Series {
  readonly name: string
  readonly points: readonly Point[]
}
export interface Point extends Figure {
  /** Where on the x axis. */
  readonly at: number
}

const SIZE = { width: 760, height: 400 }
const TOP = 74
const BOTTOM = 54
const EDGE = 20
/** Between two lines of text. */
const ROW = 16

interface Plot {
  readonly x: Scale
  readonly y: Scale
  readonly left: number
  readonly right: number
}

export function drawChart(chart: Chart): string {
  if (chart.series.length > coloured) throw new Error('A chart of so many lines shows nothing.')
  const plot = layOut(chart)
  const { left, right } = plot
  return paper({
    ...SIZE,
    name: chart.title,
    parts: [
      text(chart.title, { x: EDGE, y: 32, class: 'title' }),
      text(chart.y.title, { x: EDGE, y: 54 }),
      text(chart.x.title, { x: (left + right) / 2, y: SIZE.height - 16, anchor: 'middle' }),
      ...drawAxes(plot),
      ...chart.series.flatMap((series, at) => drawSeries(series, at, plot)),
      ...drawLimit(chart, plot),
      ...nameLines(chart.series, plot),
    ],
  })
}

function layOut({ x, y, series, limit }: Chart): Plot {
  const points = series.flatMap((each) => each.points)
  const medians = points.map(({ median }) => median)
  // One run that was out of the ordinary is not to press all others down.
  const most = 1.6 * Math.max(...medians, limit?.value ?? 0)
  const highs = points.map(({ high }) => Math.min(high, most))
  const heights = limit ? [...highs, limit.value * 1.1] : highs
  const tall = { from: SIZE.height - BOTTOM, to: TOP }
  const vertical =
    y.scale === 'log'
      ? logScale([...heights, ...medians], tall, 0.15)
      : zeroScale(Math.max(...heights), tall)
  const left = EDGE + 8 + Math.max(...vertical.ticks.map(({ label }) => widthOf(label)))
  const right = SIZE.width - EDGE - 12 - Math.max(...series.map(({ name }) => widthOf(name)))
  const places = points.map(({ at }) => at)
  const wide = { from: left, to: right }
  const horizontal =
    x.scale === 'log' ? logScale(places, wide, 0.1) : zeroScale(Math.max(...places), wide)
  return { x: horizontal, y: vertical, left, right }
}

function drawAxes({ x, y, left, right }: Plot): string[] {
  const bottom = SIZE.height - BOTTOM
  const rows = y.ticks.flatMap(({ at, label }) => {
    const height = y.place(at)
    return [
      line('grid', [left, height], [right, height]),
      text(label, { x: left - 8, y: height + 4, anchor: 'end' }),
    ]
  })
  const columns = x.ticks.flatMap(({ at, label }) => [
    line('axis', [x.place(at), bottom], [x.place(at), bottom + 5]),
    text(label, { x: x.place(at), y: bottom + 19, anchor: 'middle' }),
  ])
  return [...rows, line('axis', [left, bottom], [right, bottom]), ...columns]
}

function drawSeries({ points }: Series, at: number, { x, y }: Plot): string[] {
  const inside = (value: number) =>
    Math.min(Math.max(y.place(value), TOP - 8), SIZE.height - BOTTOM)
  const place = (point: Point, value: number) =>
    `${round(x.place(point.at))},${round(inside(value))}`
  const upper = points.map((point) => place(point, point.high))
  const lower = points.toReversed().map((point) => place(point, point.low))
  return [
    `<polygon class="spread${at}" points="${[...upper, ...lower].join(' ')}"/>`,
    `<polyline class="line${at}" points="${points.map((point) => place(point, point.median)).join(' ')}"/>`,
    ...points.map((point) => {
      const [cx, cy] = [round(x.place(point.at)), round(inside(point.median))]
      return `<circle class="dot${at}" cx="${cx}" cy="${cy}" r="4"/>`
    }),
  ]
}

function drawLimit({ limit }: Chart, { y, left, right }: Plot): string[] {
  if (!limit) return []
  const height = y.place(limit.value)
  return [
    line('limit', [left, height], [right, height]),
    text(limit.name, { x: left + 6, y: height - 6, class: 'over' }),
  ]
}

/** Beside their last points, moved apart where those are close to each other. */
function nameLines(series: readonly Series[], { x, y, right }: Plot): string[] {
  const ends = series.map(({ name, points }, at) => {
    const last = points.at(-1)
    const wanted = last ? y.place(last.median) : 0
    return { name, at, x: last ? x.place(last.at) + 10 : right, wanted }
  })
  const top = TOP
  const bottom = SIZE.height - BOTTOM
  const sorted = ends.toSorted((a, b) => a.wanted - b.wanted)
  let lowest = top - ROW
  const placed = sorted.map((end) => ({ ...end, y: (lowest = Math.max(end.wanted, lowest + ROW)) }))
  // What was pushed out at the bottom goes back up.
  let highest = bottom + ROW
  const settled = placed.toReversed().map((end) => {
    highest = Math.min(end.y, highest - ROW)
    return { ...end, y: highest }
  })
  return settled.map((end) =>
    text(end.name, { x: end.x, y: end.y + sizes.text / 3, class: `name${end.at} over` }),
  )
}
