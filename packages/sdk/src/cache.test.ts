import { expect, test } from 'vitest'

import { createCache } from './cache.ts'
import { createLifetime } from './lifetime.ts'
import { memoryStorage } from './memory-storage.ts'
import type { ClientStorage } from './options.ts'
import type { ConversationState } from './state.ts'
import { createStore } from './store.ts'
import {
  alice,
  bob,
  chatId,
  createClock,
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

/** A device that has been here before: the chat was open, with one message. */
async function leaveBehind(values: Map<string, unknown>) {
  const script = createScript({ storage: memoryStorage(values), cache: true })
  await script.begin()
  await openChat(script, [message(1)])
  await script.client.keep()
  return script
}

/** The next run on the same device, without a network. */
async function comeBack(values: Map<string, unknown>, storage = memoryStorage(values)) {
  const script = createScript({ storage, cache: true })
  script.hold('/api/v1/server')
  script.hold('/api/v1/me')
  void script.client.start()
  await settle()
  return script
}

const cachedKeys = (values: Map<string, unknown>) =>
  [...values.keys()].filter((key) => key.startsWith('cache/'))

function receive(script: Script, seq: number) {
  const event = eventOf(message(seq))
  return script.socket().receive({ type: 'event', conversationId: chatId, seq, event })
}

test('the next run shows at once, without a network, what the last one knew', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  first.client.stop()
  const script = await comeBack(values)
  expect(script.client.getState()).toMatchObject({
    session: 'signedIn',
    me: { id: alice },
    server: { name: 'Roost' },
    users: { [bob]: { name: 'Bob' } },
    conversationsLoaded: true,
    cursor: first.client.getState().cursor,
  })
  expect(shown(script.client)).toEqual(['message 1'])
  // Opening it waits for nobody either.
  await expect(
    Promise.race([script.client.openConversation(chatId), lost(script)]),
  ).resolves.toBeUndefined()
})

async function lost(script: Script) {
  await settle()
  for (const call of script.calls.splice(0)) await call.lose()
  await settle()
}

test('with a network it goes on from its cursor, without reading the list', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  await receive(first, 2)
  await first.client.keep()
  first.client.stop()
  const script = await comeBack(values)
  await script.socket().open()
  const hello = script.socket().sent.find(({ type }) => type === 'hello')
  expect(hello).toMatchObject({
    epoch: 'first',
    heads: [{ conversationId: chatId, seq: 2, eventId: message(2).id }],
  })
  await script.socket().receive(script.heads())
  await receive(script, 3)
  expect(shown(script.client)).toEqual(['message 1', 'message 2', 'message 3'])
  expect(script.counts.get('GET /api/v1/conversations')).toBeUndefined()
})

test('a moment after each change it is kept, all that changed by one write', async () => {
  const values = new Map<string, unknown>()
  const inner = memoryStorage(values)
  const writes: string[][] = []
  const storage: ClientStorage = {
    read: (prefix) => inner.read(prefix),
    write(changes) {
      writes.push(changes.map(([key]) => key))
      return inner.write(changes)
    },
  }
  const script = createScript({ storage, cache: true })
  await script.begin()
  await openChat(script, [message(1)])
  await script.clock.advance(1_000)
  writes.length = 0
  await receive(script, 2)
  await receive(script, 3)
  expect(writes).toEqual([])
  await script.clock.advance(1_000)
  expect(writes).toEqual([[`cache/${alice}/conversation/${chatId}`]])
  await script.clock.advance(60_000)
  expect(writes).toHaveLength(1)
})

test('what is not about people or chats costs no look at any of them', async () => {
  const looks = { users: 0, conversations: 0 }
  const counting = <T extends object>(target: T, name: keyof typeof looks) =>
    new Proxy(target, {
      get: (...of) => ((looks[name] += 1), Reflect.get(...of)),
      ownKeys: (of) => ((looks[name] += 1), Reflect.ownKeys(of)),
    })
  const store = createStore()
  const cache = createCache({
    life: createLifetime(createClock(), store),
    storage: memoryStorage(),
    meId: alice,
    isWanted: () => true,
  })
  const mine: ConversationState = { ...describeChat(), receipts: {}, typing: {} }
  store.update((state) => ({
    ...state,
    conversationsLoaded: true,
    users: counting(state.users, 'users'),
    conversations: counting({ [chatId]: mine }, 'conversations'),
  }))
  await cache.flush()
  expect(looks.conversations).toBeGreaterThan(0)

  Object.assign(looks, { users: 0, conversations: 0 })
  store.update((state) => ({ ...state, cursor: { epoch: 'first', userSeq: 1 } }))
  await cache.flush()
  store.update((state) => ({ ...state, presence: { [bob]: { online: true, lastSeenAt: null } } }))
  await cache.flush()
  expect(looks).toEqual({ users: 0, conversations: 0 })

  // Who is typing is not kept, and makes no later flush look again.
  const typing = { [chatId]: { ...mine, typing: { [bob]: 1 } } }
  store.update((state) => ({ ...state, conversations: counting(typing, 'conversations') }))
  await cache.flush()
  looks.conversations = 0
  await cache.flush()
  expect(looks).toEqual({ users: 0, conversations: 0 })
})

test('of a long conversation the end is kept, and that there is more', async () => {
  const values = new Map<string, unknown>()
  const script = createScript({ storage: memoryStorage(values), cache: true })
  script.told.conversations = [describeChat({ lastSeq: 300 })]
  await script.begin()
  await openChat(
    script,
    Array.from({ length: 300 }, (_, at) => message(at + 1)),
  )
  await script.client.keep()
  script.client.stop()
  const again = await comeBack(values)
  const window = again.client.getState().conversations[chatId]?.window
  expect(window?.messages.map(({ seq }) => seq)).toEqual(
    Array.from({ length: 100 }, (_, at) => at + 201),
  )
  expect(window).toMatchObject({ hasBefore: true, hasAfter: false })
})

test('a conversation that is left is no longer there the next time', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  await first.socket().receive(first.heads({ gone: [chatId] }))
  await first.client.keep()
  first.client.stop()
  const script = await comeBack(values)
  expect(script.client.getState()).toMatchObject({ session: 'signedIn', conversations: {} })
})

test.each([
  ['a conversation', `cache/${alice}/conversation/${chatId}`],
  ['the session', `cache/${alice}/session`],
])('a cache in which %s does not read is none', async (_, key) => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  first.client.stop()
  values.set(key, { from: 'another version' })
  const script = await comeBack(values)
  expect(script.client.getState()).toMatchObject({ session: 'starting', conversations: {} })
})

test('signing out wipes it, and so does a session that the server ends', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  expect(cachedKeys(values)).not.toEqual([])
  const done = first.client.signOut()
  await settle()
  await first.take('sign-out').answer({ success: true })
  await done
  expect([...values]).toEqual([])

  const second = await leaveBehind(values)
  await second.socket().fail(4501)
  await settle()
  expect(cachedKeys(values)).toEqual([])
})

test('a session that ended meanwhile shows as soon as the server says so', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  first.client.stop()
  const script = await comeBack(values)
  await script.take('/api/v1/server').answer({ ...first.client.getState().server, me: null })
  expect(script.client.getState()).toMatchObject({ session: 'signedOut', conversations: {} })
  expect(cachedKeys(values)).toEqual([])
})

test('somebody else who is signed in by now sees nothing of it', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  first.client.stop()
  const script = await comeBack(values)
  const other = { ...script.told.me, id: idOf(9), name: 'Carol' }
  script.told.me = other
  script.told.conversations = []
  await script.take('/api/v1/server').answer({ ...first.client.getState().server, me: other })
  await script.socket().open()
  await settle()
  expect(script.client.getState()).toMatchObject({ me: { name: 'Carol' }, conversations: {} })
  expect(cachedKeys(values).filter((key) => key.includes(alice))).toEqual([])
})

test('it can be turned off, which forgets it, and on again', async () => {
  const values = new Map<string, unknown>()
  const first = await leaveBehind(values)
  expect(first.client.isCacheKept()).toBe(true)
  await first.client.keepCache(false)
  expect(cachedKeys(values)).toEqual([])
  await receive(first, 2)
  await first.clock.advance(5_000)
  expect(cachedKeys(values)).toEqual([])
  first.client.stop()

  const second = createScript({ storage: memoryStorage(values), cache: true })
  await second.begin()
  expect(second.client.isCacheKept()).toBe(false)
  await second.clock.advance(5_000)
  expect(cachedKeys(values)).toEqual([])
  await second.client.keepCache(true)
  expect(cachedKeys(values)).toContain(`cache/${alice}/conversation/${chatId}`)
  second.client.stop()
  const third = await comeBack(values)
  expect(third.client.getState().session).toBe('signedIn')
})

test('storage that fails costs the cache and nothing else', async () => {
  const fail = () => Promise.reject(new Error('There is no room.'))
  const script = createScript({ storage: { read: fail, write: fail }, cache: true })
  await script.begin()
  await receive(script, 2)
  await script.clock.advance(5_000)
  expect(script.client.getState().conversations[chatId]?.lastSeq).toBe(2)
})
