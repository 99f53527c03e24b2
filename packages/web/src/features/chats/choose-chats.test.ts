import type { ConversationState } from '@roost/sdk'
import { describe, expect, test } from 'vitest'

import { chooseChats, type Filter } from './choose-chats.ts'

function conversation(name: string, kind: 'direct' | 'room', unread: number): ConversationState {
  return {
    id: name,
    kind,
    name,
    topic: null,
    visibility: 'private',
    history: 'all',
    memberCount: 2,
    createdAt: 0,
    directUserId: null,
    lastSeq: 1,
    firstSeq: 1,
    membership: null,
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
const chosen = (filter: Filter, query = '') =>
  chooseChats(chats, { filter, query, titleOf: ({ name }) => name ?? '' }).map(({ name }) => name)

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
