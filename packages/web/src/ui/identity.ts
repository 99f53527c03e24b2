/** Owns how a person or room without a picture is told apart: a hue from the id, letters from the name. */

export const hues = ['clay', 'amber', 'straw', 'moss', 'sea', 'harbour', 'dusk', 'heather'] as const
export type Hue = (typeof hues)[number]

/** The same id has the same hue on every device and in every version (FNV-1a over its characters). */
export function hueOf(id: string): Hue {
  let hash = 0x811c9dc5
  for (const character of id) {
    hash ^= character.codePointAt(0) ?? 0
    hash = Math.imul(hash, 0x01000193)
  }
  return hues[(hash >>> 0) % hues.length] ?? 'clay'
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })
const hasCase = /^[\p{Lu}\p{Ll}\p{Lt}]/u
const han = /^\p{Script=Han}+$/u
/** What stands behind a free-standing dot, dash, bar or bracket is not part of the name proper. */
const aside = /\s+[·•–—|(\-[].*$/u

function firstLetter(word: string): string | undefined {
  for (const { segment } of graphemes.segment(word)) {
    if (/^[\p{L}\p{N}]/u.test(segment)) return segment.toLocaleUpperCase()
  }
  return undefined
}

/**
 * The letters on an avatar: first and last word's in scripts with capitals ("Lucía Ferrer" → "LF"),
 * one sign in all others ("ليلى حداد" → "ل"), the given name's in Chinese ("陈静" → "静").
 */
export function initialsOf(name: string): string {
  const trimmed = name.trim()
  if (han.test(trimmed)) return [...graphemes.segment(trimmed)].at(-1)?.segment ?? ''
  const letters = trimmed
    .replace(aside, '')
    .split(/\s+/u)
    .map(firstLetter)
    .filter((letter) => letter !== undefined)
  const first = letters[0] ?? [...graphemes.segment(trimmed)][0]?.segment ?? '?'
  const last = letters.at(-1)
  if (letters.length < 2 || last === undefined) return first
  return hasCase.test(first) && hasCase.test(last) ? first + last : first
}
