import { limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import type { ConversationState } from './state.ts'
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
  shown,
  type Script,
} from './testing/script.ts'

async function begin(change: Parameters<typeof describeChat>[0] = {}) {
  const script = createScript({ conversations: [describeChat(change)] })
  await script.begin()
  return script
}

async function beginOpen(change: Parameters<typeof describeChat>[0] = {}) {
  const script = await begin(change)
  await openChat(script, [message(1)])
  return script
}

function receive(script: Script, ...seqs: number[]) {
  return Promise.all(
    seqs.map((seq) =>
      script
        .socket()
        .receive({ type: 'event', conversationId: chatId, seq, event: eventOf(message(seq)) }),
    ),
  )
}

function chat(script: Script): ConversationState {
  const found = script.client.getState().conversations[chatId]
  if (!found) throw new Error('The chat is gone.')
  return found
}

const logged = (...seqs: number[]) => ({
  events: seqs.map((seq) => ({ seq, event: eventOf(message(seq)) })),
  lastSeq: seqs.at(-1) ?? 0,
  firstSeq: 1,
  users: [],
})

test('the next event is applied, an earlier one dropped', async () => {
  const script = await beginOpen()
  await receive(script, 2, 2, 1, 3)
  expect(shown(script.client)).toEqual(['message 1', 'message 2', 'message 3'])
  expect(chat(script)).toMatchObject({ lastSeq: 3, unread: 2, lastMessage: { seq: 3 } })
})

test('events that overtake each other are put in order without asking', async () => {
  const script = await beginOpen()
  await receive(script, 4, 3)
  expect(shown(script.client)).toEqual(['message 1'])
  await receive(script, 2)
  expect(shown(script.client)).toEqual(['message 1', 'message 2', 'message 3', 'message 4'])
  await script.clock.advance(10_000)
  expect(script.calls).toEqual([])
})

test('a gap is filled from the log, once', async () => {
  const script = await beginOpen()
  await receive(script, 4, 5)
  await script.clock.advance(1_000)
  const call = script.take('/events')
  expect(call.query.get('after')).toBe('1')
  expect(script.calls).toEqual([])
  await call.answer(logged(2, 3, 4))
  expect(chat(script).lastSeq).toBe(5)
  expect(shown(script.client).slice(1)).toEqual([2, 3, 4, 5].map((seq) => `message ${seq}`))
  expect(chat(script).unread).toBe(4)
})

test('filling a gap goes on through a lost answer', async () => {
  const script = await beginOpen()
  await receive(script, 3)
  await script.clock.advance(1_000)
  await script.take('/events').lose()
  await script.clock.advance(1_000)
  await script.take('/events').answer(logged(2, 3))
  expect(chat(script).lastSeq).toBe(3)
})

test('a gap that could not be filled is asked for again with the next connection', async () => {
  const script = await beginOpen()
  await receive(script, 3)
  await script.clock.advance(150)
  await script.socket().fail(1006)
  script.client.wake()
  await script.take('/events').lose()
  expect(script.calls).toEqual([])
  await script.socket().open()
  await script.take('/events').answer(logged(2, 3))
  expect(chat(script).lastSeq).toBe(3)
})

test('over a gap too large to replay the messages at hand stay, as they are now', async () => {
  const script = await beginOpen()
  const far = limits.eventsMax + 10
  await receive(script, far)
  await script.clock.advance(1_000)
  await script.take(`GET /api/v1/conversations/${chatId}`).answer({
    ...describeChat({ lastSeq: far - 1, unread: 300, lastMessage: message(far - 1) }),
    users: [],
  })
  const changes = script.take('/changes')
  expect(Object.fromEntries(changes.query)).toEqual({ after: '1', from: '1', to: '1' })
  await changes.answer({
    messages: [message(1, { body: '', deletedAt: 9 })],
    users: [],
    lastSeq: far - 1,
    lastEventId: idOf(7),
  })
  expect(chat(script).window).toMatchObject({
    messages: [{ seq: 1, body: '', deletedAt: 9 }],
    hasAfter: true,
  })
  expect(chat(script)).toMatchObject({ lastSeq: far, unread: 301, lastMessage: { seq: far } })

  const reading = script.client.loadAfter(chatId)
  await settle()
  await script
    .take('/messages')
    .answer({ messages: [message(2), message(3)], hasBefore: true, hasAfter: true, users: [] })
  await reading
  expect(shown(script.client)).toEqual(['', 'message 2', 'message 3'])
})

test('a gap too large to replay without messages at hand has them read anew', async () => {
  const script = await begin()
  await openChat(script, [])
  const far = limits.eventsMax + 10
  await receive(script, far)
  await script.clock.advance(1_000)
  await script
    .take(`GET /api/v1/conversations/${chatId}`)
    .answer({ ...describeChat({ lastSeq: far - 1, unread: 300 }), users: [] })
  await script.take('/messages').answer({
    // Read a moment later, it is ahead of the conversation: what is beyond comes as an event.
    messages: [message(far - 1), message(far)],
    hasBefore: true,
    hasAfter: false,
    users: [],
  })
  expect(shown(script.client)).toEqual([`message ${far - 1}`, `message ${far}`])
  expect(chat(script)).toMatchObject({ lastSeq: far, unread: 301 })
})

test('a log that was pruned past the cursor is read anew', async () => {
  const script = await beginOpen()
  await receive(script, 9)
  await script.clock.advance(1_000)
  await script.take('/events').answer({ ...logged(8, 9), firstSeq: 8 })
  expect(script.take(`GET /api/v1/conversations/${chatId}`)).toBeDefined()
})

test('events hidden from me are a hole, not a gap to ask for again and again', async () => {
  const script = await beginOpen()
  await receive(script, 6)
  await script.clock.advance(1_000)
  await script.take('/events').answer(logged(5, 6))
  await script
    .take(`GET /api/v1/conversations/${chatId}`)
    .answer({ ...describeChat({ lastSeq: 6, firstSeq: 1 }), users: [] })
  await script
    .take('/messages')
    .answer({ messages: [message(5), message(6)], hasBefore: false, hasAfter: false, users: [] })
  expect(chat(script).lastSeq).toBe(6)
  await script.clock.advance(60_000)
  expect(script.calls).toEqual([])
})

test('a head that turns out to be wrong is not asked for again', async () => {
  const script = await beginOpen()
  await script
    .socket()
    .receive(script.heads({ heads: [{ conversationId: chatId, lastSeq: 9, readSeq: 1 }] }))
  await script.take('/sync').answer({
    epoch: 'first',
    userSeq: 0,
    unchanged: true,
    userEvents: [],
    conversations: [],
    gone: [],
    foreign: [],
    users: [],
  })
  await script.take('/events').answer({ events: [], lastSeq: 1, firstSeq: 1, users: [] })
  await receive(script, 2)
  await script.clock.advance(60_000)
  expect(script.calls).toEqual([])
  expect(shown(script.client)).toEqual(['message 1', 'message 2'])
})

test('a conversation without messages in memory is brought up to date as a whole', async () => {
  const script = await begin()
  await receive(script, 5)
  await script.clock.advance(1_000)
  await script
    .take(`GET /api/v1/conversations/${chatId}`)
    .answer({ ...describeChat({ lastSeq: 5, unread: 4, lastMessage: message(5) }), users: [] })
  expect(chat(script)).toMatchObject({ lastSeq: 5, unread: 4 })
})

test('an event of an unknown conversation has it fetched once', async () => {
  const script = await begin()
  const id = idOf(200)
  const event = (seq: number) =>
    script.socket().receive({
      type: 'event',
      conversationId: id,
      seq,
      event: eventOf(message(seq, { conversationId: id })),
    })
  await event(1)
  await event(2)
  await event(4)
  await script.clock.advance(1_000)
  const call = script.take(`GET /api/v1/conversations/${id}`)
  expect(script.calls).toEqual([])
  await event(5)
  await call.answer({ ...describeChat({ id, lastSeq: 3, unread: 3 }), users: [] })
  expect(script.client.getState().conversations[id]).toMatchObject({ lastSeq: 5, unread: 5 })
})

test('one that turns out not to be mine stays out', async () => {
  const script = await begin()
  await script.socket().receive({
    type: 'event',
    conversationId: idOf(200),
    seq: 3,
    event: eventOf(message(3, { conversationId: idOf(200) })),
  })
  await script.clock.advance(1_000)
  await script.take(idOf(200)).refuse(404, 'not_found')
  await script.clock.advance(60_000)
  expect(script.client.getState().conversations[idOf(200)]).toBeUndefined()
  expect(script.calls).toEqual([])
})

test('an event of an unknown type moves the cursor and nothing else', async () => {
  const script = await beginOpen()
  const before = chat(script)
  await script.socket().receive({
    type: 'event',
    conversationId: chatId,
    seq: 2,
    event: { id: idOf(3), type: 'poll.closed', winner: 'tea' },
  })
  expect(chat(script)).toEqual({ ...before, lastSeq: 2 })
  await receive(script, 3)
  expect(shown(script.client)).toEqual(['message 1', 'message 3'])
})

function readChanged(script: Script, seq: number, mark: Record<string, number>) {
  return script.socket().receive({
    type: 'userEvent',
    seq,
    event: { id: idOf(50 + seq), type: 'read.changed', conversationId: chatId, ...mark },
  })
}

test('a read mark counted a few events ago has what followed added to it', async () => {
  const script = await begin()
  await receive(script, 2, 3, 4)
  expect(chat(script).unread).toBe(3)
  await readChanged(script, 1, { readSeq: 2, unread: 1, mentions: 0, lastSeq: 3 })
  expect(chat(script)).toMatchObject({ unread: 2, membership: { readSeq: 2 } })
})

test('a read mark counted after events still to come waits for them', async () => {
  const script = await begin()
  await receive(script, 2)
  await readChanged(script, 1, { readSeq: 3, unread: 1, mentions: 1, lastSeq: 4 })
  expect(chat(script).unread).toBe(1)
  await receive(script, 3, 4)
  expect(chat(script)).toMatchObject({ unread: 1, mentions: 1, membership: { readSeq: 3 } })
})

test('a read mark from before all that is remembered has the conversation read again', async () => {
  const script = await begin({ lastSeq: 10, unread: 9 })
  await readChanged(script, 1, { readSeq: 5, unread: 3, mentions: 0, lastSeq: 8 })
  await script
    .take(`GET /api/v1/conversations/${chatId}`)
    .answer({ ...describeChat({ lastSeq: 10, unread: 5 }), users: [] })
  expect(chat(script).unread).toBe(5)
})

test('an older read mark changes nothing', async () => {
  const script = await begin({ lastSeq: 10, unread: 0 })
  script.told.conversations = []
  await receive(script, 11)
  await readChanged(script, 1, { readSeq: 0, unread: 11, mentions: 0, lastSeq: 11 })
  expect(chat(script).unread).toBe(1)
})

test('what I wrote on another device is not unread, and says nothing about what is above it', async () => {
  const script = await begin()
  await receive(script, 2, 3)
  await script.socket().receive({
    type: 'event',
    conversationId: chatId,
    seq: 4,
    event: eventOf(message(4, { senderId: alice })),
  })
  expect(chat(script)).toMatchObject({ unread: 2, lastSeq: 4, membership: { readSeq: 1 } })
})

test('lines of the system are no unread messages, and mentions are counted apart', async () => {
  const script = await begin()
  const lines = [
    message(2, { kind: 'system', content: { action: 'joined' } }),
    message(3, { mentions: [alice] }),
  ]
  for (const line of lines)
    await script
      .socket()
      .receive({ type: 'event', conversationId: chatId, seq: line.seq, event: eventOf(line) })
  expect(chat(script)).toMatchObject({ unread: 1, mentions: 1, lastSeq: 3 })
})

test('unread stops counting one above the limit', async () => {
  const script = await begin({ unread: limits.unreadMax })
  await receive(script, 2, 3, 4)
  expect(chat(script).unread).toBe(limits.unreadMax + 1)
})

test('a snapshot that is older than what is applied takes nothing back', async () => {
  const script = await beginOpen()
  await receive(script, 2, 3)
  await script.socket().receive({
    type: 'userEvent',
    seq: 1,
    event: {
      id: idOf(51),
      type: 'conversation.joined',
      conversation: describeChat({ lastSeq: 2, unread: 1, lastMessage: message(2) }),
      users: [],
    },
  })
  expect(chat(script)).toMatchObject({ lastSeq: 3, unread: 2, lastMessage: { seq: 3 } })
})

test('a snapshot ahead of open messages lets the log tell what they missed', async () => {
  const script = await beginOpen()
  await script.socket().receive({
    type: 'userEvent',
    seq: 1,
    event: {
      id: idOf(51),
      type: 'conversation.joined',
      conversation: describeChat({ lastSeq: 3, unread: 2, lastMessage: message(3) }),
      users: [],
    },
  })
  expect(chat(script).lastSeq).toBe(1)
  await script.clock.advance(1_000)
  await script.take('/events').answer(logged(2, 3))
  expect(shown(script.client)).toEqual(['message 1', 'message 2', 'message 3'])
  expect(chat(script).unread).toBe(2)
})

test('leaving takes the conversation away, unless I have joined again since', async () => {
  const script = await begin({ lastSeq: 5 })
  const left = (seq: number, at: number) =>
    script.socket().receive({
      type: 'userEvent',
      seq,
      event: { id: idOf(60 + seq), type: 'conversation.left', conversationId: chatId, seq: at },
    })
  await left(1, 4)
  expect(chat(script).lastSeq).toBe(5)
  await left(2, 5)
  expect(script.client.getState().conversations).toEqual({})
  await script.clock.advance(60_000)
  expect(script.calls).toEqual([])
})

test('an answer that was on its way while I left does not bring the conversation back', async () => {
  const script = await begin({ lastSeq: 3 })
  const opened = script.client.openConversation(chatId).catch(() => 'gone')
  await settle()
  const asked = script.take(`GET /api/v1/conversations/${chatId}`)
  const left = { id: idOf(61), type: 'conversation.left', conversationId: chatId, seq: 4 }
  await script.socket().receive({ type: 'userEvent', seq: 1, event: left })
  await asked.answer({ ...describeChat({ lastSeq: 3 }), users: [] })
  await script.take('/messages').refuse(404, 'not_found')
  expect(await opened).toBe('gone')
  expect(script.client.getState().conversations).toEqual({})
})

test('people nobody has introduced are looked up together', async () => {
  const script = await begin()
  for (const [seq, senderId] of [idOf(31), idOf(32), bob, idOf(31)].entries())
    await script.socket().receive({
      type: 'event',
      conversationId: chatId,
      seq: seq + 2,
      event: eventOf(message(seq + 2, { senderId })),
    })
  await script.clock.advance(1_000)
  const call = script.take('GET /api/v1/users')
  expect(call.query.get('ids')).toBe(`${idOf(31)},${idOf(32)}`)
  const carol = { id: idOf(31), kind: 'person', username: 'carol', name: 'Carol', picture: null }
  await call.answer({ users: [carol] })
  expect(script.client.getState().users[idOf(31)]).toEqual(carol)
  await script.socket().receive({
    type: 'event',
    conversationId: chatId,
    seq: 6,
    event: eventOf(message(6, { senderId: idOf(32) })),
  })
  await script.clock.advance(1_000)
  expect(script.calls).toEqual([])
})
