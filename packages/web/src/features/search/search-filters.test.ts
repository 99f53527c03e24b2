import { expect, test } from 'vitest'

import { queryOf, readFilters } from './search-filters.ts'

test('an address is read as far as it makes sense', () => {
  expect(readFilters({ q: 'anchor', in: 'room-1', from: 'bob', after: '2024-06-14' })).toEqual({
    q: 'anchor',
    in: 'room-1',
    from: 'bob',
    after: '2024-06-14',
  })
  expect(readFilters({ q: 12, in: '', from: ['bob'], before: 'yesterday', x: 'y' })).toEqual({
    q: '12',
  })
  expect(readFilters({ after: '2024-13-45' })).toEqual({})
})

test('days are whole days of the viewer, the last one included', () => {
  const query = queryOf({ q: 'a', after: '2024-06-14', before: '2024-06-14' })
  expect(query.after).toBe(new Date(2024, 5, 14).getTime())
  expect(query.before).toBe(new Date(2024, 5, 15).getTime())
})

test('what is not set is not asked for', () => {
  expect(queryOf({ q: ' anchor ' })).toEqual({ query: 'anchor' })
  expect(queryOf({ q: 'a', in: 'room-1', from: 'bob' })).toEqual({
    query: 'a',
    conversationId: 'room-1',
    senderId: 'bob',
  })
})

test('a query that is too long for the server is cut, not refused', () => {
  expect(queryOf({ q: 'x'.repeat(500) }).query).toHaveLength(100)
})
