import { expect, test } from 'vitest'

import { writeAddress } from './address.ts'

test('an address is written without the zeros that nobody reads', () => {
  expect(writeAddress('0000:0000:0000:0000:0000:0000:0000:0001')).toBe('::1')
  expect(writeAddress('2001:0db8:0012:0000:0000:0000:0000:00fe')).toBe('2001:db8:12::fe')
  expect(writeAddress('192.0.2.10')).toBe('192.0.2.10')
  expect(writeAddress('')).toBe(null)
  expect(writeAddress(null)).toBe(null)
})
