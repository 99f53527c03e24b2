/** `drawBars`: an SVG of this beside that, a bar for each with the spread of its runs as a whisker. */
import { formatNumber, type Figure } from './figure.ts'
import { line, paper, round, text, widthOf } from './paper.ts'
import { zeroScale } from './scale.ts'

export interface Bars {
  readonly title: string
  /** What the bars count, with its unit. */
  readonly axis: string
  readonly groups: readonly BarGroup[]
}
export interface BarGroup {
  /** Written above its bars, unless it is the only one. */
  readonly name: string
  readonly bars: readonly Bar[]
}
export interface Bar {
  readonly name: string
  readonly figure: Figure
  /** The one that the picture is about. */
  readonly isOurs?: boolean
}

const WIDTH = 760
const EDGE = 20
const TOP = 70
const ROW = 28
const THICK = 16
const HEAD = 26

export function drawBars({ title, axis, groups }: Bars): string {
  const all = groups.flatMap(({ bars }) => bars)
  const left = EDGE + 10 + Math.max(...all.map(({ name }) => widthOf(name)))
  const right = WIDTH - EDGE - 56
  const scale = zeroScale(Math.max(...all.map(({ figure }) => figure.high)), {
    from: left,
    to: right,
  })
  const hasHeads = groups.length > 1
  const parts: string[] = []
  let y = TOP
  for (const { name, bars } of groups) {
    if (hasHeads) parts.push(text(name, { x: EDGE, y: (y += HEAD) - 8, class: 'strong' }))
    for (const bar of bars) {
      parts.push(...drawBar(bar, { y, left, place: (value) => scale.place(value) }))
      y += ROW
    }
  }
  const grid = scale.ticks.flatMap(({ at, label }) => [
    line('grid', [scale.place(at), TOP], [scale.place(at), y]),
    text(label, { x: scale.place(at), y: y + 18, anchor: 'middle' }),
  ])
  return paper({
    width: WIDTH,
    height: y + 34,
    name: title,
    parts: [
      text(title, { x: EDGE, y: 32, class: 'title' }),
      text(axis, { x: EDGE, y: 54 }),
      ...grid,
      ...parts,
    ],
  })
}

function drawBar(
  { name, figure, isOurs }: Bar,
  on: { y: number; left: number; place: (value: number) => number },
): string[] {
  const { y, left, place } = on
  const { median, low, high } = figure
  const middle = y + ROW / 2
  const end = place(median)
  const fill = isOurs ? 'bar' : 'plain'
  const whisker =
    low === high
      ? []
      : [
          line('whisker', [place(low), middle], [place(high), middle]),
          ...[low, high].map((value) =>
            line('whisker', [place(value), middle - 4], [place(value), middle + 4]),
          ),
        ]
  return [
    text(name, { x: left - 10, y: middle + 4, anchor: 'end', class: isOurs ? 'strong' : 'name' }),
    `<rect class="${fill}" x="${round(left)}" y="${middle - THICK / 2}" width="${round(Math.max(1, end - left))}" height="${THICK}" rx="2"/>`,
    ...whisker,
    text(formatNumber(median), {
      x: Math.max(end, place(high)) + 8,
      y: middle + 4,
      class: 'strong over',
    }),
  ]
}
