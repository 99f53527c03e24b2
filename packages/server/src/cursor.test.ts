import { DatabaseSync } from 'node:sqlite'

import { expect, test } from 'vitest'

import { contains, parseCursor, toCursor } from './cursor.ts'
import { AppError } from './errors.ts'

test.each([
  ['émile zola', '0198-a'],
  ['', '0198-a'],
  ['"[\\u0000', '北京'],
  [1_795_354_703_410, '0198-a'],
])('a cursor carries %j and %j there and back', (key, id) => {
  const cursor = toCursor(key, id)
  expect(cursor).toMatch(/^[\w-]+$/)
  expect(parseCursor(cursor)).toEqual({ key: String(key), id })
})

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

test.each([
  '',
  'nonsense',
  '%%%',
  encoded(null),
  encoded({ key: 'a', id: 'b' }),
  encoded(['a']),
  encoded(['a', 'b', 'c']),
  encoded([['a'], 'b']),
  encoded(['a', 5]),
  encoded([null, 'b']),
])('a cursor that is not ours is refused: %j', (cursor) => {
  const message = 'This cursor is not one of ours. Start without one.'
  expect(() => parseCursor(cursor)).toThrow(
    new AppError('bad_request', message, { field: 'cursor' }),
  )
})

test('the signs of a pattern stand for themselves', () => {
  const db = new DatabaseSync(':memory:')
  const like = db.prepare(`SELECT ? LIKE ? ESCAPE '\\' AS "hit"`)
  const finds = (text: string, words: string) => like.get(text, contains(words))?.['hit'] === 1
  expect(finds('100% sure', '0% s')).toBe(true)
  expect(finds('100 percent', '0% p')).toBe(false)
  expect(finds('snake_case', 'e_c')).toBe(true)
  expect(finds('snakexcase', 'e_c')).toBe(false)
  expect(finds('a\\b', '\\')).toBe(true)
  expect(finds('ab', '\\')).toBe(false)
  db.close()
})
