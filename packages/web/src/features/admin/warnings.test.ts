import { expect, test } from 'vitest'

import { findWarnings } from './warnings.ts'

const well = { mail: true, origin: 'https://chat.example', freeBytes: 20e9, searchPending: 0 }

test('a server that lacks nothing has no warnings', () => {
  expect(findWarnings(well)).toEqual([])
  expect(findWarnings({ ...well, freeBytes: null })).toEqual([])
})

test('what keeps people waiting is named, the worst first', () => {
  const poor = { mail: false, origin: null, freeBytes: 400e6, searchPending: 7 }
  expect(findWarnings(poor)).toEqual(['disk', 'origin', 'mail'])
})
