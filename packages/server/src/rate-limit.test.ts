import { expect, test } from 'vitest'

import { describeLimits } from './rate-limit-contract.ts'
import { localLimits, RateLimiter } from './rate-limit.ts'

describeLimits('of one process', async () => ({
  makeLimiter: localLimits(() => Date.now()),
  stop: async () => {},
}))

function limiter(burst: number, perSecond: number) {
  const clock = { now: 1_000_000 }
  return { clock, limiter: new RateLimiter({ burst, perSecond }, () => clock.now) }
}

test('a key acts in a burst and then at its rate', () => {
  const { clock, limiter: rate } = limiter(3, 2)
  const take = () => rate.take('alice')
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 1])
  clock.now += 500
  expect([take(), take()]).toEqual([0, 1])
  clock.now += 60_000
  expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 1])
})

test('keys do not share', () => {
  const { limiter: rate } = limiter(1, 1)
  expect([rate.take('alice'), rate.take('bob'), rate.take('alice')]).toEqual([0, 0, 1])
})

test('says after how many whole seconds the next token comes, and it does', () => {
  const { clock, limiter: rate } = limiter(10, 10 / 60)
  for (let at = 0; at < 10; at++) rate.take('alice')
  const wait = rate.take('alice')
  expect(wait).toBe(6)
  clock.now += wait * 1_000
  expect(rate.take('alice')).toBe(0)
})

test('asking while empty costs nothing, and a clock set back gives nothing', () => {
  const { clock, limiter: rate } = limiter(1, 1)
  rate.take('alice')
  for (let at = 0; at < 100; at++) rate.take('alice')
  clock.now -= 10_000
  expect(rate.take('alice')).toBe(1)
  clock.now += 1_000
  expect(rate.take('alice')).toBe(0)
})

test('keys without number neither pile up nor free one that is at its limit', () => {
  const { clock, limiter: rate } = limiter(2, 1)
  for (let at = 0; at < 50_000; at++) {
    rate.take(`stranger ${at}`)
    if (at % 5_000 === 0) clock.now += 1_000
  }
  rate.take('mallory')
  rate.take('mallory')
  for (let at = 0; at < 50_000; at++) rate.take(`other ${at}`)
  expect(rate.take('mallory')).toBe(1)
})
