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
  return {
    type: 'send',
    clientId,
    conversationId: 'c',
    senderId: 'alice',
    body: 'waiting',
    createdAt,
  }
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
})

describe('while there are older messages', () => {
  const newer = [
    message(7, 'bob', noon),
    message(8, 'bob', noon + minute),
    message(9, 'bob', noon + day),
  ]

  test('the first one is hidden, and known to what follows', () => {
    expect(outline(rowsOf(newer, { hasBefore: true }))).toEqual(['m8 last', 'day', 'm9 first last'])
  })

  test.each([
    ['of the same group', message(6, 'bob', noon - minute)],
    ['of somebody else', message(6, 'carol', noon - minute)],
    ['of another day', message(6, 'bob', noon - day)],
    ['of a later time', message(6, 'bob', noon + minute)],
  ])('loading one %s changes no row that is there', (_, older) => {
    const before = rowsOf(newer, { hasBefore: true })
    expect(rowsOf([older, ...newer]).slice(-before.length)).toEqual(before)
    const more = rowsOf([message(5, 'carol', noon - 9 * day), older, ...newer], { hasBefore: true })
    expect(more.slice(-before.length)).toEqual(before)
  })

  test('the unread divider stands before the first that is shown', () => {
    const rows = rowsOf(newer, { hasBefore: true, divider: { afterSeq: 2, count: 7 } })
    expect(outline(rows)).toEqual(['unread', 'm8 first last', 'day', 'm9 first last'])
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

  test('does not count who came and went', () => {
    const rows = rowsOf([message(4, 'bob', noon, 'system'), message(5, 'bob', noon)], {
      divider: { afterSeq: 3, count: 1 },
    })
    expect(outline(rows)).toEqual(['day', 'system', 'unread', 'm5 first last'])
  })

  test('is absent when everything unread is mine or on its way', () => {
    const rows = rowsOf([message(4, 'alice', noon), pending('m5', noon)], {
      divider: { afterSeq: 3, count: 0 },
    })
    expect(outline(rows)).toEqual(['day', 'm4 first', 'm5 last'])
  })
})
