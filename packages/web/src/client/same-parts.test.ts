import { expect, test } from 'vitest'

import { sameParts } from './same-parts.ts'

test('objects and arrays are compared by their parts, one level deep', () => {
  const user = { name: 'alice' }
  expect(sameParts([user, 1], [user, 1])).toBe(true)
  expect(sameParts({ user, count: 1 }, { user, count: 1 })).toBe(true)
  expect(sameParts([user], [{ name: 'alice' }])).toBe(false)
  expect(sameParts([user], [user, user])).toBe(false)
  expect(sameParts({ a: undefined }, { b: undefined })).toBe(false)
  expect(sameParts([], {})).toBe(false)
  expect(sameParts(null, {})).toBe(false)
  expect(sameParts(Number.NaN, Number.NaN)).toBe(true)
})

test('things with a prototype of their own are never taken for equal', () => {
  expect(sameParts(new Map([[1, 2]]), new Map([[3, 4]]))).toBe(false)
  expect(sameParts(new Date(1), new Date(2))).toBe(false)
})
