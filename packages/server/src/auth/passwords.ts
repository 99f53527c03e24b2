/** Which passwords are refused, and why. */
import { limits } from '@roost/protocol'
import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'

import { AppError } from '../errors.ts'

/** Made at the first use: the word lists take a moment to index. */
let judge: ZxcvbnFactory | undefined

/** Of 0 to 4; 3 withstands ten thousand guesses a second for years. */
const SCORE = 3

/** Characters beside one's own names, of which the score takes a row of three for strong. */
const UNKNOWN = 5

/**
 * @param personal what an attacker would try first: the names and addresses of the account, and the words in them
 * @param field what the request calls the password
 */
export function checkPassword(
  password: string,
  personal: readonly string[],
  field = 'password',
): void {
  const refuse = (
    reason: 'password_short' | 'password_long' | 'password_common' | 'password_guessable',
    message: string,
  ) => new AppError('bad_request', message, { field, reason })
  if (password.length < limits.passwordMin)
    throw refuse('password_short', `A password has at least ${limits.passwordMin} characters.`)
  if (password.length > limits.passwordMax)
    throw refuse('password_long', `A password has at most ${limits.passwordMax} characters.`)
  judge ??= new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    maxLength: limits.passwordMax,
  })
  const known = wordsOf(personal)
  const { score, sequence } = judge.check(password, [...known, 'roost'])
  if (score >= SCORE && without(known, password).length >= UNKNOWN) return
  const isListed = sequence.length === 1 && sequence[0]?.pattern === 'dictionary'
  if (isListed)
    throw refuse(
      'password_common',
      'This password, or one close to it, is on every attacker’s list. Take three or four unrelated words.',
    )
  throw refuse(
    'password_guessable',
    'This password is easy to guess: names, dates, repetitions and keyboard rows do not help. Take three or four unrelated words.',
  )
}

/** Names and addresses, and the words in them, longest first. */
function wordsOf(texts: readonly string[]): string[] {
  return texts
    .flatMap((text) => [text, ...text.split(/[^\p{L}\p{M}\p{N}]+/u)])
    .map((word) => word.toLowerCase())
    .filter((word) => word.length > 1)
    .toSorted((a, b) => b.length - a.length)
}

function without(words: readonly string[], password: string): string {
  return words.reduce((rest, word) => rest.replaceAll(word, ''), password.toLowerCase())
}
