/** Random choices that come out the same for the same seed. */

export interface Chance {
  /** A number in [0, 1). */
  readonly fraction: () => number
  /** A whole number from 0 to `bound` - 1. */
  below(bound: number): number
  /** Whether something that happens with this probability happens. */
  happens(probability: number): boolean
  pick<T>(list: readonly T[]): T
  /** Choices of their own for a part of the run: what is asked of one does not move the other. */
  part(name: string): Chance
}

export function createChance(seed: number): Chance {
  let state = seed >>> 0
  // mulberry32: small, fast, and good enough to choose faults.
  const fraction = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(fraction() * bound)
  return {
    fraction,
    below,
    happens: (probability) => fraction() < probability,
    pick(list) {
      const item = list[below(list.length)]
      if (item === undefined) throw new Error('There is nothing to pick from.')
      return item
    },
    part: (name) => createChance(hash(`${seed} ${name}`)),
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193) >>> 0
  return value
}
