import { limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import { memoryStorage } from './memory-storage.ts'
import {
  alice,
  bob,
  chatId,
  createScript,
  describeChat,
  eventOf,
  idOf,
  message,
  openChat,
  settle,
  type Script,
} from './testing/script.ts'

async function begin(change: Parameters<typeof describeChat>[0] = {}) {
  const script = createScript({ conversations: [describeChat(change)] })
  await script.begin()
  return script
}

function receive(script: Script, seq: number, senderId = bob) {
  const event = eventOf(message(seq, { senderId }))
  return script.socket().receive({ type: 'event', conversationId: chatId, seq, event })
}

const unreadOf = (script: Script) => script.client.getState().conversations[chatId]?.unread

const delivered = (script: Script) =>
  script.socket().sent.flatMap((frame) => (frame.type === 'delivered' ? [frame.seq] : []))

test('reading shows at once, and is told at most once a second, up to the last mark', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  await openChat(
    script,
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((seq) => message(seq)),
  )
  script.client.markRead(chatId, 4)
  expect(unreadOf(script)).toBe(5)
  await settle()
  script.client.markRead(chatId, 6)
  script.client.markRead(chatId, 5)
  expect(unreadOf(script)).toBe(3)
  const first = script.take('/read')
  expect(first.body).toEqual({ seq: 4 })
  await first.answer({ readSeq: 4, unread: 5, mentions: 0, lastSeq: 9 })
  expect(unreadOf(script)).toBe(3)
  expect(script.calls).toEqual([])
  await script.clock.advance(limits.readMarkEvery)
  const second = script.take('/read')
  expect(second.body).toEqual({ seq: 6 })
  await second.answer({ readSeq: 6, unread: 3, mentions: 0, lastSeq: 9 })
  await script.clock.advance(60_000)
  expect(script.calls).toEqual([])
})

test('reading to the end leaves nothing unread, and what comes then counts again', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  script.client.markRead(chatId, 1_000)
  expect(unreadOf(script)).toBe(0)
  await receive(script, 10)
  expect(unreadOf(script)).toBe(1)
  const call = script.take('/read')
  expect(call.body).toEqual({ seq: 9 })
  await call.answer({ readSeq: 9, unread: 0, mentions: 0, lastSeq: 9 })
  expect(unreadOf(script)).toBe(1)
})

test('a list that was read before the mark takes nothing back', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  script.client.markRead(chatId, 9)
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  expect(script.client.getState().conversations[chatId]).toMatchObject({
    unread: 0,
    membership: { readSeq: 9 },
  })
})

test('what cannot be counted here waits for the server', async () => {
  const script = await begin({ lastSeq: 900, unread: 800 })
  script.client.markRead(chatId, 300)
  expect(unreadOf(script)).toBe(800)
  await settle()
  await script.take('/read').answer({ readSeq: 300, unread: 555, mentions: 2, lastSeq: 900 })
  expect(script.client.getState().conversations[chatId]).toMatchObject({
    unread: 555,
    mentions: 2,
    membership: { readSeq: 300 },
  })
})

test('a mark that got lost is told again', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  script.client.markRead(chatId, 9)
  await settle()
  await script.take('/read').lose()
  await script.clock.advance(1_000)
  expect(script.take('/read').body).toEqual({ seq: 9 })
})

test('marks set before any goes out are one, which a reload does not lose', async () => {
  const values = new Map<string, unknown>()
  const conversations = [describeChat({ lastSeq: 9, unread: 8 })]
  const script = createScript({ storage: memoryStorage(values), conversations })
  await script.begin()
  for (const seq of [3, 7, 5]) script.client.markRead(chatId, seq)
  await settle()
  expect(script.take('/read').body).toEqual({ seq: 7 })
  expect(script.calls).toEqual([])
  script.client.stop()

  const reloaded = createScript({ storage: memoryStorage(values), conversations })
  await reloaded.begin()
  expect(reloaded.client.getState().conversations[chatId]).toMatchObject({ unread: 8 })
  const call = reloaded.take('/read')
  expect(call.body).toEqual({ seq: 7 })
  await call.answer({ readSeq: 7, unread: 2, mentions: 0, lastSeq: 9 })
  expect(unreadOf(reloaded)).toBe(2)
  expect([...values.keys()].filter((key) => key.startsWith('outbox/'))).toEqual([])
})

test('what I have read stays read after a reload, before the server has heard of it', async () => {
  const values = new Map<string, unknown>()
  const conversations = [describeChat({ lastSeq: 9, unread: 8 })]
  const script = createScript({ storage: memoryStorage(values), conversations })
  await script.begin()
  script.client.markRead(chatId, 9)
  await settle()
  script.client.stop()

  const reloaded = createScript({ storage: memoryStorage(values), conversations })
  await reloaded.begin()
  expect(unreadOf(reloaded)).toBe(0)
})

test('a mark holds up no message, and none holds up a mark', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  script.client.send(chatId, { body: 'one' })
  script.client.markRead(chatId, 9)
  await settle()
  await script.take('/messages').refuse(503, 'unavailable')
  script.take('/read')
  await script.clock.advance(1_000)
  expect(script.take('/messages').body).toMatchObject({ body: 'one' })
})

test('a mark that is refused is not told again', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  script.client.markRead(chatId, 9)
  await settle()
  await script.take('/read').refuse(404, 'not_found')
  await script.clock.advance(60_000)
  expect(script.calls).toEqual([])
})

test('marks never go back, and there is none where I am no member', async () => {
  const script = await begin({ lastSeq: 9, unread: 8 })
  script.client.markRead(chatId, 1)
  script.client.markRead(idOf(333), 5)
  await script.clock.advance(10_000)
  expect(script.calls).toEqual([])
})

test('what others write is acknowledged as delivered, at most once a second', async () => {
  const script = await begin()
  for (const seq of [2, 3, 4]) await receive(script, seq)
  expect(delivered(script)).toEqual([2])
  await script.clock.advance(limits.readMarkEvery)
  expect(delivered(script)).toEqual([2, 4])
  await script.clock.advance(10_000)
  expect(delivered(script)).toEqual([2, 4])
})

test('what I write myself needs no acknowledgement', async () => {
  const script = await begin()
  await receive(script, 2, alice)
  await script.clock.advance(10_000)
  expect(delivered(script)).toEqual([])
})

test('what came while nobody was here is acknowledged when the list tells of it', async () => {
  const script = await begin({ lastSeq: 7, unread: 6 })
  expect(delivered(script)).toEqual([7])
})

test('an acknowledgement that may have been lost is repeated on a new connection', async () => {
  const script = await begin()
  await receive(script, 2)
  script.told.conversations = [describeChat({ lastSeq: 2, unread: 1 })]
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  expect(delivered(script)).toEqual([2])
})

test('in a large room nobody is told', async () => {
  const script = await begin({ kind: 'room', memberCount: limits.smallRoomMax + 1, receipts: [] })
  await receive(script, 2)
  expect(delivered(script)).toEqual([])
})

test('acknowledgements for many conversations are spread out', async () => {
  const conversations = Array.from({ length: 35 }, (_, at) =>
    describeChat({ id: idOf(500 + at), lastSeq: 2 }),
  )
  const script = createScript({ conversations })
  await script.begin()
  expect(delivered(script)).toHaveLength(10)
  await script.clock.advance(1_000)
  expect(delivered(script)).toHaveLength(20)
  await script.clock.advance(10_000)
  expect(delivered(script)).toHaveLength(35)
})
