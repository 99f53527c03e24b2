import { expect, test } from 'vitest'

import { backOff, backOffAfter } from './back-off.ts'
import { ApiError } from './errors.ts'

test('it waits anywhere between half a second and a limit that doubles up to thirty seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backOff(failures, 0))).toEqual(
    Array.from({ length: 8 }, () => 500),
  )
  const most = [1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backOff(failures, 0.999_999))
  expect(most).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  expect(backOff(3, 0.5)).toBe(2_250)
})

test('a server that asks for a time gets it', () => {
  const slowly = (retryAfter: number) =>
    new ApiError(429, { error: { code: 'rate_limited', message: 'Slowly.', retryAfter } })
  expect(backOffAfter(slowly(60), 1, 0.5)).toBe(60_000)
  expect(backOffAfter(slowly(0.1), 1, 0.5)).toBe(750)
  expect(backOffAfter(slowly(5), 50, 0.5)).toBe(5_000)
  expect(backOffAfter(new Error('lost'), 1, 0.5)).toBe(750)
})
