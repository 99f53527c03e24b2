/** Waiting between attempts: full jitter between half a second and a limit that doubles up to 30 s. */
import { ApiError } from './errors.ts'

const shortest = 500
const longest = 30_000

/**
 * Milliseconds to wait before the next attempt.
 * @param failures how many attempts have failed in a row, from 1
 * @param random a number in [0, 1)
 */
export function backOff(failures: number, random: number): number {
  const limit = Math.min(longest, shortest * 2 ** Math.min(failures, 10))
  return Math.round(shortest + random * (limit - shortest))
}

/** The same, or what the server asked for: it is there, and knows better. */
export function backOffAfter(error: unknown, failures: number, random: number): number {
  const asked = error instanceof ApiError ? error.retryAfter : undefined
  if (asked === undefined) return backOff(failures, random)
  return Math.max(asked * 1000, backOff(1, random))
}
