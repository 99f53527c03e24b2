/** What commands show of lists and things: aligned for people, or JSON for programs. */
import type { Output } from './command.ts'

export type Cell = string | number | null | undefined

/** Of a list, unless somebody asks for more. */
export const SHOWN = 100
const PAGE = 100

/** The first `limit` of a paged list, and whether there are more. */
export async function collect<T>(
  limit: number,
  readPage: (place: { cursor?: string; limit: number }) => Promise<{
    items: readonly T[]
    nextCursor?: string
  }>,
): Promise<{ items: T[]; more: boolean }> {
  const items: T[] = []
  let cursor: string | undefined
  for (;;) {
    const page = await readPage({
      limit: Math.min(PAGE, limit - items.length),
      ...(cursor !== undefined && { cursor }),
    })
    items.push(...page.items)
    cursor = page.nextCursor
    if (cursor === undefined || items.length >= limit) return { items, more: cursor !== undefined }
  }
}

export interface Listing<T> {
  readonly items: readonly T[]
  readonly more?: boolean
  readonly json: boolean
  readonly headings: readonly string[]
  readonly row: (item: T) => readonly Cell[]
  /** Said when there is nothing. */
  readonly none: string
}

export function showList<T>(output: Output, listing: Listing<T>): void {
  const { items, more = false, json, headings, row, none } = listing
  if (json) showJson(output, items)
  else if (items.length === 0) output.line(none)
  else for (const line of alignRows([headings, ...items.map(row)])) output.line(line)
  if (more) output.problem(`These are the first ${items.length}: --limit shows more.`)
}

/** One thing, a line for each of its facts. */
export function showFacts(output: Output, facts: readonly (readonly [string, Cell])[]): void {
  for (const line of alignRows(facts)) output.line(line)
}

/** Line by line: what travels to the terminal does so in pieces. */
export function showJson(output: Output, value: unknown): void {
  for (const line of JSON.stringify(value, null, 2).split('\n')) output.line(line)
}

function alignRows(rows: readonly (readonly Cell[])[]): string[] {
  const texts = rows.map((row) => row.map((cell) => (cell ?? '–').toString()))
  const columns = Math.max(0, ...texts.map((row) => row.length))
  const widths = Array.from({ length: columns }, (_, at) =>
    texts.reduce((width, row) => Math.max(width, widthOf(row[at] ?? '')), 0),
  )
  return texts.map((row) =>
    row
      .map((text, at) => text + ' '.repeat((widths[at] ?? 0) - widthOf(text)))
      .join('  ')
      .trimEnd(),
  )
}

const letters = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const wide =
  /[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{Emoji_Presentation}\u3000-\u303F\uFF01-\uFF60]/u

/** In columns of a terminal, where a Chinese letter takes two. */
function widthOf(text: string): number {
  let width = 0
  for (const { segment } of letters.segment(text)) width += wide.test(segment) ? 2 : 1
  return width
}

/** A time as it reads in logs; `–` for none. */
export function time(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString().slice(0, 16).replace('T', ' ')
}

/** Text of any length on one line. */
export function oneLine(text: string, max = 60): string {
  const line = text.replace(/\s+/g, ' ').trim()
  const kept = Array.from(letters.segment(line), ({ segment }) => segment)
  return kept.length <= max ? line : `${kept.slice(0, max - 1).join('')}…`
}

export function bytes(count: number | null): string | null {
  if (count === null) return null
  const exponent = Math.min(4, Math.floor(Math.log2(Math.max(1, count)) / 10))
  const value = count / 1024 ** exponent
  const digits = exponent === 0 || value >= 100 ? 0 : 1
  return `${value.toFixed(digits)} ${['bytes', 'kB', 'MB', 'GB', 'TB'][exponent]}`
}
