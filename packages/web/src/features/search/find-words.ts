/** Owns where the words of a search occur in a message, and which part of the message is shown. */
import { fold } from '@roost/protocol'

import { matchRanges } from '../../ui/match-ranges.ts'

type Range = readonly [start: number, end: number]

const words = /[\p{L}\p{N}\p{M}\p{Extended_Pictographic}]+/gu
const endsInWord = /[\p{L}\p{N}]\p{M}*$/u
/** Scripts that put no spaces between words. */
const unspaced =
  /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]$/u

/** Letters that the search of the server takes for others, and that no folding of accents takes apart. */
const letters = new Map(
  Object.entries({
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    ł: 'l',
    þ: 'th',
    ı: 'i',
    ς: 'σ',
  }),
)
const letter = new RegExp(`[${[...letters.keys()].join('')}]`, 'gu')

function alike(text: string): string {
  return fold(text).replace(letter, (found) => letters.get(found) ?? found)
}

/** Where words of the query begin words of the text, in order; accents and case do not count. */
export function wordRanges(text: string, query: string): Range[] {
  const found: Range[] = (query.match(words) ?? []).flatMap((word) =>
    matchRanges(text, word, alike).filter(([start]) => beginsWord(text, start)),
  )
  const merged: Range[] = []
  for (const range of found.toSorted(([a], [b]) => a - b)) {
    const last = merged.at(-1)
    if (last && range[0] < last[1])
      merged[merged.length - 1] = [last[0], Math.max(last[1], range[1])]
    else merged.push(range)
  }
  return merged
}

function beginsWord(text: string, start: number): boolean {
  const before = text.slice(Math.max(0, start - 16), start)
  return !endsInWord.test(before) || unspaced.test(before)
}

/** At most about `length` characters around the first match, on one line. */
export function snippetOf(body: string, query: string, length: number): string {
  const text = body.replace(/\s+/gu, ' ').trim()
  if (text.length <= length) return text
  const first = wordRanges(text, query)[0]?.[0] ?? 0
  let from = first < length / 2 ? 0 : first - Math.floor(length / 4)
  if (from > 0) {
    // From the beginning of a word, where there is one near.
    const space = text.indexOf(' ', from)
    if (space !== -1 && space < first) from = space + 1
  }
  // Half a character at an end goes.
  const part = text
    .slice(from, from + length)
    .toWellFormed()
    .replace(/^\uFFFD|\uFFFD$/gu, '')
  return `${from > 0 ? '… ' : ''}${part.trim()}${from + length < text.length ? '…' : ''}`
}
