/** What every kind of limits promises: one suite, run on each of them. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Limiter, MakeLimiter } from './rate-limit.ts'

export interface LimitsUnderTest {
  readonly makeLimiter: MakeLimiter
  stop(): Promise<void>
}

export function describeLimits(name: string, start: () => Promise<LimitsUnderTest>): void {
  const times = (count: number, limiter: Limiter, key: string) =>
    Promise.all(Array.from({ length: count }, () => limiter.take(key)))

  describe(`the contract of limits: ${name}`, () => {
    let under: LimitsUnderTest
    beforeEach(async () => {
      under = await start()
    })
    afterEach(() => under.stop())

    test('a burst is let pass and no more, also when all come at once', async () => {
      const limiter = under.makeLimiter('sends', { burst: 50, perSecond: 0.001 })
      const waits = await times(2_000, limiter, 'alice')
      expect(waits.filter((wait) => wait === 0)).toHaveLength(50)
    })

    test('says in how many whole seconds the next token comes', async () => {
      const limiter = under.makeLimiter('sends', { burst: 10, perSecond: 10 / 60 })
      await times(10, limiter, 'alice')
      expect(await limiter.take('alice')).toBe(6)
      const slow = under.makeLimiter('mails', { burst: 1, perSecond: 1 / 300 })
      expect([await slow.take('alice'), await slow.take('alice')]).toEqual([0, 300])
    })

    test('keys do not share, and neither do limiters', async () => {
      const rate = { burst: 1, perSecond: 0.001 }
      const [sends, searches] = [
        under.makeLimiter('sends', rate),
        under.makeLimiter('searches', rate),
      ]
      const takes = [sends.take('alice'), sends.take('bob'), searches.take('alice')]
      expect(await Promise.all(takes)).toEqual([0, 0, 0])
      expect(await sends.take('alice')).toBeGreaterThan(0)
    })

    test('tokens come back at their rate, never faster', async () => {
      const rate = { burst: 5, perSecond: 100 }
      const limiter = under.makeLimiter('requests', rate)
      const startedAt = performance.now()
      let passed = 0
      while (passed < 30) if ((await limiter.take('alice')) === 0) passed += 1
      const seconds = (performance.now() - startedAt) / 1_000
      // Clocks count whole milliseconds.
      expect(passed).toBeLessThanOrEqual(rate.burst + (seconds + 0.01) * rate.perSecond)
    })

    test('a rate may change', async () => {
      const rate = { burst: 1, perSecond: 0.001 }
      const limiter = under.makeLimiter('requests', rate)
      expect(await times(2, limiter, 'alice')).toEqual([0, 1_000])
      rate.perSecond = 1
      expect(await limiter.take('alice')).toBe(1)
    })
  })
}
