/**
 * Words and questions in the language of PostgreSQL. Words are letters, digits, emoji, `++` and `#`:
 * nothing ends a string.
 */
import type { Phrase } from './query.ts'

/** PostgreSQL knows the places of so many words of a text, and so many of one word: others it forgets. */
const PLACES = 16_000
const PLACES_OF_WORD = 255

/** The words of a text, and whether their places are all there. */
export function vectorOf(words: readonly string[]): { vector: string; placed: boolean } {
  const placed = words.length <= PLACES && mostOf(words) <= PLACES_OF_WORD
  const vector = placed
    ? words.map((word, at) => `'${word}':${at + 1}`)
    : [...new Set(words)].map((word) => `'${word}'`)
  return { vector: vector.join(' '), placed }
}

/** How often the most frequent of them is there. */
function mostOf(words: readonly string[]): number {
  const counts = new Map<string, number>()
  let most = 0
  for (const word of words) {
    const count = (counts.get(word) ?? 0) + 1
    counts.set(word, count)
    most = Math.max(most, count)
  }
  return most
}

/** @param between what joins the words of a phrase: all of them anywhere, or one after another */
export function queryOf(phrases: readonly Phrase[], between: '&' | '<->'): string {
  return phrases
    .map(({ words, open }) =>
      words
        .map((word, at) => `'${word}'${open && at === words.length - 1 ? ':*' : ''}`)
        .join(` ${between} `),
    )
    .map((phrase) => `(${phrase})`)
    .join(' & ')
}
