import type { Event, Message } from '@roost/protocol'
import { expect, test } from 'vitest'

import { applyEvent, applyUserEvent } from './apply-event.ts'
import { insertConversations } from './snapshot.ts'
import type { State } from './state.ts'
import { emptyState } from './store.ts'
import { alice, bob, chatId, describeChat, eventOf, idOf, me, message } from './testing/script.ts'

/** Nine messages of bob, all unread, of which the fourth names me. */
const begun = insertConversations({ ...emptyState, me }, [
  describeChat({ lastSeq: 10, unread: 9, mentions: 1 }),
])
const counts = (state: State) => {
  const { unread, mentions } = state.conversations[chatId] ?? {}
  return { unread, mentions }
}

const created = (seq: number, change: Partial<Message> = {}) => eventOf(message(seq, change))
const changed = (of: number, mentionsBefore: string[], now: Partial<Message>): Event => ({
  id: idOf(5000 + of),
  type: 'message.changed',
  actorId: bob,
  createdAt: 9,
  message: message(of, now),
  mentionsBefore,
})
const apply = (state: State, seq: number, event: Event) => applyEvent(state, chatId, seq, event)
const mark = (state: State, readSeq: number, unread: number, lastSeq: number, mentions = 0) =>
  applyUserEvent(state, {
    id: idOf(1),
    type: 'read.changed',
    conversationId: chatId,
    readSeq,
    unread,
    mentions,
    lastSeq,
  })
const gone = { body: '', deletedAt: 9 }

test('a deleted message does not count, nor its naming me', () => {
  const once = apply(begun, 11, changed(5, [alice], gone))
  expect(counts(once)).toEqual({ unread: 8, mentions: 0 })
  const twice = apply(once, 12, changed(6, [], gone))
  expect(counts(twice)).toEqual({ unread: 7, mentions: 0 })
})

test('an edit may name me, or not any more', () => {
  const named = apply(begun, 11, changed(6, [], { mentions: [alice] }))
  expect(counts(named)).toEqual({ unread: 9, mentions: 2 })
  const unnamed = apply(named, 12, changed(6, [alice], {}))
  expect(counts(unnamed)).toEqual({ unread: 9, mentions: 1 })
})

test('events replayed with the words of today count each message once', () => {
  // Written at 11, edited at 12 and deleted at 13: each of them is told as it is after that.
  const events = [created(11, gone), changed(11, [], gone), changed(11, [alice], gone)]
  const late = events.reduce((state, event, at) => apply(state, 11 + at, event), begun)
  expect(counts(late)).toEqual({ unread: 9, mentions: 1 })
  // The same of a message from before.
  const older = apply(apply(begun, 11, changed(5, [alice], gone)), 12, changed(5, [], gone))
  expect(counts(older)).toEqual({ unread: 8, mentions: 0 })
})

test('what is read or my own changes nothing', () => {
  const read = mark(begun, 6, 4, 10)
  expect(counts(apply(read, 11, changed(5, [alice], gone)))).toEqual({ unread: 4, mentions: 0 })
  const mine = changed(7, [], { ...gone, senderId: alice })
  expect(counts(apply(read, 11, mine))).toEqual({ unread: 4, mentions: 0 })
})

test('a mark counted before a deletion has it taken off, one counted after has not', () => {
  let state = apply(begun, 11, created(11))
  state = apply(state, 12, changed(11, [], gone))
  state = apply(state, 13, changed(8, [], gone))
  state = apply(state, 14, created(14))
  // After event 10: messages 7 to 10. Of what followed, 11 came and went, 8 went, 14 came.
  expect(counts(mark(state, 6, 4, 10))).toMatchObject({ unread: 4 })
  // After event 11: messages 7 to 11.
  expect(counts(mark(state, 6, 5, 11))).toMatchObject({ unread: 4 })
  expect(counts(mark(state, 6, 4, 12))).toMatchObject({ unread: 4 })
  expect(counts(mark(state, 6, 3, 13))).toMatchObject({ unread: 4 })
  expect(counts(mark(state, 6, 4, 14))).toMatchObject({ unread: 4 })
  // Message 8 is read: that it went does not matter.
  expect(counts(mark(state, 9, 1, 10))).toMatchObject({ unread: 2 })
})

test('more than 999 stay more than 999 when one of them goes', () => {
  const many = insertConversations({ ...emptyState, me }, [
    describeChat({ lastSeq: 3000, unread: 1000 }),
  ])
  expect(counts(apply(many, 3001, changed(5, [], gone)))).toMatchObject({ unread: 1000 })
})
