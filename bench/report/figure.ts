/** What was measured several times: the middle of the runs, and how far they lay apart. */

export interface Figure {
  readonly median: number
  /** The lowest and the highest run. */
  readonly low: number
  readonly high: number
}

export function figureOf(runs: readonly number[]): Figure {
  return { median: quantile(runs, 0.5), low: quantile(runs, 0), high: quantile(runs, 1) }
}

/** @param part from 0, the lowest, to 1, the highest */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * part
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]]
  if (below === undefined || above === undefined) throw new Error('Nothing was measured.')
  return below + (above - below) * (place % 1)
}

/** Three digits that count, and commas between thousands. */
export function formatNumber(value: number): string {
  const digits = Number.isInteger(value) && Math.abs(value) < 1_000 ? 1 : 3
  return value.toLocaleString('en', {
    minimumSignificantDigits: digits,
    maximumSignificantDigits: 3,
  })
}
