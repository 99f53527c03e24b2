import type { Message } from '@roost/protocol'
import { expect, test } from 'vitest'

import type { ApiError } from './errors.ts'
import { memoryStorage } from './memory-storage.ts'
import { chatList, failedChange, pendingMembership, timeline, unsentCount } from './selectors.ts'
import {
  alice,
  bob,
  chatId,
  createClock,
  createScript,
  describeChat,
  eventOf,
  idOf,
  me,
  message,
  openChat,
  settle,
  shown,
  type Call,
  type Script,
} from './testing/script.ts'

const month = 30 * 24 * 60 * 60_000

/** An open chat with these messages, and what is in storage. */
async function begin(
  messages: Message[] = [],
  {
    values = new Map<string, unknown>(),
    conversations = [describeChat({ lastSeq: messages.at(-1)?.seq ?? 1 })],
  } = {},
) {
  const script = createScript({ storage: memoryStorage(values), conversations })
  await script.begin()
  await openChat(script, messages)
  return { script, values }
}

/** What one sees in the chat. */
function lines({ client }: Script): string[] {
  const state = client.getState()
  const chat = state.conversations[chatId]
  return chat ? timeline(chat, state).map(({ body }) => body) : []
}

const waitingIn = (values: Map<string, unknown>) =>
  [...values.keys()].filter((key) => key.startsWith('outbox/'))

/** The message that the server makes of a send. */
function stored(call: Call, seq: number) {
  const { clientId, body } = call.body as { clientId: string; body: string }
  return message(seq, { id: clientId, body, senderId: alice })
}

async function send(script: Script, body: string) {
  const clientId = script.client.send(chatId, { body })
  await settle()
  return clientId
}

function echo(script: Script, line: ReturnType<typeof stored>) {
  const { seq } = line
  return script
    .socket()
    .receive({ type: 'event', conversationId: chatId, seq, event: eventOf(line) })
}

test('a send is in storage before it is on its way, and out of it once acknowledged', async () => {
  const { script, values } = await begin()
  const clientId = script.client.send(chatId, { body: 'one' })
  expect(script.calls).toEqual([])
  await settle()
  expect(waitingIn(values)).toEqual([`outbox/${alice}/${clientId}`])
  expect(shown(script.client)).toEqual(['[one]'])
  const call = script.take('POST')
  await call.answer(stored(call, 2), 201)
  expect(shown(script.client)).toEqual(['one'])
  expect(waitingIn(values)).toEqual([])
})

test('the echo arrives before the reply: shown once', async () => {
  const { script, values } = await begin()
  await send(script, 'one')
  const call = script.take('POST')
  await echo(script, stored(call, 2))
  expect(shown(script.client)).toEqual(['one'])
  expect(waitingIn(values)).toEqual([])
  await call.answer(stored(call, 2), 201)
  expect(shown(script.client)).toEqual(['one'])
})

test('the reply arrives before the echo: shown once, and never away in between', async () => {
  const { script } = await begin()
  await send(script, 'one')
  const call = script.take('POST')
  const seen = new Set<string>()
  script.client.subscribe(() => seen.add(shown(script.client).join()))
  await call.answer(stored(call, 2), 201)
  await echo(script, stored(call, 2))
  expect([...seen].filter((text) => text !== 'one' && text !== '[one]')).toEqual([])
  expect(shown(script.client)).toEqual(['one'])
})

test('a reply from beyond a gap keeps the send in view until the gap is filled', async () => {
  const { script, values } = await begin()
  await send(script, 'mine')
  const call = script.take('POST')
  await call.answer(stored(call, 3), 201)
  expect(shown(script.client)).toEqual(['[mine]'])
  expect(waitingIn(values)).toEqual([])
  await script.clock.advance(1_000)
  await script.take('/events').answer({
    events: [2, 3].map((seq) => ({
      seq,
      event: eventOf(seq === 2 ? message(2) : stored(call, 3)),
    })),
    lastSeq: 3,
    firstSeq: 1,
    users: [],
  })
  expect(shown(script.client)).toEqual(['message 2', 'mine'])
})

test('a reply from beyond a gap: reading the conversation anew shows the send as well', async () => {
  const script = createScript()
  await script.begin()
  await send(script, 'mine')
  const call = script.take('POST')
  await call.answer(stored(call, 3), 201)
  expect(script.client.getState().outbox).toHaveLength(1)
  await script.clock.advance(1_000)
  await script
    .take(`GET /api/v1/conversations/${chatId}`)
    .answer({ ...describeChat({ lastSeq: 3, lastMessage: stored(call, 3) }), users: [] })
  expect(script.client.getState().outbox).toEqual([])
})

test('a lost reply is followed by the same id again', async () => {
  const { script } = await begin()
  const clientId = await send(script, 'one')
  await script.take('POST').lose()
  expect(shown(script.client)).toEqual(['[one]'])
  await script.clock.advance(1_000)
  const again = script.take('POST')
  expect(again.body).toMatchObject({ clientId, body: 'one' })
  await again.answer(stored(again, 2))
  expect(shown(script.client)).toEqual(['one'])
})

test('no reply within the time limit counts as lost', async () => {
  const { script } = await begin()
  await send(script, 'one')
  const slow = script.take('POST')
  await script.clock.advance(60_000)
  const again = script.take('POST')
  expect(again.body).toEqual(slow.body)
})

test('one at a time and in order, also when the first has to be repeated', async () => {
  const { script } = await begin()
  await send(script, 'one')
  await send(script, 'two')
  expect(script.calls).toHaveLength(1)
  await script.take('POST').refuse(503, 'unavailable')
  await script.clock.advance(1_000)
  expect(script.calls).toHaveLength(1)
  const first = script.take('POST')
  expect(first.body).toMatchObject({ body: 'one' })
  await first.answer(stored(first, 2), 201)
  const second = script.take('POST')
  await second.answer(stored(second, 3), 201)
  expect(shown(script.client)).toEqual(['one', 'two'])
})

test('seeing its own send in the log lets the next one go, whatever became of the reply', async () => {
  const { script } = await begin()
  await send(script, 'one')
  await send(script, 'two')
  const first = script.take('POST')
  await echo(script, stored(first, 2))
  expect(script.take('POST').body).toMatchObject({ body: 'two' })
})

test('what the server refuses stays, shown as failed, and holds nobody up', async () => {
  const { script, values } = await begin()
  const clientId = await send(script, 'one')
  await send(script, 'two')
  await script.take('POST').refuse(403, 'forbidden')
  expect(shown(script.client)).toEqual(['[one!]', '[two]'])
  const second = script.take('POST')
  await second.answer(stored(second, 2), 201)
  expect(shown(script.client)).toEqual(['two', '[one!]'])
  expect(values.get(`outbox/${alice}/${clientId}`)).toMatchObject({
    failed: { code: 'forbidden' },
  })

  script.client.retry(clientId)
  await settle()
  const again = script.take('POST')
  expect(again.body).toMatchObject({ clientId })
  await again.refuse(403, 'forbidden')
  script.client.discard(clientId)
  await settle()
  expect(shown(script.client)).toEqual(['two'])
  expect(waitingIn(values)).toEqual([])
})

test.each([
  ['rate_limited', 429],
  ['unavailable', 503],
] as const)('told to wait (%s), it waits as long as asked', async (code, status) => {
  const { script } = await begin()
  await send(script, 'one')
  await script.take('POST').answer({ error: { code, message: 'Slowly.', retryAfter: 45 } }, status)
  await script.clock.advance(44_000)
  script.client.wake()
  await settle()
  expect(script.calls).toEqual([])
  await script.clock.advance(2_000)
  expect(script.calls).toHaveLength(1)
})

test('an answer that is no Roost server is not believed', async () => {
  const { script } = await begin()
  await send(script, 'one')
  await script.take('POST').answer('<html>Welcome to the hotel</html>')
  expect(shown(script.client)).toEqual(['[one]'])
  await script.clock.advance(1_000)
  expect(script.calls).toHaveLength(1)
})

test('waking sends at once what waits', async () => {
  const { script } = await begin()
  await send(script, 'one')
  await script.take('POST').lose()
  expect(script.calls).toEqual([])
  script.client.wake()
  await settle()
  expect(script.take('POST').body).toMatchObject({ body: 'one' })
})

test('after a reload what was pending goes out in order, refused ones do not', async () => {
  const { script, values } = await begin()
  const refused = '\u0007'
  await send(script, refused)
  await script.take('POST').refuse(400, 'bad_request')
  await send(script, 'one')
  await send(script, 'two')
  script.client.stop()

  const reloaded = createScript({ storage: memoryStorage(values), clock: script.clock })
  await reloaded.begin()
  expect(shown(reloaded.client)).toEqual([`[${refused}!]`, '[one]', '[two]'])
  const one = reloaded.take('POST')
  expect(one.body).toMatchObject({ body: 'one' })
  await one.answer(stored(one, 2), 201)
  const two = reloaded.take('POST')
  expect(two.body).toMatchObject({ body: 'two' })
  await two.answer(stored(two, 3), 201)
  expect(shown(reloaded.client)).toEqual([`[${refused}!]`])
  expect(reloaded.calls).toEqual([])
})

test('what is written before it is known what was left waits behind that', async () => {
  const { script, values } = await begin()
  await send(script, 'one')
  script.client.stop()
  script.clock.skip(1)

  const storage = memoryStorage(values)
  const held = Promise.withResolvers<void>()
  const reloaded = createScript({
    storage: {
      ...storage,
      async read(prefix) {
        if (prefix.startsWith('outbox/')) await held.promise
        return storage.read(prefix)
      },
    },
    clock: script.clock,
  })
  void reloaded.client.start()
  await settle()
  await send(reloaded, 'two')
  expect(reloaded.calls).toEqual([])
  held.resolve()
  await settle()
  expect(reloaded.take('POST').body).toMatchObject({ body: 'one' })
})

test('after thirty days nothing goes out by itself', async () => {
  const { script, values } = await begin()
  const clientId = await send(script, 'old')
  script.client.stop()
  await script.clock.advance(month + 1)

  const reloaded = createScript({ storage: memoryStorage(values), clock: script.clock })
  await reloaded.begin()
  expect(reloaded.calls).toEqual([])
  expect(reloaded.client.getState().outbox).toMatchObject([
    { clientId, failed: { code: 'expired' } },
  ])
  reloaded.client.retry(clientId)
  await settle()
  expect(reloaded.take('POST').body).toMatchObject({ clientId, body: 'old' })
})

test('what others wrote into storage is left alone', async () => {
  const entry = { type: 'send', conversationId: chatId, senderId: bob, body: 'x', createdAt: 1 }
  const values = new Map<string, unknown>([
    [`outbox/${alice}/${idOf(5)}`, 'not an entry'],
    [`outbox/${alice}/${idOf(6)}`, { ...entry, clientId: idOf(6) }],
    [`outbox/${bob}/${idOf(7)}`, { ...entry, clientId: idOf(7) }],
  ])
  const { script } = await begin([], { values })
  expect(shown(script.client)).toEqual([])
  expect(waitingIn(values)).toHaveLength(3)
})

test('a session that ends keeps what waits for the same person', async () => {
  const { script, values } = await begin()
  await send(script, 'one')
  await script.take('POST').refuse(401, 'unauthenticated')
  expect(script.client.getState()).toMatchObject({
    session: 'signedOut',
    me: null,
    conversations: {},
    outbox: [],
  })
  expect(waitingIn(values)).toHaveLength(1)
  expect(script.socket().closed).toBe(true)

  const again = createScript({ storage: memoryStorage(values) })
  again.told.me = { ...me, id: bob }
  await again.begin()
  expect(shown(again.client)).toEqual([])
  again.client.stop()

  const same = createScript({ storage: memoryStorage(values) })
  await same.begin()
  expect(shown(same.client)).toEqual(['[one]'])
})

test('signing out wipes it', async () => {
  const { script, values } = await begin()
  await send(script, 'one')
  const done = script.client.signOut()
  await settle()
  await script.take('sign-out').answer({ success: true })
  await done
  expect(waitingIn(values)).toEqual([])
  expect(script.client.getState().session).toBe('signedOut')
})

test('storage that fails does not keep a message from being sent', async () => {
  const fail = () => Promise.reject(new Error('The disk is full.'))
  const script = createScript({ storage: { read: fail, write: fail } })
  await script.begin()
  await send(script, 'one')
  expect(script.take('POST').body).toMatchObject({ body: 'one' })
})

const mine = (seq: number) => message(seq, { senderId: alice })

test('a message that waits is edited where it is, and goes out once', async () => {
  const { script, values } = await begin()
  await send(script, 'first')
  await script.take('POST').lose()
  const id = await send(script, 'helo')
  const edited = script.client.editMessage(chatId, id, { body: 'hello', mentions: [bob] })
  await settle()
  expect(lines(script)).toEqual(['first', 'hello'])
  expect(values.get(`outbox/${alice}/${id}`)).toMatchObject({ type: 'send', body: 'hello' })
  script.client.wake()
  await settle()
  const first = script.take('POST')
  await first.answer(stored(first, 2), 201)
  const second = script.take('POST')
  expect(second.body).toEqual({ clientId: id, body: 'hello', mentions: [bob] })
  await second.answer(stored(second, 3), 201)
  await edited
  expect(script.calls).toEqual([])
})

test('an edit of a message that is under way is shown at once and goes after it', async () => {
  const { script } = await begin()
  const id = await send(script, 'helo')
  const sending = script.take('POST')
  const edited = script.client.editMessage(chatId, id, { body: 'hello' })
  await settle()
  expect(lines(script)).toEqual(['hello'])
  expect(script.calls).toEqual([])
  await sending.answer(stored(sending, 2), 201)
  expect(lines(script)).toEqual(['hello'])
  const call = script.take(`PATCH /api/v1/messages/${id}`)
  expect(call.body).toMatchObject({ body: 'hello' })
  await call.answer(stored(sending, 2))
  await edited
})

test('a message deleted before it goes out is never sent', async () => {
  const { script, values } = await begin()
  await send(script, 'first')
  await script.take('POST').lose()
  const id = await send(script, 'oops')
  await script.client.deleteMessage(chatId, id)
  await settle()
  expect(lines(script)).toEqual(['first'])
  script.client.wake()
  await settle()
  const first = script.take('POST')
  await first.answer(stored(first, 2), 201)
  expect(script.calls).toEqual([])
  expect(waitingIn(values)).toEqual([])
})

test('without a network nothing counts as tried: even the first in line is taken back whole', async () => {
  const { script, values } = await begin()
  script.client.lose()
  await settle()
  const oops = await send(script, 'oops')
  const helo = await send(script, 'helo')
  await script.clock.advance(60_000)
  expect(script.calls.filter(({ method }) => method === 'POST')).toEqual([])
  await script.client.deleteMessage(chatId, oops)
  void script.client.editMessage(chatId, helo, { body: 'hello' })
  await settle()
  expect(waitingIn(values)).toEqual([`outbox/${alice}/${helo}`])
  script.client.wake()
  await settle()
  expect(script.take('POST').body).toEqual({ clientId: helo, body: 'hello', mentions: [] })
})

test('a device that is wrong about its network sends once there is a connection', async () => {
  const { script } = await begin()
  script.client.lose()
  await send(script, 'one')
  expect(script.calls.filter(({ method }) => method === 'POST')).toEqual([])
  await script.clock.advance(60_000)
  await script.socket().open()
  expect(script.take('POST').body).toMatchObject({ body: 'one' })
})

test('a reaction that was taken back in time makes no request', async () => {
  const { script, values } = await begin([mine(2)])
  await send(script, 'first')
  await script.take('POST').lose()
  const on = script.client.react(chatId, mine(2).id, '👍', true)
  await script.client.react(chatId, mine(2).id, '👍', false)
  await on
  expect(waitingIn(values)).toHaveLength(1)
})

test('what waits for the server survives a reload, of every kind and in order', async () => {
  const { script, values } = await begin([mine(2), message(3)])
  await send(script, 'one')
  await script.take('POST').lose()
  void script.client.editMessage(chatId, mine(2).id, { body: 'better' })
  void script.client.react(chatId, message(3).id, '🎉', true)
  void script.client.deleteMessage(chatId, message(3).id)
  void script.client.joinRoom(idOf(50))
  script.client.send(idOf(50), { body: 'Hello everyone' })
  void script.client.leaveRoom(idOf(60))
  await settle()
  script.client.stop()

  const reloaded = createScript({ storage: memoryStorage(values), clock: script.clock })
  await reloaded.begin()
  const asked = () => reloaded.calls.map(({ method, path }) => `${method} ${path.slice(8)}`)
  expect(asked()).toEqual([
    `POST conversations/${chatId}/messages`,
    `POST conversations/${idOf(50)}/join`,
    `POST conversations/${idOf(60)}/leave`,
  ])
  const room = describeChat({ id: idOf(50), kind: 'room', directUserId: null })
  await reloaded.take('/join').answer({ ...room, users: [] })
  const hello = reloaded.take(`${idOf(50)}/messages`)
  await hello.answer({ ...stored(hello, 2), conversationId: idOf(50) }, 201)
  const one = reloaded.take('/messages')
  await one.answer(stored(one, 4), 201)
  await reloaded.take(`PATCH /api/v1/messages/${mine(2).id}`).answer(mine(2))
  await reloaded.take(`DELETE /api/v1/messages/${message(3).id}`).answer(message(3))
  await reloaded.take('/leave').answer({ seq: 9 })
  expect(asked()).toEqual([])
  expect(waitingIn(values)).toEqual([])
})

test('what is written into a room that is being joined goes out behind the joining', async () => {
  const { script } = await begin()
  const room = { ...describeChat({ id: idOf(50), kind: 'room', directUserId: null }), users: [] }
  const joined = script.client.joinRoom(room.id)
  script.client.send(room.id, { body: 'Hello everyone' })
  await settle()
  expect(pendingMembership(script.client.getState().outbox, room.id)).toMatchObject({
    type: 'join',
  })
  const call = script.take('/join')
  expect(script.calls).toEqual([])
  await call.answer(room)
  await joined
  expect(script.client.getState().conversations[room.id]).toBeDefined()
  expect(script.take('/messages').body).toMatchObject({ body: 'Hello everyone' })
})

test('a room that I leave is off the list at once, and back when the server refuses', async () => {
  const { script } = await begin()
  const listed = () => chatList(script.client.getState()).map(({ id }) => id)
  const left = script.client.leaveRoom(chatId).catch((error: unknown) => error)
  expect(listed()).toEqual([])
  await settle()
  await script.take('/leave').refuse(403, 'forbidden')
  expect(await left).toMatchObject({ code: 'forbidden' })
  expect(listed()).toEqual([chatId])
  expect(pendingMembership(script.client.getState().outbox, chatId)).toMatchObject({
    failed: { code: 'forbidden' },
  })
})

test('what is so already is no failure', async () => {
  const room = describeChat({ id: idOf(50), kind: 'room', directUserId: null })
  const { script } = await begin([mine(2)], { conversations: [describeChat({ lastSeq: 2 }), room] })
  const { client } = script
  const left = client.leaveRoom(room.id)
  const removed = client.deleteMessage(chatId, mine(2).id)
  await settle()
  await script.take('/leave').refuse(403, 'forbidden')
  await script.take('DELETE').refuse(404, 'not_found')
  await Promise.all([left, removed])
  expect(client.getState().outbox).toEqual([])
  expect(client.getState().conversations[room.id]).toBeUndefined()
})

test('a change of what is gone is refused, and nothing is left to try again', async () => {
  const { script } = await begin([mine(2)])
  const edited = script.client.editMessage(chatId, mine(2).id, { body: 'new' })
  const outcome = edited.catch((error: unknown) => error)
  await settle()
  await script.take('PATCH').refuse(404, 'not_found')
  expect(await outcome).toMatchObject({ code: 'not_found' })
  expect(script.client.getState().outbox).toEqual([])
})

test('an edit that a later one replaces has the outcome of that one', async () => {
  const { script } = await begin([mine(2)])
  await send(script, 'first')
  await script.take('POST').lose()
  const outcomes: string[] = []
  for (const body of ['new', 'newer'])
    script.client.editMessage(chatId, mine(2).id, { body }).then(
      () => outcomes.push(`${body} done`),
      (error: ApiError) => outcomes.push(`${body} ${error.code}`),
    )
  await settle()
  expect(outcomes).toEqual([])
  script.client.wake()
  await settle()
  const first = script.take('POST')
  await first.answer(stored(first, 3), 201)
  const edit = script.take('PATCH')
  expect(edit.body).toMatchObject({ body: 'newer' })
  await edit.refuse(403, 'forbidden')
  expect(outcomes.toSorted()).toEqual(['new forbidden', 'newer forbidden'])
})

test('a refused change is taken back and stays to be retried, also after a reload', async () => {
  const { script, values } = await begin([mine(2)])
  const edited = script.client.editMessage(chatId, mine(2).id, { body: 'new' })
  const outcome = edited.catch((error: unknown) => error)
  await settle()
  expect(lines(script)).toEqual(['new'])
  await script.take('PATCH').refuse(403, 'forbidden')
  expect(await outcome).toMatchObject({ code: 'forbidden', status: 403 })
  expect(lines(script)).toEqual(['message 2'])
  script.client.stop()

  const reloaded = createScript({ storage: memoryStorage(values), clock: script.clock })
  await reloaded.begin()
  const { client } = reloaded
  const failed = failedChange(client.getState().outbox, mine(2).id)
  expect(failed).toMatchObject({ type: 'edit', body: 'new', failed: { code: 'forbidden' } })
  expect(unsentCount(client.getState())).toBe(1)
  client.retry(failed?.clientId ?? '')
  await settle()
  await reloaded.take('PATCH').refuse(403, 'forbidden')
  client.discard(failed?.clientId ?? '')
  await settle()
  expect(waitingIn(values)).toEqual([])
})

test('an edit in place of a refused one leaves nothing of it', async () => {
  const { script } = await begin([mine(2)])
  void script.client.editMessage(chatId, mine(2).id, { body: 'new' })
  await settle()
  await script.take('PATCH').refuse(403, 'forbidden')
  void script.client.editMessage(chatId, mine(2).id, { body: 'newer' })
  await settle()
  expect(script.client.getState().outbox).toMatchObject([{ body: 'newer', tried: true }])
})

test('a change of a refused message waits for its retry, and goes with it when it is discarded', async () => {
  const { script } = await begin()
  const id = await send(script, 'one')
  await script.take('POST').refuse(403, 'forbidden')
  void script.client.react(chatId, id, '👍', true)
  await script.clock.advance(60_000)
  expect(script.calls).toEqual([])
  script.client.discard(id)
  expect(script.client.getState().outbox).toEqual([])
})

test('ids go on upwards when the clock goes back', async () => {
  const { script, values } = await begin()
  const before = await send(script, 'one')
  script.client.stop()
  const reloaded = createScript({ storage: memoryStorage(values), clock: createClock(5_000) })
  await reloaded.begin()
  const after = await send(reloaded, 'two')
  expect(after > before).toBe(true)
  expect(shown(reloaded.client)).toEqual(['[one]', '[two]'])
})

test('a program that runs for a month without a network sends nothing so old by itself', async () => {
  const { script } = await begin()
  await send(script, 'first')
  await script.take('POST').lose()
  await send(script, 'old')
  await script.socket().fail(1006)
  script.clock.skip(month + 1)
  script.client.wake()
  await settle()
  expect(script.calls.filter(({ method }) => method === 'POST')).toEqual([])
  expect(script.client.getState().outbox).toMatchObject([
    { body: 'first', failed: { code: 'expired' } },
    { body: 'old', failed: { code: 'expired' } },
  ])
})

test('a write that storage did not take is written with the next one', async () => {
  const values = new Map<string, unknown>()
  const whole = memoryStorage(values)
  let isFull = true
  const write: typeof whole.write = (changes) =>
    isFull ? Promise.reject(new Error('The disk is full.')) : whole.write(changes)
  const script = createScript({ storage: { ...whole, write } })
  await script.begin()
  await send(script, 'one')
  await script.take('POST').lose()
  isFull = false
  await send(script, 'two')
  expect(waitingIn(values)).toHaveLength(2)
})
