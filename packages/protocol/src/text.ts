import * as z from 'zod/mini'

import { limits } from './limits.ts'

/** Control characters other than tab and newline, and halves of surrogate pairs. */
const unprintable = /[^\P{Cc}\t\n]|\p{Cs}/u
const controls = /\p{Cc}|\p{Cs}/u
/** Characters that show nothing by themselves: joiners, fillers, variation selectors. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu
/** Turn the reading direction of whatever follows, beyond the name they stand in. */
const directions = /[\u202A-\u202E\u2066-\u2069]/

const isBlank = (text: string) => text.replace(invisible, '').trim() === ''

/** What a person wrote: tab and newline are text, other control characters are not, blank is nothing. */
export const messageText = z.string().check(
  z.refine((text) => !isBlank(text), 'Write something first.'),
  z.refine((text) => !unprintable.test(text), 'The text contains control characters.'),
  z.refine((text) => text.length <= limits.messageLength, {
    error: `A message has at most ${limits.messageLength} characters.`,
    params: { code: 'too_large' },
  }),
)

/** One line of text, such as a name: trimmed, in Unicode's composed form, 1 to `max` characters. */
export const line = (max: number) =>
  z.string().check(
    z.maxLength(max, { abort: true }),
    z.normalize('NFC'),
    z.trim(),
    z.refine((text) => !isBlank(text), 'This may not be blank.'),
    z.refine(
      (text) => !controls.test(text) && !directions.test(text),
      'This may not contain line breaks or control characters.',
    ),
  )

/**
 * One emoji as Unicode recommends it for interchange, skin tone and all: what a reaction may be.
 * @see https://unicode.org/reports/tr51/#def_rgi_set
 */
export const emoji = z
  .string()
  .check(z.maxLength(64), z.regex(/^\p{RGI_Emoji}$/v, 'This is not one emoji.'))

/** What someone types into a search field; blank means no filter. */
export const query = z.optional(z.string().check(z.maxLength(limits.queryMax)))

const usernameRule = {
  error: `A user name has ${limits.userNameMin} to ${limits.userNameMax} letters, digits, dots, dashes or underscores.`,
  params: { reason: 'username_invalid' },
}
/**
 * Letters and digits of any script plus `. _ -`. Compared through {@link normalizeUsername}.
 * 2 to 32 characters.
 */
export const username = z.string().check(
  // Normalizing takes time that grows with the square of a row of accents.
  z.refine((name) => name.length <= limits.userNameMax * 4, { ...usernameRule, abort: true }),
  z.normalize('NFKC'),
  z.refine((name) => usernamePattern.test(name), usernameRule),
)
/** No invisible ones among them: two names that look alike would be two people. */
const usernamePattern = /^(?!.*\p{Default_Ignorable_Code_Point})[\p{L}\p{M}\p{N}._-]{2,32}$/u

/** The form in which two user names are the same name. */
export function normalizeUsername(name: string): string {
  return name.normalize('NFKC').toLowerCase()
}

/** The form in which names are searched: accents and case do not count, in any script. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().normalize('NFC')
}

/** Removes what {@link messageText} refuses. Returns the text and how many characters went. */
export function stripControls(text: string): { text: string; removed: number } {
  const clean = text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\t\n]/gu, '')
  return { text: clean, removed: text.length - clean.length }
}
