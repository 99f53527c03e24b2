import { expect, test } from 'vitest'

import { share } from './share.ts'

test('what is equal stays the same object, however deep', () => {
  const held = { id: 1, last: { text: 'a', tags: ['x', 'y'] }, marks: { read: 3 } }
  const copy = structuredClone(held)
  expect(share(held, copy)).toBe(held)
  const next = share(held, { ...copy, marks: { read: 4 } })
  expect(next).toEqual({ ...held, marks: { read: 4 } })
  expect(next.last).toBe(held.last)
})

test('a part more, a part less, another order or another kind is a change', () => {
  expect(share<object>({ a: 1 }, { a: 1, b: undefined })).toEqual({ a: 1, b: undefined })
  expect(share<object>({ a: 1, b: 2 }, { a: 1 })).toEqual({ a: 1 })
  expect(share([1, 2], [2, 1])).toEqual([2, 1])
  expect(share([1, 2], [1])).toEqual([1])
  expect(share<unknown>([], {})).toEqual({})
  expect(share<unknown>(null, { a: 1 })).toEqual({ a: 1 })
  expect(share<unknown>({ a: 1 }, null)).toBeNull()
})

test('a list keeps the entries that are still in their places', () => {
  const held = [{ id: 1 }, { id: 2 }]
  const next = share(held, [{ id: 1 }, { id: 3 }])
  expect(next).toEqual([{ id: 1 }, { id: 3 }])
  expect(next[0]).toBe(held[0])
})
