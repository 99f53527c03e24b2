/** From values to places on an axis, and which values are written beside it. */
import { formatNumber } from './figure.ts'

export interface Scale {
  place(value: number): number
  readonly ticks: readonly { readonly at: number; readonly label: string }[]
}
interface Span {
  readonly from: number
  readonly to: number
}

/** From zero to a round number above all values. */
export function zeroScale(highest: number, pixels: Span): Scale {
  const STEPS = 5
  const step = roundUp((highest || 1) / STEPS)
  const end = Math.ceil((highest || 1) / step - 1e-9) * step
  const values = Array.from({ length: Math.round(end / step) + 1 }, (_, at) => at * step)
  return {
    place: (value) => pixels.from + ((pixels.to - pixels.from) * value) / end,
    ticks: values.map(toTick),
  }
}

/** Over the powers of ten that hold all values; between few of them 2 and 5 are marked as well. */
export function logScale(values: readonly number[], pixels: Span, room = 0): Scale {
  const positive = values.filter((value) => value > 0)
  const from = Math.log10(Math.min(...positive)) - room
  const to = Math.max(Math.log10(Math.max(...positive)) + room, from + 0.1)
  const [lowest, highest] = [Math.floor(from), Math.ceil(to)]
  const powers = Array.from({ length: highest - lowest + 1 }, (_, at) => 10 ** (lowest + at))
  const isInside = (value: number) =>
    Math.log10(value) >= from - 1e-9 && Math.log10(value) <= to + 1e-9
  const isShort = powers.filter(isInside).length < 3
  const marked = isShort ? powers.flatMap((power) => [power, 2 * power, 5 * power]) : powers
  return {
    place: (value) =>
      pixels.from +
      ((pixels.to - pixels.from) * (Math.log10(Math.max(value, 10 ** from)) - from)) / (to - from),
    ticks: marked.filter(isInside).map(toTick),
  }
}

/** The next round number. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  const step = [1, 2, 2.5, 5, 10].find((each) => each * power >= value * (1 - 1e-9)) ?? 10
  return step * power
}

const toTick = (value: number) => ({ at: value, label: labelOf(value) })

function labelOf(value: number): string {
  const MILLION = 1e6
  const exact = Number(value.toPrecision(12))
  return exact >= MILLION
    ? `${formatNumber(exact / MILLION)} M`
    : exact.toLocaleString('en', { maximumSignificantDigits: 6 })
}
