import type { Message } from '@roost/protocol'
import type { PendingMessage } from '@roost/sdk'
import { describe, expect, test } from 'vitest'

import { buildRows, type Post, type Row } from './build-rows.ts'

const noon = new Date(2024, 5, 14, 12).getTime()
const minute = 60_000
const day = 24 * 60 * minute

function message(seq: number, senderId: string, createdAt: number, kind = 'text'): Message {
  return {
    id: `m${seq}`,
    conversationId: 'c',
    seq,
    senderId,
    kind,
    body: `${senderId} ${seq}`,
    createdAt,
    mentions: [],
    attachments: [],
    reactions: [],
  }
}
function pending(clientId: string, createdAt: number): PendingMessage {
  return { clientId, conversationId: 'c', senderId: 'alice', body: 'waiting', createdAt }
}
const rowsOf = (posts: readonly Post[], over: Partial<Parameters<typeof buildRows>[0]> = {}) =>
  buildRows({ posts, hasBefore: false, divider: null, meId: 'alice', ...over })
const outline = (rows: readonly Row[]) =>
  rows.map((row) => {
    if (row.type !== 'message') return row.type
    return `${row.key}${row.first ? ' first' : ''}${row.last ? ' last' : ''}`
  })

describe('groups', () => {
  test('one sender, up to five minutes apart', () => {
    const rows = rowsOf([
      message(1, 'bob', noon),
      message(2, 'bob', noon + 5 * minute),
      message(3, 'bob', noon + 10 * minute),
      message(4, 'alice', noon + 10 * minute),
      message(5, 'bob', noon + 10 * minute),
      message(6, 'bob', noon + 15 * minute + 1),
    ])
    expect(outline(rows)).toEqual([
      'day',
      'm1 first',
      'm2',
      'm3 last',
      'm4 first last',
      'm5 first last',
      'm6 first last',
    ])
  })

  test('a new day, a system message and the unread divider break them', () => {
    const late = new Date(2024, 5, 14, 23, 59).getTime()
    const rows = rowsOf(
      [
        message(1, 'bob', late),
        message(2, 'bob', late + 2 * minute),
        message(3, 'bob', late + 2 * minute, 'system'),
        message(4, 'bob', late + 2 * minute),
        message(5, 'bob', late + 2 * minute),
      ],
      { divider: { afterSeq: 4, count: 1 } },
    )
    expect(outline(rows)).toEqual([
      'day',
      'm1 first last',
      'day',
      'm2 first last',
      'system',
      'm4 first last',
      'unread',
      'm5 first last',
    ])
  })

  test('what is still on its way joins the group of what is stored, under the same key afterwards', () => {
    const before = rowsOf([message(1, 'alice', noon), pending('m2', noon + minute)])
    const after = rowsOf([message(1, 'alice', noon), message(2, 'alice', noon + minute)])
    expect(outline(before)).toEqual(['day', 'm1 first', 'm2 last'])
    expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
  })
})

describe('day separators', () => {
  const days = (rows: readonly Row[]) => rows.filter(({ type }) => type === 'day')

  test('follow the largest day so far when time stamps go backwards', () => {
    const rows = rowsOf([
      message(1, 'bob', noon),
      message(2, 'bob', noon + day),
      message(3, 'bob', noon),
      message(4, 'bob', noon + day),
      message(5, 'bob', noon + 3 * day),
      message(6, 'bob', noon - 400 * day),
    ])
    expect(outline(rows)).toEqual([
      'day',
      'm1 first last',
      'day',
      'm2 first last',
      'm3 first last',
      'm4 first last',
      'day',
      'm5 first last',
      'm6 first last',
    ])
    expect(rows.map((row) => row.day)).toEqual(rows.map((row) => row.day).toSorted((a, b) => a - b))
  })

  test('stand on local midnights', () => {
    const [separator] = days(rowsOf([message(1, 'bob', noon)]))
    expect(separator?.day).toBe(new Date(2024, 5, 14).getTime())
  })

  test('the first message has none while older ones may share its day', () => {
    const rows = rowsOf([message(7, 'bob', noon), message(8, 'bob', noon + day)], {
      hasBefore: true,
    })
    expect(outline(rows)).toEqual(['m7 first last', 'day', 'm8 first last'])
  })

  test('keep their keys when older messages of another day are loaded above', () => {
    const newer = [message(7, 'bob', noon), message(8, 'bob', noon + day)]
    const older = [message(5, 'bob', noon - 2 * day), message(6, 'bob', noon - day)]
    const before = rowsOf(newer, { hasBefore: true }).map(({ key }) => key)
    const after = rowsOf([...older, ...newer]).map(({ key }) => key)
    expect(after.slice(-before.length)).toEqual(before)
  })
})

describe('unread divider', () => {
  test('stands before the first message of others, under its day', () => {
    const rows = rowsOf(
      [message(3, 'bob', noon), message(4, 'alice', noon + day), message(5, 'bob', noon + day)],
      { divider: { afterSeq: 3, count: 1 } },
    )
    expect(outline(rows)).toEqual([
      'day',
      'm3 first last',
      'day',
      'm4 first last',
      'unread',
      'm5 first last',
    ])
  })

  test('is absent when everything unread is mine or on its way', () => {
    const rows = rowsOf([message(4, 'alice', noon), pending('m5', noon)], {
      divider: { afterSeq: 3, count: 0 },
    })
    expect(outline(rows)).toEqual(['day', 'm4 first', 'm5 last'])
  })
})

test('50,000 messages take under a second', () => {
  const posts = Array.from({ length: 50_000 }, (_, i) =>
    message(i + 1, `u${i % 7}`, noon + i * 1_000),
  )
  const start = performance.now()
  expect(rowsOf(posts).length).toBeGreaterThan(50_000)
  expect(performance.now() - start).toBeLessThan(1_000)
})
