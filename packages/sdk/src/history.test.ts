import { expect, test } from 'vitest'

import {
  chatId,
  createScript,
  describeChat,
  eventOf,
  idOf,
  message,
  openChat,
  settle,
  shown,
  type Script,
} from './testing/script.ts'
import { windowMax } from './window.ts'

async function begin(change: Parameters<typeof describeChat>[0] = {}) {
  const script = createScript({ conversations: [describeChat(change)] })
  await script.begin()
  return script
}

const page = (from: number, to: number, change: object = {}) => ({
  messages: Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => message(from + at)),
  hasBefore: from > 1,
  hasAfter: false,
  users: [],
  ...change,
})

const texts = (...seqs: number[]) => seqs.map((seq) => `message ${seq}`)

function receive(script: Script, seq: number) {
  return script
    .socket()
    .receive({ type: 'event', conversationId: chatId, seq, event: eventOf(message(seq)) })
}

function windowOf(script: Script) {
  const window = script.client.getState().conversations[chatId]?.window
  if (!window) throw new Error('It is not open.')
  return window
}

test('a message that arrives while the page is read is in it once', async () => {
  const script = await begin({ lastSeq: 3 })
  script.client.openConversation(chatId).catch(() => {})
  await settle()
  await receive(script, 4)
  await receive(script, 5)
  await script.take(`/${chatId}`).answer({ ...describeChat({ lastSeq: 3 }), users: [] })
  // The server read it between the two.
  await script.take('/messages').answer(page(1, 4))
  expect(shown(script.client)).toEqual(texts(1, 2, 3, 4, 5))
})

test('a page that the cursor has jumped over is read again', async () => {
  const script = await begin({ lastSeq: 3 })
  script.client.openConversation(chatId).catch(() => {})
  await settle()
  await script.take(`/${chatId}`).answer({ ...describeChat({ lastSeq: 6 }), users: [] })
  await script.take('/messages').answer(page(1, 3))
  expect(shown(script.client)).toEqual([])
  await script.take('/messages').answer(page(1, 6))
  expect(shown(script.client)).toEqual(texts(1, 2, 3, 4, 5, 6))
})

test('a page that is ahead of the cursor waits until the cursor is there', async () => {
  const script = await begin({ lastSeq: 3 })
  script.client.openConversation(chatId).catch(() => {})
  await settle()
  await script.take('/messages').answer(page(1, 5))
  expect(shown(script.client)).toEqual([])
  await receive(script, 4)
  await receive(script, 5)
  await receive(script, 6)
  while (script.calls.length > 0)
    await script
      .take('/conversations/')
      .answer({ ...describeChat({ lastSeq: 5, unread: 2 }), users: [] })
  expect(shown(script.client)).toEqual(texts(1, 2, 3, 4, 5, 6))
})

test('a page that ends before what is known already does not pass for the end', async () => {
  const script = await begin({ lastSeq: 3, lastMessage: message(3) })
  const opened = script.client.openConversation(chatId)
  await settle()
  await script.take(`/${chatId}`).answer({ ...describeChat({ lastSeq: 2 }), users: [] })
  await script.take('/messages').answer(page(1, 2))
  await opened
  await receive(script, 3)
  await receive(script, 4)
  expect(shown(script.client)).toEqual(texts(1, 2))
  const loaded = script.client.loadAfter(chatId)
  await script.take('/messages').answer(page(3, 4))
  await loaded
  expect(shown(script.client)).toEqual(texts(1, 2, 3, 4))
})

test('it opens at the first unread message', async () => {
  const script = await begin({ lastSeq: 90, unread: 30 })
  script.client.openConversation(chatId).catch(() => {})
  await settle()
  expect(script.take('/messages').query.get('around')).toBe('2')
})

test('opening what is open asks for nothing', async () => {
  const script = await begin()
  await openChat(script, [message(1)])
  await script.client.openConversation(chatId)
  expect(script.calls).toEqual([])
})

test('after a reconnection what was open is consulted again, and shown meanwhile', async () => {
  const other = idOf(101)
  const script = createScript({ conversations: [describeChat(), describeChat({ id: other })] })
  await script.begin()
  await openChat(script, [message(1)])
  script.client.openConversation(other).catch(() => {})
  await settle()
  await script.socket().fail(1006)
  script.client.wake()
  await script.socket().open()
  script.calls.splice(0)
  const opened = script.client.openConversation(chatId)
  await settle()
  expect(shown(script.client)).toEqual(texts(1))
  expect(script.calls).toHaveLength(1)
  await script.take(`GET /api/v1/conversations/${chatId}`).lose()
  await opened
})

test('one that I may not see is refused', async () => {
  const script = await begin()
  const refused = script.client.openConversation(idOf(300)).catch((error: unknown) => error)
  await settle()
  await script.take(idOf(300)).refuse(404, 'not_found')
  expect(await refused).toMatchObject({ code: 'not_found', status: 404 })
})

test('pages before and after extend the window, shared by concurrent callers', async () => {
  const script = await begin({ lastSeq: 100 })
  const jump = script.client.jumpTo(chatId, 50)
  await settle()
  await script.take('/messages').answer(page(45, 55, { hasAfter: true }))
  await jump
  const before = [script.client.loadBefore(chatId), script.client.loadBefore(chatId)]
  await settle()
  const call = script.take('/messages')
  expect(Object.fromEntries(call.query)).toEqual({ before: '45', limit: '50' })
  expect(script.calls).toEqual([])
  await call.answer(page(20, 44, { hasAfter: true }))
  await Promise.all(before)
  const after = script.client.loadAfter(chatId)
  await settle()
  await receive(script, 101)
  expect(windowOf(script).messages.at(-1)?.seq).toBe(55)
  await script.take('/messages').answer(page(56, 100))
  await after
  expect(windowOf(script)).toMatchObject({ hasBefore: true, hasAfter: false })
  expect(windowOf(script).messages.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 82 }, (_, at) => at + 20),
  )
})

test('live messages wait outside while the window does not reach the end', async () => {
  const script = await begin({ lastSeq: 100 })
  const jump = script.client.jumpTo(chatId, 'first')
  await settle()
  expect(script.calls[0]?.query.get('after')).toBe('0')
  await script.take('/messages').answer(page(1, 25, { hasAfter: true }))
  await jump
  await receive(script, 101)
  expect(windowOf(script).messages).toHaveLength(25)
  const last = script.client.jumpTo(chatId, 'last')
  await settle()
  await script.take('/messages').answer(page(87, 101))
  await last
  expect(windowOf(script)).toMatchObject({ hasBefore: true, hasAfter: false })
  await receive(script, 102)
  expect(shown(script.client).at(-1)).toBe('message 102')
})

test('the later of two jumps wins, whichever answer comes first', async () => {
  const script = await begin({ lastSeq: 100 })
  script.client.jumpTo(chatId, 10).catch(() => {})
  script.client.jumpTo(chatId, 90).catch(() => {})
  await settle()
  const [first, second] = [script.take('/messages'), script.take('/messages')]
  await second.answer(page(88, 92, { hasAfter: true }))
  await first.answer(page(8, 12, { hasAfter: true }))
  expect(windowOf(script).messages.map(({ seq }) => seq)).toEqual([88, 89, 90, 91, 92])
})

test('a page that comes after a jump does not spoil the new place', async () => {
  const script = await begin({ lastSeq: 100 })
  await openChat(script, page(86, 100).messages)
  script.client.jumpTo(chatId, 10).catch(() => {})
  await settle()
  await script.take('/messages').answer(page(8, 12, { hasAfter: true }))
  const older = script.client.loadBefore(chatId)
  script.client.jumpTo(chatId, 50).catch(() => {})
  await settle()
  const [before, around] = [script.take('/messages'), script.take('/messages')]
  await around.answer(page(48, 52, { hasAfter: true }))
  await before.answer(page(1, 7, { hasAfter: true }))
  await older
  expect(windowOf(script).messages[0]?.seq).toBe(48)
})

test('the window never holds more than its share', async () => {
  const script = await begin({ lastSeq: 2_000 })
  const jump = script.client.jumpTo(chatId, 'last')
  await settle()
  await script.take('/messages').answer(page(1_951, 2_000))
  await jump
  for (let first = 1_951; first > 1_300; first -= 50) {
    const loaded = script.client.loadBefore(chatId)
    await settle()
    await script.take('/messages').answer(page(first - 50, first - 1, { hasAfter: true }))
    await loaded
  }
  const { messages, hasAfter } = windowOf(script)
  expect(messages).toHaveLength(windowMax)
  expect(messages[0]?.seq).toBe(1_301 - 50)
  expect(hasAfter).toBe(true)
})

test('only the conversations opened last keep their messages', async () => {
  const ids = Array.from({ length: 32 }, (_, at) => idOf(400 + at))
  const script = createScript({ conversations: ids.map((id) => describeChat({ id })) })
  await script.begin()
  for (const id of ids) {
    const opened = script.client.openConversation(id)
    await settle()
    await script
      .take(`GET /api/v1/conversations/${id}`)
      .answer({ ...describeChat({ id }), users: [] })
    await script.take('/messages').answer(page(1, 1))
    await opened
  }
  const { conversations } = script.client.getState()
  expect(ids.filter((id) => conversations[id]?.window)).toEqual(ids.slice(-30))
})
