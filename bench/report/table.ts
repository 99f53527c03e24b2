/** A table of figures, as Markdown that reads well in a terminal and lies in the documents as it is. */
import { formatNumber, type Figure } from './figure.ts'

export type Cell = string | number | Figure

/** Columns whose first cell is a figure are aligned to the right, with the spread behind the median. */
export function formatTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows.map((row) => row.map(formatCell))]
  const isRight = head.map((_, at) => typeof (rows[0]?.[at] ?? '') !== 'string')
  const widths = head.map((_, at) => Math.max(3, ...texts.map((row) => (row[at] ?? '').length)))
  const pad = (text: string, at: number) => {
    const space = ' '.repeat((widths[at] ?? 0) - text.length)
    return isRight[at] ? space + text : text + space
  }
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const [first = [], ...others] = texts.map((row) => line(row.map(pad)))
  const rule = line(widths.map((width, at) => '-'.repeat(width - 1) + (isRight[at] ? ':' : '-')))
  return [first, rule, ...others].join('\n')
}

function formatCell(cell: Cell): string {
  if (typeof cell === 'string') return cell
  if (typeof cell === 'number') return formatNumber(cell)
  const { median, low, high } = cell
  if (low === high) return formatNumber(median)
  return `${formatNumber(median)} (${formatNumber(low)}–${formatNumber(high)})`
}
