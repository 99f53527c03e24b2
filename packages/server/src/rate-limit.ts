/** Token buckets: each key may act `burst` times at once and `perSecond` times a second in the long run. */

import { seeded } from '@roost/protocol/seeded-bugs'

/** Read anew at every attempt: a rate may change. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** What holds a pace, in this process or over all of them. */
export interface Limiter {
  /** Takes a token. Resolves to 0, or in how many whole seconds there will be one. */
  take(key: string): Promise<number>
}

/** Limiters of one name share their buckets, wherever processes share any. */
export type MakeLimiter = (name: string, rate: Rate) => Limiter

interface Bucket {
  tokens: number
  at: number
}

/** Keys kept before full buckets are thrown away. */
const SWEEP_ABOVE = 10_000

/** Of one process, which shares with none. */
export const localLimits =
  (now: () => number): MakeLimiter =>
  (_name, rate) => {
    const limiter = new RateLimiter(rate, now)
    return { take: async (key) => limiter.take(key) }
  }

export class RateLimiter {
  readonly #rate: Rate
  readonly #now: () => number
  readonly #buckets = new Map<string, Bucket>()
  #sweepAbove = SWEEP_ABOVE

  constructor(rate: Rate, now: () => number) {
    this.#rate = rate
    this.#now = now
  }

  /** Takes a token. Returns 0, or in how many whole seconds there will be one. */
  take(key: string): number {
    const now = this.#now()
    const { burst, perSecond } = this.#rate
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now }
    const tokens = this.#refilled(bucket, now)
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, at: now })
    if (this.#buckets.size > this.#sweepAbove) this.#sweep(now)
    return tokens >= 1 ? 0 : Math.max(1, Math.ceil((1 - tokens) / perSecond))
  }

  #refilled({ tokens, at }: Bucket, now: number): number {
    const { burst, perSecond } = this.#rate
    const passed = seeded?.('clock-trusted') ? now - at : Math.max(0, now - at)
    return Math.min(burst, tokens + (passed / 1_000) * perSecond)
  }

  #sweep(now: number): void {
    for (const [key, bucket] of this.#buckets)
      if (this.#refilled(bucket, now) >= this.#rate.burst) this.#buckets.delete(key)
    this.#sweepAbove = Math.max(SWEEP_ABOVE, this.#buckets.size * 2)
  }
}
