import { limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import {
  alice,
  bob,
  chatId,
  createScript,
  describeChat,
  eventOf,
  idOf,
  message,
  type Script,
} from './testing/script.ts'

async function begin(change: Parameters<typeof describeChat>[0] = {}) {
  const script = createScript({ conversations: [describeChat(change)] })
  await script.begin()
  return script
}

const signal = (script: Script, what: object) =>
  script.socket().receive({ type: 'signal', signal: what })

const chat = (script: Script) => script.client.getState().conversations[chatId]

const sentOf = (script: Script, type: string) =>
  script.socket().sent.filter((frame) => frame.type === type)

test('somebody types until they stop saying so', async () => {
  const script = await begin()
  const typing = { type: 'typing', conversationId: chatId, userId: bob }
  await signal(script, typing)
  expect(chat(script)?.typing).toEqual({ [bob]: script.clock.now() + limits.typingFor })
  await script.clock.advance(limits.typingFor - 1)
  await signal(script, typing)
  await script.clock.advance(limits.typingFor - 1)
  expect(Object.keys(chat(script)?.typing ?? {})).toEqual([bob])
  await script.clock.advance(1)
  expect(chat(script)?.typing).toEqual({})
})

test('or until their message is there', async () => {
  const script = await begin()
  await signal(script, { type: 'typing', conversationId: chatId, userId: bob })
  await script
    .socket()
    .receive({ type: 'event', conversationId: chatId, seq: 2, event: eventOf(message(2)) })
  expect(chat(script)?.typing).toEqual({})
})

test('my own typing on another device is not shown to me', async () => {
  const script = await begin()
  await signal(script, { type: 'typing', conversationId: chatId, userId: alice })
  expect(chat(script)?.typing).toEqual({})
})

test('my typing is told at most once a second, and not in large rooms', async () => {
  const script = await begin()
  for (let key = 0; key < 5; key += 1) script.client.typing(chatId)
  expect(sentOf(script, 'typing')).toEqual([{ type: 'typing', conversationId: chatId }])
  await script.clock.advance(limits.typingEvery)
  script.client.typing(chatId)
  expect(sentOf(script, 'typing')).toHaveLength(2)
  script.client.typing(idOf(404))
  expect(sentOf(script, 'typing')).toHaveLength(2)

  const large = await begin({ kind: 'room', memberCount: limits.smallRoomMax + 1 })
  large.client.typing(chatId)
  expect(sentOf(large, 'typing')).toEqual([])
})

test('receipts only grow', async () => {
  const script = await begin({ lastSeq: 9 })
  const receipt = { type: 'receipt', conversationId: chatId, userId: bob }
  await signal(script, { ...receipt, deliveredSeq: 8, readSeq: 5 })
  await signal(script, { ...receipt, deliveredSeq: 7, readSeq: 6 })
  expect(chat(script)?.receipts[bob]).toEqual({ userId: bob, deliveredSeq: 8, readSeq: 6 })
})

test('presence is followed for those watched, also on the next connection', async () => {
  const script = await begin()
  script.client.watch([bob, bob])
  script.client.watch([bob])
  expect(sentOf(script, 'watch')).toEqual([{ type: 'watch', userIds: [bob] }])
  await signal(script, { type: 'presence', userId: bob, online: false, lastSeenAt: 77 })
  expect(script.client.getState().presence).toEqual({ [bob]: { online: false, lastSeenAt: 77 } })
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  expect(sentOf(script, 'watch')).toEqual([{ type: 'watch', userIds: [bob] }])
})

test('who is here is not known for long without a connection', async () => {
  const script = await begin()
  const online = { online: true, lastSeenAt: null }
  const here = () => signal(script, { type: 'presence', userId: bob, ...online })
  const presence = () => script.client.getState().presence
  await here()
  // One that is soon back changes nothing.
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  expect(presence()).toEqual({ [bob]: online })
  await script.socket().open()
  await script.clock.advance(10_000)
  expect(presence()).toEqual({ [bob]: online })

  await script.socket().fail(1006)
  await script.clock.advance(1_999)
  expect(presence()).toEqual({ [bob]: online })
  await script.clock.advance(1)
  expect(presence()).toEqual({})
})

test('a signal of an unknown type is nothing', async () => {
  const script = await begin()
  const before = script.client.getState()
  await signal(script, { type: 'dancing', userId: bob })
  expect(script.client.getState()).toBe(before)
})
