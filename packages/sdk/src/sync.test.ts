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
  openChat,
  serverInfo,
  settle,
  shown,
  type Script,
} from './testing/script.ts'

async function begin() {
  const script = createScript()
  await script.begin()
  return script
}

const connectionOf = (script: Script) => script.client.getState().connection

/** An answer of `/sync`. */
const missed = (change: object) => ({
  epoch: 'first',
  userSeq: 0,
  unchanged: false,
  userEvents: [],
  conversations: [],
  gone: [],
  foreign: [],
  users: [],
  ...change,
})

function sentOf(script: Script, type: string) {
  return script.socket().sent.filter((frame) => frame.type === type)
}

test('starting reads the session and the chat list, and says hello with what it knows', async () => {
  const script = createScript()
  const started = script.client.start()
  expect(script.client.getState().session).toBe('starting')
  await settle()
  expect(script.client.getState()).toMatchObject({
    session: 'signedIn',
    connection: { status: 'connecting' },
    conversationsLoaded: false,
  })
  await script.socket().open()
  await started
  expect(script.client.getState()).toMatchObject({
    me: { id: alice },
    server: { name: 'Roost' },
    connection: { status: 'online', since: null },
    conversationsLoaded: true,
    users: { [bob]: { name: 'Bob' } },
  })
  expect(sentOf(script, 'hello')).toEqual([
    {
      type: 'hello',
      protocol: 1,
      epoch: 'first',
      userSeq: 0,
      heads: [{ conversationId: chatId, seq: 1 }],
    },
  ])
})

test('the list does not wait long for the socket, and is read again once that is open', async () => {
  const script = createScript()
  void script.client.start()
  await script.clock.advance(600)
  expect(script.client.getState().conversationsLoaded).toBe(true)
  script.told.conversations = [
    describeChat({ receipts: [{ userId: bob, deliveredSeq: 1, readSeq: 1 }] }),
  ]
  await script.socket().open()
  await script.clock.advance(10_000)
  expect(script.counts.get('GET /api/v1/conversations')).toBe(2)
})

test('a list of several pages is read to its end', async () => {
  const script = createScript()
  script.hold('/api/v1/conversations')
  void script.client.start()
  await settle()
  await script.socket().open()
  const chats = [1, 2, 3].map((n) => describeChat({ id: idOf(200 + n) }))
  const page = (from: number) => ({
    conversations: chats.slice(from, from + 1),
    users: [],
    epoch: 'first',
    userSeq: 4,
    ...(from < 2 && { nextCursor: String(from + 1) }),
  })
  for (const from of [0, 1, 2]) {
    expect(script.client.getState().conversationsLoaded).toBe(false)
    const call = script.take('/conversations')
    expect(call.query.get('cursor')).toBe(from === 0 ? null : String(from))
    await call.answer(page(from))
    expect(Object.keys(script.client.getState().conversations)).toHaveLength(from + 1)
  }
  expect(script.client.getState().conversationsLoaded).toBe(true)
  expect(sentOf(script, 'hello')).toMatchObject([{ userSeq: 4, heads: [{}, {}, {}] }])
})

test('a lost connection shows at once and is tried again with growing patience', async () => {
  const script = await begin()
  const since = script.clock.now()
  await script.socket().fail(1006)
  expect(connectionOf(script)).toEqual({ status: 'offline', since })
  // Half of the range between 500 ms and the limit, which doubles.
  for (const wait of [750, 1_250, 2_250, 4_250, 8_250, 15_250, 15_250]) {
    const attempts = script.sockets.length
    await script.clock.advance(wait - 1)
    expect(script.sockets).toHaveLength(attempts)
    await script.clock.advance(1)
    expect(script.sockets).toHaveLength(attempts + 1)
    await script.socket().fail(1006)
    expect(connectionOf(script)).toEqual({ status: 'offline', since })
  }
  script.client.wake()
  await script.socket().open()
  expect(connectionOf(script)).toEqual({ status: 'online', since: null })
})

test('it comes back after 4000 to 4499 and stays away after 4500', async () => {
  const script = await begin()
  await script.socket().fail(4000)
  await script.clock.advance(1_000)
  expect(script.sockets).toHaveLength(2)
  await script.socket().open()
  await script.socket().fail(4502)
  await script.clock.advance(120_000)
  expect(script.sockets).toHaveLength(2)
  expect(connectionOf(script).status).toBe('offline')
})

test('a server that sends everybody away at once is tried with growing patience as well', async () => {
  const script = await begin()
  for (const wait of [750, 1_250, 2_250]) {
    await script.socket().fail(4000)
    const attempts = script.sockets.length
    await script.clock.advance(wait - 1)
    expect(script.sockets).toHaveLength(attempts)
    await script.clock.advance(1)
    await script.socket().open()
  }
  await script.socket().receive(script.heads())
  await script.socket().fail(4000)
  await script.clock.advance(750)
  expect(script.sockets).toHaveLength(5)
})

test('a session that the server ends is over here', async () => {
  const script = await begin()
  await script.socket().fail(4501)
  expect(script.client.getState()).toMatchObject({
    session: 'signedOut',
    me: null,
    conversations: {},
  })
  await script.clock.advance(120_000)
  expect(script.sockets).toHaveLength(1)
})

test('a refused upgrade shows whether the session still stands', async () => {
  const script = await begin()
  await script.socket().fail(1006)
  script.hold('/api/v1/me')
  await script.clock.advance(1_000)
  await script.socket().fail(1006)
  await script.take('/api/v1/me').refuse(401, 'unauthenticated')
  expect(script.client.getState().session).toBe('signedOut')
})

test('a connection that falls silent is given up', async () => {
  const script = await begin()
  await script.clock.advance(2 * limits.pingEvery)
  expect(connectionOf(script).status).toBe('online')
  await script.clock.advance(limits.pingEvery)
  expect(connectionOf(script).status).toBe('offline')
})

test('a ping that counts more than arrived has the heads asked for', async () => {
  const script = await begin()
  const event = eventOf(message(2))
  await script.socket().receive({ type: 'event', conversationId: chatId, seq: 2, event })
  await script.socket().receive({ type: 'ping', sent: 1 })
  expect(sentOf(script, 'hello')).toHaveLength(1)
  await script.socket().receive({ type: 'ping', sent: 3 })
  expect(sentOf(script, 'hello').at(-1)).toMatchObject({ heads: [{ seq: 2 }] })
  await script.socket().receive({ type: 'ping', sent: 3 })
  expect(sentOf(script, 'hello')).toHaveLength(2)
  expect(sentOf(script, 'pong')).toHaveLength(3)
})

test('a frame that arrived twice makes up for none that is missing', async () => {
  const script = await begin()
  const event = eventOf(message(2))
  const frame = { type: 'event', conversationId: chatId, seq: 2, event }
  await script.socket().receive(frame)
  await script.socket().receive(frame)
  await script.socket().receive({ type: 'ping', sent: 2 })
  expect(sentOf(script, 'hello')).toHaveLength(2)
  // Nor when it comes once more after that.
  await script.socket().receive(frame)
  await script.socket().receive({ type: 'ping', sent: 3 })
  expect(sentOf(script, 'hello')).toHaveLength(3)
})

test('a hello without an answer is said again', async () => {
  const script = createScript()
  void script.client.start()
  await settle()
  await script.socket().open()
  await script.clock.advance(10_000)
  expect(sentOf(script, 'hello')).toHaveLength(2)
  await script.socket().receive(script.heads())
  await script.clock.advance(30_000)
  expect(sentOf(script, 'hello')).toHaveLength(2)
})

test('a frame that was dropped for haste is sent again a moment later', async () => {
  const script = createScript()
  void script.client.start()
  await settle()
  await script.socket().open()
  script.client.watch([bob])
  await script.socket().receive({ type: 'error', code: 'rate_limited', message: 'Slowly.' })
  await script.clock.advance(1_000)
  expect(sentOf(script, 'hello')).toHaveLength(2)
  expect(sentOf(script, 'watch')).toHaveLength(2)
  await script.socket().receive(script.heads())
  await script.socket().receive({ type: 'error', code: 'rate_limited', message: 'Slowly.' })
  await script.clock.advance(60_000)
  expect(sentOf(script, 'hello')).toHaveLength(2)
})

test('waking asks a connection that was quiet whether it still lives', async () => {
  const script = await begin()
  await script.clock.advance(20_000)
  script.client.wake()
  expect(sentOf(script, 'hello')).toHaveLength(2)
  await script.clock.advance(9_000)
  expect(connectionOf(script).status).toBe('offline')
})

test('told that the network is gone, it does not wait for silence', async () => {
  const script = await begin()
  script.client.lose()
  expect(connectionOf(script)).toEqual({ status: 'offline', since: script.clock.now() })
  expect(script.socket().closed).toBe(true)
  script.client.wake()
  await script.socket().open()
  expect(connectionOf(script).status).toBe('online')
})

test('after a reconnection the open conversation is repaired first, then the others', async () => {
  const other = idOf(101)
  const script = createScript({ conversations: [describeChat(), describeChat({ id: other })] })
  await script.begin()
  await openChat(script, [message(1)])
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  await script.socket().receive(
    script.heads({
      heads: [
        { conversationId: other, lastSeq: 4, readSeq: 1 },
        { conversationId: chatId, lastSeq: 3, readSeq: 1 },
      ],
    }),
  )
  const sync = script.take('POST /api/v1/sync')
  expect(sync.body).toMatchObject({
    epoch: 'first',
    heads: [
      { conversationId: chatId, seq: 1 },
      { conversationId: other, seq: 1 },
    ],
  })
  const events = [2, 3].map((seq) => ({ seq, event: eventOf(message(seq)) }))
  await sync.answer(
    missed({
      conversations: [
        { conversationId: chatId, lastSeq: 3, lastEventId: idOf(3), events },
        { conversationId: other, lastSeq: 4, lastEventId: idOf(4), events: null },
      ],
    }),
  )
  expect(shown(script.client)).toEqual(['message 1', 'message 2', 'message 3'])
  await script
    .take(`GET /api/v1/conversations/${other}`)
    .answer({ ...describeChat({ id: other, lastSeq: 4, unread: 3 }), users: [] })
  expect(script.client.getState().conversations[other]).toMatchObject({ lastSeq: 4, unread: 3 })
  expect(script.calls).toEqual([])
})

test('what was missed is asked for until there is an answer', async () => {
  const script = await begin()
  await openChat(script, [message(1)])
  const heads = [{ conversationId: chatId, lastSeq: 2, readSeq: 1 }]
  await script.socket().receive(script.heads({ heads }))
  await script.take('POST /api/v1/sync').lose()
  await script.clock.advance(2_000)
  const events = [{ seq: 2, event: eventOf(message(2)) }]
  await script.take('POST /api/v1/sync').answer(
    missed({
      conversations: [{ conversationId: chatId, lastSeq: 2, lastEventId: idOf(2), events }],
    }),
  )
  expect(shown(script.client)).toEqual(['message 1', 'message 2'])
})

test('a reconnection brings receipts and marks that were missed', async () => {
  const script = await begin()
  await script.socket().fail(1006)
  script.told.conversations = [
    describeChat({
      unread: 0,
      receipts: [{ userId: bob, deliveredSeq: 1, readSeq: 1 }],
      lastSeq: 3,
      lastMessage: message(3, { senderId: alice }),
    }),
  ]
  await script.clock.advance(1_000)
  await script.socket().open()
  await script.clock.advance(10_000)
  expect(script.client.getState().conversations[chatId]).toMatchObject({ lastSeq: 3 })
  script.told.conversations = [
    describeChat({ lastSeq: 3, receipts: [{ userId: bob, deliveredSeq: 3, readSeq: 2 }] }),
  ]
  await script.socket().fail(1006)
  await script.clock.advance(2_000)
  await script.socket().open()
  await script.clock.advance(10_000)
  expect(script.client.getState().conversations[chatId]?.receipts[bob]).toEqual({
    userId: bob,
    deliveredSeq: 3,
    readSeq: 2,
  })
})

test('what a reconnection finds unchanged stays the same object', async () => {
  const other = idOf(101)
  const script = createScript({ conversations: [describeChat(), describeChat({ id: other })] })
  await script.begin()
  const before = script.client.getState()
  script.told.conversations = [describeChat({ unread: 7 }), describeChat({ id: other })]
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  await script.clock.advance(10_000)
  const after = script.client.getState()
  expect(after.conversations[chatId]).toMatchObject({ unread: 7 })
  expect(after.conversations[chatId]?.receipts).toBe(before.conversations[chatId]?.receipts)
  expect(after.conversations[other]).toBe(before.conversations[other])
  expect(after.users).toBe(before.users)
})

test('conversations that are gone leave', async () => {
  const script = await begin()
  await script.socket().receive(script.heads({ gone: [chatId] }))
  expect(script.client.getState().conversations).toEqual({})
})

test('a missed event of my own has the server asked what it was', async () => {
  const script = await begin()
  script.told.me = { ...script.told.me, locale: 'de' }
  script.told.userSeq = 3
  await script
    .socket()
    .receive({ type: 'userEvent', seq: 3, event: { id: idOf(7), type: 'me.changed' } })
  expect(sentOf(script, 'hello')).toHaveLength(2)
  await script.socket().receive(script.heads())
  const pinned = { ...describeChat().membership, pinnedAt: 5 }
  const changed = {
    id: idOf(9),
    type: 'membership.changed',
    conversationId: chatId,
    membership: pinned,
  }
  await script.take('POST /api/v1/sync').answer(
    missed({
      userSeq: 3,
      userEvents: [
        { seq: 2, event: changed },
        { seq: 3, event: { id: idOf(7), type: 'me.changed' } },
      ],
    }),
  )
  expect(script.client.getState()).toMatchObject({
    me: { locale: 'de' },
    conversations: { [chatId]: { membership: { pinnedAt: 5 } } },
    cursor: { epoch: 'first', userSeq: 3 },
  })
  await script
    .socket()
    .receive({ type: 'userEvent', seq: 4, event: { id: idOf(8), type: 'me.changed' } })
  expect(script.client.getState().cursor?.userSeq).toBe(4)
  expect(sentOf(script, 'hello')).toHaveLength(2)
})

test('more events of my own than can be told have list and profile read again', async () => {
  const script = await begin()
  script.told.conversations = [describeChat({ unread: 5, lastSeq: 6 })]
  script.told.me = { ...script.told.me, locale: 'de' }
  script.told.userSeq = 900
  await script.socket().receive(script.heads())
  await script.take('POST /api/v1/sync').answer(missed({ userSeq: 900, userEvents: null }))
  expect(script.client.getState()).toMatchObject({
    me: { locale: 'de' },
    conversations: { [chatId]: { unread: 5 } },
    cursor: { userSeq: 900 },
  })
})

test('a restored server is read anew: no cursor of before means anything', async () => {
  const script = createScript({ conversations: [describeChat({ lastSeq: 50 })] })
  await script.begin()
  await openChat(script, [message(50)])
  script.told.epoch = 'second'
  script.told.conversations = [describeChat({ lastSeq: 20, lastMessage: message(20) })]
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  await script.socket().receive(script.heads())
  expect(script.client.getState().conversations[chatId]?.lastSeq).toBe(20)
  await script
    .take('/messages')
    .answer({ messages: [message(20)], hasBefore: false, hasAfter: false, users: [] })
  expect(shown(script.client)).toEqual(['message 20'])
})

test.each([
  ['a cursor that the log does not have', (script: Script) => script.heads({ foreign: [chatId] })],
  ['a log of mine that is shorter', (script: Script) => script.heads({ userSeq: 1 })],
])('%s means that the server was put back', async (_, heads) => {
  const script = createScript({ conversations: [describeChat({ lastSeq: 50 })] })
  script.told.userSeq = 2
  await script.begin()
  script.told.conversations = [describeChat({ lastSeq: 20 })]
  script.told.userSeq = 1
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  await script.socket().receive(heads(script))
  expect(script.client.getState()).toMatchObject({
    conversations: { [chatId]: { lastSeq: 20 } },
    cursor: { userSeq: 1 },
  })
})

test('a room that I am in where its log has not got to my leaving means the same', async () => {
  const script = createScript({ conversations: [describeChat({ lastSeq: 50 })] })
  await script.begin()
  const left = script.client.leaveRoom(chatId)
  await settle()
  await script.take('/leave').answer({ seq: 51 })
  await left
  expect(script.client.getState().conversations[chatId]).toBeUndefined()

  script.told.conversations = [describeChat({ lastSeq: 20 })]
  await script.socket().fail(1006)
  await script.clock.advance(1_000)
  await script.socket().open()
  const heads = [{ conversationId: chatId, lastSeq: 20, readSeq: 0 }]
  await script.socket().receive(script.heads({ heads }))
  expect(script.client.getState().conversations[chatId]).toMatchObject({ lastSeq: 20 })
})

test('starting without a network waits for one', async () => {
  const script = createScript()
  script.hold('/api/v1/server')
  const started = script.client.start()
  await settle()
  await script.take('/api/v1/server').lose()
  expect(script.client.getState()).toMatchObject({
    session: 'starting',
    connection: { status: 'offline' },
  })
  script.client.wake()
  await settle()
  await script.take('/api/v1/server').answer({ ...serverInfo, me: null })
  await started
  expect(script.client.getState().session).toBe('signedOut')
})

test('stopping while starting leaves it stopped', async () => {
  const script = createScript()
  script.hold('/api/v1/server')
  const started = script.client.start()
  await settle()
  script.client.stop()
  await script.take('/api/v1/server').answer({ ...serverInfo, me: script.told.me })
  await started
  expect(script.sockets).toEqual([])
  expect(script.client.getState().session).toBe('starting')
})

test('after stopping nothing happens any more', async () => {
  const script = await begin()
  await openChat(script, [message(1)])
  await script
    .socket()
    .receive({ type: 'event', conversationId: chatId, seq: 3, event: eventOf(message(3)) })
  await script.clock.advance(1_000)
  const gap = script.take('/events')
  script.client.send(chatId, { body: 'one' })
  script.client.stop()
  const before = script.client.getState()
  await gap.lose()
  expect(script.clock.waiting()).toBe(0)
  await script.clock.advance(120_000)
  expect(script.sockets).toHaveLength(1)
  expect(script.socket().closed).toBe(true)
  expect(script.calls).toEqual([])
  expect(script.client.getState()).toBe(before)
})
