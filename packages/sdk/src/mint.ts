/** Mints the ids of writes so that their order is the order in which they were made. */
import { uuidv7 } from '@roost/protocol'

import type { Clock } from './options.ts'

export type Mint = () => string

export function createMint(clock: Clock, random: () => number): Mint {
  let last = 0
  return () => {
    // Two in one millisecond would sort by chance: the later one takes the next.
    last = Math.max(clock.now(), last + 1)
    return uuidv7(last, random)
  }
}
