/** Mints the ids of writes so that their order is the order in which they were made. */
import { uuidv7 } from '@roost/protocol'

import type { Clock } from './options.ts'

export interface Mint {
  (): string
  /** From now on all ids sort after this one, whatever the clock says. */
  follow(id: string): void
}

export function createMint(clock: Clock, random: () => number): Mint {
  let last = 0
  const mint = () => {
    // Two in one millisecond would sort by chance: the later one takes the next.
    last = Math.max(clock.now(), last + 1)
    return uuidv7(last, random)
  }
  return Object.assign(mint, {
    follow(id: string) {
      last = Math.max(last, timeOf(id))
    },
  })
}

/** The 48 bits of time that a UUIDv7 begins with; 0 for anything else. */
function timeOf(id: string): number {
  const time = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
  return id[14] === '7' ? time : 0
}
