/** The line of passwords that wait to be hashed: a tenth of a second of a thread each, on purpose. */
import { Turns } from '../turns.ts'

/** One for the process, as its threads are. */
export const hashing = new Turns({
  atOnce: 2,
  waiting: 100,
  refusal: 'Too many people are signing in. Try again in a moment.',
  retryAfter: 3,
})
