import sharp from 'sharp'
import { expect, test } from 'vitest'

import { AppError } from '../errors.ts'
import { PictureEncoder } from './picture-encoder.ts'

const square = await sharp({ create: { width: 20, height: 20, channels: 3, background: 'red' } })
  .png()
  .toBuffer()

test('a crowd of uploads is told to come back, and the line goes on after it', async () => {
  const encoder = new PictureEncoder()
  const outcomes = await Promise.allSettled(
    Array.from({ length: 30 }, () => encoder.encode(square)),
  )
  const refused = outcomes.flatMap((each): unknown[] =>
    each.status === 'rejected' ? [each.reason] : [],
  )
  expect(outcomes.slice(0, 22).every(({ status }) => status === 'fulfilled')).toBe(true)
  expect(refused).toHaveLength(8)
  for (const error of refused) {
    expect(error).toBeInstanceOf(AppError)
    expect(error).toMatchObject({ code: 'unavailable', retryAfter: 5 })
  }
  expect((await encoder.encode(square)).small.length).toBeGreaterThan(0)
})

test('a picture that cannot be read does not keep its place', async () => {
  const encoder = new PictureEncoder()
  for (let at = 0; at < 5; at++)
    await expect(encoder.encode(square.subarray(0, 40))).rejects.toMatchObject({
      reason: 'picture_invalid',
    })
  expect((await encoder.encode(square)).large.length).toBeGreaterThan(0)
})
