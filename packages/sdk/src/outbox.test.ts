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
  me,
  message,
  openChat,
  settle,
  shown,
  type Call,
  type Script,
} from './testing/script.ts'

const month = 30 * 24 * 60 * 60_000

async function begin(values = new Map<string, unknown>()) {
  const script = createScript({ storage: memoryStorage(values) })
  await script.begin()
  await openChat(script, [])
  return { script, values }
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

test('told to wait, it waits as long as asked', async () => {
  const { script } = await begin()
  await send(script, 'one')
  await script
    .take('POST')
    .answer({ error: { code: 'rate_limited', message: 'Slowly.', retryAfter: 45 } }, 429)
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
  const entry = { conversationId: chatId, senderId: bob, body: 'x', createdAt: 1 }
  const values = new Map<string, unknown>([
    [`outbox/${alice}/${idOf(5)}`, 'not an entry'],
    [`outbox/${alice}/${idOf(6)}`, { ...entry, clientId: idOf(6) }],
    [`outbox/${bob}/${idOf(7)}`, { ...entry, clientId: idOf(7) }],
  ])
  const { script } = await begin(values)
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
