/**
 * What somebody typed into the search field. Every word finds words that begin with it; what stands
 * in quotes is found exactly; all of it must be there. Anything may be typed, nothing is refused.
 */
import { tokenize } from './tokenize.ts'

/** Words that follow one another: `example.com` is two of them, `北京` as well. */
export interface Phrase {
  readonly words: readonly string[]
  /** The last one may go on. */
  readonly open: boolean
}

/** Those beyond are not looked for. */
const PHRASES_MAX = 16

/** A quotation, closed or still being typed, or a run of anything else. */
const part = /["“”„«»]([^"“”„«»]*)(["“”„«»]?)|[^\s"“”„«»]+/gu

export function parseQuery(text: string): Phrase[] {
  const phrases = new Map<string, Phrase>()
  for (const [whole, quoted, closed] of text.matchAll(part)) {
    const words = tokenize(quoted ?? whole)
    const open = !closed
    if (words.length > 0) phrases.set(`${open} ${words.join(' ')}`, { words, open })
  }
  return [...phrases.values()].slice(0, PHRASES_MAX)
}

/** Whether a text has all of it: the rule that an index must follow. */
export function matches(phrases: readonly Phrase[], text: string): boolean {
  return matchWords(phrases, tokenize(text))
}

export function matchWords(phrases: readonly Phrase[], words: readonly string[]): boolean {
  return phrases.every((phrase) => words.some((_word, at) => standsAt(phrase, words, at)))
}

function standsAt({ words, open }: Phrase, text: readonly string[], at: number): boolean {
  return words.every((word, index) => {
    const there = text[at + index]
    if (there === undefined) return false
    return open && index === words.length - 1 ? there.startsWith(word) : there === word
  })
}
