import { limits, type Conversation } from '@roost/protocol'
import { expect, test } from 'vitest'

import {
  chatList,
  conversationTitle,
  messageStatus,
  otherPerson,
  strandedWrites,
  timeline,
  totalUnread,
  typingUsers,
  waitingCount,
} from './selectors.ts'
import { insertConversations } from './snapshot.ts'
import type { ConversationState, PendingMessage, State } from './state.ts'
import { emptyState, withUsers } from './store.ts'
import { alice, bob, chatId, describeChat, idOf, me, message } from './testing/script.ts'

const carol = idOf(3)
const bobUser = { id: bob, kind: 'person', username: 'bob', name: 'Bob', picture: null }

function stateOf(...conversations: Conversation[]): State {
  return insertConversations({ ...emptyState, me }, conversations)
}

function chatOf(change: Parameters<typeof describeChat>[0]): ConversationState {
  const found = stateOf(describeChat(change)).conversations[chatId]
  if (!found) throw new Error('There is no chat.')
  return found
}

const pending = (n: number, change: Partial<PendingMessage> = {}): PendingMessage => ({
  type: 'send',
  clientId: idOf(1000 + n),
  conversationId: chatId,
  senderId: alice,
  body: `pending ${n}`,
  createdAt: n,
  ...change,
})

test('the chat list: pinned first, then newest activity, pending sends included', () => {
  const chat = (n: number, createdAt: number, pinnedAt: number | null = null) => {
    const id = idOf(n)
    const { membership } = describeChat()
    return describeChat({
      id,
      membership: membership && { ...membership, pinnedAt },
      lastMessage: message(1, { conversationId: id, createdAt }),
    })
  }
  const previewed = { ...chat(15, 99), membership: null }
  const state = stateOf(chat(11, 30), chat(12, 10, 5), chat(13, 40), chat(14, 20), previewed)
  const order = (now: State) => chatList(now).map(({ id }) => id)
  expect(order(state)).toEqual([12, 13, 11, 14].map(idOf))
  expect(chatList(state)).toBe(chatList({ ...state, users: {} }))
  const sending = { ...state, outbox: [pending(50, { conversationId: idOf(14) })] }
  expect(order(sending)).toEqual([12, 14, 13, 11].map(idOf))
})

test('archiving changes nothing about the order, and pinned chats are in it by activity', () => {
  const chat = (
    n: number,
    createdAt: number,
    change: { pinnedAt?: number; archivedAt?: number },
  ) => {
    const { membership } = describeChat()
    return describeChat({
      id: idOf(n),
      createdAt,
      membership: membership && { ...membership, ...change },
    })
  }
  const state = stateOf(
    chat(11, 10, { pinnedAt: 90 }),
    chat(12, 20, { pinnedAt: 80 }),
    chat(13, 30, {}),
    chat(14, 40, { archivedAt: 95 }),
  )
  expect(chatList(state).map(({ id }) => id)).toEqual([12, 11, 14, 13].map(idOf))
})

test('a chat without messages stands where it was made', () => {
  const state = stateOf(
    describeChat({ id: idOf(11), createdAt: 50 }),
    describeChat({ id: idOf(12), createdAt: 60 }),
  )
  expect(chatList(state).map(({ id }) => id)).toEqual([idOf(12), idOf(11)])
})

test('two ticks only when everybody else has got there', () => {
  const marks = (userId: string, deliveredSeq: number, readSeq: number) => ({
    userId,
    deliveredSeq,
    readSeq,
  })
  const room = (receipts: Conversation['receipts'], memberCount = 3) =>
    chatOf({ kind: 'room', directUserId: null, memberCount, receipts })
  const mine = message(5, { senderId: alice })
  const status = (conversation: ConversationState) => messageStatus(conversation, mine, alice)
  expect(status(room([]))).toBe('stored')
  expect(status(room([marks(bob, 5, 5)]))).toBe('stored')
  expect(status(room([marks(bob, 5, 5), marks(carol, 4, 4)]))).toBe('stored')
  expect(status(room([marks(bob, 5, 5), marks(carol, 5, 0)]))).toBe('delivered')
  expect(status(room([marks(bob, 0, 5), marks(carol, 5, 0)]))).toBe('delivered')
  expect(status(room([marks(bob, 5, 5), marks(carol, 6, 6)]))).toBe('read')
  expect(status(room([], 1))).toBe('stored')
  expect(status(room([marks(bob, 9, 9)], limits.smallRoomMax + 1))).toBe('stored')
})

test('pending sends, and notes to self', () => {
  const conversation = chatOf({})
  const failed = { code: 'forbidden', message: 'No.' }
  expect(messageStatus(conversation, pending(1), alice)).toBe('waiting')
  expect(messageStatus(conversation, pending(1, { failed }), alice)).toBe('failed')
  expect(messageStatus(conversation, pending(1, { seq: 3 }), alice)).toBe('stored')
  const notes = chatOf({ directUserId: alice, memberCount: 1, receipts: [] })
  expect(messageStatus(notes, message(1, { senderId: alice }), alice)).toBe('read')
})

test('a room is called by its name, a direct chat after the other person', () => {
  const state = withUsers(stateOf(), [bobUser])
  expect(conversationTitle(state, chatOf({}))).toBe('Bob')
  expect(otherPerson(state, chatOf({}))).toEqual(bobUser)
  expect(conversationTitle(emptyState, chatOf({}))).toBe('')
  const room = chatOf({ kind: 'room', name: 'Kitchen', directUserId: null })
  expect(conversationTitle(state, room)).toBe('Kitchen')
  expect(otherPerson(state, room)).toBeUndefined()
})

test('the timeline holds each message once, pending ones at the end', () => {
  const window = { messages: [message(1), message(2)], hasBefore: false, hasAfter: false }
  const conversation = { ...chatOf({}), window }
  const keys = (outbox: PendingMessage[], of = conversation) =>
    timeline(of, { outbox }).map((item) => ('clientId' in item ? item.clientId : item.id))
  expect(timeline(conversation, { outbox: [] })).toBe(window.messages)
  const outbox = [pending(2), pending(7), pending(8, { conversationId: idOf(5) })]
  expect(keys(outbox)).toEqual([1001, 1002, 1007].map(idOf))
  expect(timeline(conversation, { outbox })).toBe(
    timeline({ ...conversation, typing: {} }, { outbox }),
  )
  const middle = { ...conversation, window: { ...window, hasAfter: true } }
  expect(timeline(middle, { outbox })).toBe(window.messages)
  expect(timeline(chatOf({}), { outbox }).map(({ body }) => body)).toEqual([
    'pending 2',
    'pending 7',
  ])
})

test('the total leaves out what is muted or archived, but for what mentions me', () => {
  type Silence = { mutedUntil?: number | null; archivedAt?: number | null }
  const chat = (n: number, unread: number, mentions: number, silence: Silence = {}) => {
    const { membership } = describeChat()
    return describeChat({
      id: idOf(n),
      unread,
      mentions,
      membership: membership && { ...membership, ...silence },
    })
  }
  const total = (...chats: Conversation[]) => totalUnread(stateOf(...chats), 100)
  const loud = chat(11, 2, 1)
  expect(total(loud, chat(12, 5, 0, { mutedUntil: 101 }))).toBe(2)
  expect(total(loud, chat(12, 5, 2, { mutedUntil: 101 }))).toBe(4)
  expect(total(loud, chat(12, 5, 2, { mutedUntil: 100 }))).toBe(7)
  expect(total(loud, chat(12, 5, 0, { archivedAt: 50 }))).toBe(2)
  expect(total(loud, chat(12, 5, 1, { archivedAt: 50 }))).toBe(3)
  expect(total({ ...loud, membership: null })).toBe(0)
})

test('what was refused where I am no longer is stranded, whatever it was', () => {
  const failed = { code: 'not_found', message: 'There is none.' }
  const [gone, seen] = [idOf(5), idOf(6)]
  const state = stateOf(describeChat(), describeChat({ id: seen, membership: null }))
  const join = {
    type: 'join',
    clientId: idOf(9),
    conversationId: seen,
    createdAt: 9,
    failed,
  } as const
  const outbox = [
    pending(1, { failed }),
    pending(2, { conversationId: gone }),
    pending(3, { conversationId: gone, failed }),
    join,
  ]
  const now = { ...state, outbox, conversationsLoaded: true }
  expect(strandedWrites(now)).toEqual([outbox[2], join])
  expect(strandedWrites({ ...now, conversationsLoaded: false })).toEqual([])
})

test('who types now, and what is unread and waiting', () => {
  const conversation = { ...chatOf({}), typing: { [bob]: 100, [carol]: 50 } }
  expect(typingUsers(conversation, 60)).toEqual([bob])
  expect(typingUsers(chatOf({}), 60)).toBe(typingUsers(chatOf({}), 70))
  const state = stateOf(describeChat({ unread: 2 }), describeChat({ id: idOf(5), unread: 3 }))
  expect(totalUnread(state, 60)).toBe(5)
  const failed = { code: 'forbidden', message: 'No.' }
  const outbox = [pending(1), pending(2, { failed }), pending(3, { seq: 9 })]
  expect(waitingCount({ ...state, outbox })).toBe(1)
})
