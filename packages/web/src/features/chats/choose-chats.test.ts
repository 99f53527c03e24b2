import type { ConversationState } from '@roost/sdk'
import { describe, expect, test } from 'vitest'

import { chooseChats, type Filter } from './choose-chats.ts'

const member = {
  role: 'member' as const,
  readSeq: 0,
  deliveredSeq: 0,
  notify: 'all',
  mutedUntil: null,
  pinnedAt: null,
  archivedAt: null,
}

function conversation(
  name: string,
  kind: 'direct' | 'room',
  unread: number,
  archivedAt: number | null = null,
): ConversationState {
  return {
    id: name,
    kind,
    name,
    topic: null,
    visibility: 'private',
    history: 'all',
    memberCount: 2,
    picture: null,
    archivedAt: null,
    createdAt: 0,
    directUserId: null,
    lastSeq: 1,
    lastEventId: '',
    firstSeq: 1,
    membership: { ...member, archivedAt },
    unread,
    mentions: 0,
    lastMessage: null,
    receipts: {},
    typing: {},
  }
}
const chats = [
  conversation('Lucía Ferrer', 'direct', 0),
  conversation('Segelclub Möwenbucht', 'room', 7),
  conversation('ليلى حداد', 'direct', 1),
]
const chosen = (filter: Filter, query = '', among = chats) =>
  chooseChats(among, { filter, query, titleOf: ({ name }) => name ?? '' }).map(({ name }) => name)

describe('filters', () => {
  test('keep the order', () => expect(chosen('all')).toEqual(chats.map(({ name }) => name)))
  test('unread', () => expect(chosen('unread')).toEqual(['Segelclub Möwenbucht', 'ليلى حداد']))
  test('rooms', () => expect(chosen('rooms')).toEqual(['Segelclub Möwenbucht']))
})

describe('a query', () => {
  test('does not mind accents and case', () => {
    expect(chosen('all', ' LUCIA ')).toEqual(['Lucía Ferrer'])
    expect(chosen('all', 'mowen')).toEqual(['Segelclub Möwenbucht'])
  })
  test('finds in other scripts', () => expect(chosen('all', 'ليلى')).toEqual(['ليلى حداد']))
  test('looks through all chats, whatever the filter', () => {
    expect(chosen('rooms', 'ferrer')).toEqual(['Lucía Ferrer'])
  })
  test('finds nothing where there is nothing', () => expect(chosen('all', 'zzz')).toEqual([]))
})

describe('archived chats', () => {
  const list = [
    conversation('newest', 'direct', 3),
    conversation('archived', 'room', 5, 8),
    conversation('older', 'room', 0),
    conversation('archived before', 'direct', 0, 2),
  ]
  const names = (filter: Filter, query = '') => chosen(filter, query, list)

  test('the archived stay away, unread or not', () => {
    expect(names('all')).toEqual(['newest', 'older'])
    expect(names('rooms')).toEqual(['older'])
    expect(names('unread')).toEqual(['newest'])
  })
  test('the archived are among themselves, in their own order', () => {
    expect(names('archived')).toEqual(['archived', 'archived before'])
  })
  test('a query finds the archived too, and first what begins with it', () => {
    expect(names('all', 'archived')).toEqual(['archived', 'archived before'])
    expect(names('all', 'older')).toEqual(['older'])
    const some = [conversation('Old friends', 'room', 0), conversation('Friends', 'room', 0)]
    expect(chosen('all', 'friends', some)).toEqual(['Friends', 'Old friends'])
  })
})
