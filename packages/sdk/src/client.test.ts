import { startTestServer, type TestServer, type TestUser } from '@roost/server/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import type { Client } from './client.ts'
import { memoryStorage } from './memory-storage.ts'
import { nodeOptions } from './node.ts'
import type { ClientOptions } from './options.ts'
import { chatList, conversationTitle, messageStatus, timeline, typingUsers } from './selectors.ts'
import { conversationOf, createDevice, textsOf, until, type Device } from './testing/world.ts'

const password = 'correct horse battery staple'

let server: TestServer
let alice: TestUser
let bob: TestUser
let carol: TestUser
const devices: Device[] = []

beforeAll(async () => {
  server = await startTestServer()
  ;[alice, bob, carol] = await Promise.all([
    server.signUp('alice'),
    server.signUp('bob'),
    server.signUp('carol'),
  ])
})
afterEach(() => {
  for (const { client } of devices.splice(0)) client.stop()
})
afterAll(() => server.stop())

function newDevice(change: Partial<ClientOptions> = {}): Device {
  const device = createDevice(server, change)
  devices.push(device)
  return device
}

/** A device of somebody's that is online. */
async function connect(user: TestUser, change: Partial<ClientOptions> = {}): Promise<Device> {
  const device = newDevice({ token: user.token, ...change })
  await device.client.start()
  await until(device.client, ({ connection }) => connection.status === 'online')
  return device
}

/** A new room that everybody given is in. */
async function makeRoom(owner: Device, ...others: TestUser[]): Promise<string> {
  const userIds = others.map(({ id }) => id)
  return owner.client.createRoom({ name: 'Kitchen', visibility: 'private', userIds })
}

async function open(device: Device, id: string): Promise<void> {
  await until(device.client, ({ conversations }) => conversations[id])
  await device.client.openConversation(id)
}

const shows = (client: Client, id: string, count: number) =>
  until(client, ({ outbox }) => outbox.length === 0 && textsOf(client, id).length === count)

test('two people sign up, find each other and talk, both ways', async () => {
  const [dave, erin] = [newDevice(), newDevice()]
  const signUp = ({ client }: Device, username: string, name: string) =>
    client.signUp({ username, name, email: `${username}@example.org`, password })
  await Promise.all([signUp(dave, 'dave', 'Dave'), signUp(erin, 'erin', 'Erin')])
  expect(dave.client.getState()).toMatchObject({
    session: 'signedIn',
    me: { username: 'dave', name: 'Dave' },
    conversationsLoaded: true,
  })
  const { users } = await dave.client.findUsers({ query: 'eri' })
  expect(users.map(({ name }) => name)).toEqual(['Erin'])
  const id = await dave.client.openDirect(users[0]?.id ?? '')
  expect(await dave.client.openDirect(users[0]?.id ?? '')).toBe(id)
  await Promise.all([open(dave, id), open(erin, id)])

  dave.client.send(id, { body: 'Hello Erin' })
  await shows(erin.client, id, 1)
  erin.client.send(id, { body: 'Hello Dave' })
  await shows(dave.client, id, 2)
  await shows(erin.client, id, 2)
  for (const { client } of [dave, erin])
    expect(textsOf(client, id)).toEqual(['Hello Erin', 'Hello Dave'])
  const state = erin.client.getState()
  expect(chatList(state).map((chat) => conversationTitle(state, chat))).toEqual(['Dave'])
})

test('a session is kept over a restart, and ended by signing out', async () => {
  const storage = memoryStorage()
  const first = newDevice({ storage })
  await expect(
    first.client.signIn({ login: 'alice', password: 'not the password' }),
  ).rejects.toMatchObject({ code: 'unauthenticated', reason: 'wrong_credentials' })
  await first.client.start()
  expect(first.client.getState().session).toBe('signedOut')
  await first.client.signIn({ login: 'alice@example.org', password })
  first.client.stop()

  const second = newDevice({ storage })
  await second.client.start()
  expect(second.client.getState()).toMatchObject({ session: 'signedIn', me: { id: alice.id } })
  await second.client.signOut()
  expect(second.client.getState()).toMatchObject({ session: 'signedOut', me: null })

  const third = newDevice({ storage })
  await third.client.start()
  expect(third.client.getState().session).toBe('signedOut')
  await expect(third.client.findUsers({})).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(() => third.client.send('x', { body: 'x' })).toThrow('Sign in first.')
})

test('a session that ends elsewhere ends here at once', async () => {
  const storage = memoryStorage()
  const [here, there] = [newDevice({ storage }), newDevice({ storage })]
  await here.client.signIn({ login: 'alice', password })
  await there.client.start()
  await until(there.client, ({ connection }) => connection.status === 'online')
  await here.client.signOut()
  await until(there.client, ({ session }) => session === 'signedOut')
  expect(there.client.getState()).toMatchObject({ me: null, conversations: {}, users: {} })
})

test('ticks go from waiting to stored, delivered and read', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(bob)])
  const id = await makeRoom(mine, bob)
  await Promise.all([open(mine, id), open(theirs, id)])
  theirs.cut()
  const seen: string[] = []
  mine.client.subscribe(() => {
    const chat = conversationOf(mine.client, id)
    const last = timeline(chat, mine.client.getState()).at(-1)
    const status = last?.body && messageStatus(chat, last, alice.id)
    if (status && status !== seen.at(-1)) seen.push(status)
  })
  mine.client.send(id, { body: 'Are you there?' })
  await until(mine.client, () => seen.includes('stored'))
  theirs.mend()
  await until(mine.client, () => seen.includes('delivered'))
  expect(conversationOf(theirs.client, id).unread).toBe(1)
  theirs.client.markRead(id, conversationOf(theirs.client, id).lastSeq)
  expect(conversationOf(theirs.client, id).unread).toBe(0)
  await until(mine.client, () => seen.includes('read'))
  expect(seen).toEqual(['waiting', 'stored', 'delivered', 'read'])
})

test('a socket that is open but says nothing gets one tick only', async () => {
  const mine = await connect(alice)
  const id = await makeRoom(mine, bob)
  await open(mine, id)
  const { openSocket } = nodeOptions(server.url)
  const silent = openSocket(`${server.url.replace('http', 'ws')}/api/v1/socket`, bob.token)
  await new Promise<void>((resolve) => {
    silent.onopen = () => resolve()
  })
  const arrived = new Promise<void>((resolve) => {
    silent.onmessage = ({ data }: { data: unknown }) => {
      if (String(data).includes('Psst')) resolve()
    }
  })
  mine.client.send(id, { body: 'Psst' })
  await arrived
  await shows(mine.client, id, 1)
  // Deliveries are written once a second: one that was noted would be told by then.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  silent.close()
  const chat = conversationOf(mine.client, id)
  const last = chat.window?.messages.at(-1)
  expect(last && messageStatus(chat, last, alice.id)).toBe('stored')
})

test('three in a room see one order, and exactly what is unread', async () => {
  const [a, b, c] = await Promise.all([connect(alice), connect(bob), connect(carol)])
  const id = await makeRoom(a, bob, carol)
  await Promise.all([open(a, id), open(b, id), open(c, id)])
  for (let n = 0; n < 10; n += 1)
    for (const { client } of [a, b])
      client.send(id, { body: `${client === a.client ? 'a' : 'b'}${n}` })
  await Promise.all([a, b, c].map(({ client }) => shows(client, id, 20)))
  const order = textsOf(c.client, id)
  expect(textsOf(a.client, id)).toEqual(order)
  expect(textsOf(b.client, id)).toEqual(order)
  const tens = [...Array(10).keys()]
  expect(order.filter((text) => text.startsWith('a'))).toEqual(tens.map((n) => `a${n}`))
  expect(order.filter((text) => text.startsWith('b'))).toEqual(tens.map((n) => `b${n}`))
  expect(conversationOf(c.client, id).unread).toBe(20)
})

test('a reconnection brings what was missed', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(bob)])
  const id = await makeRoom(mine, bob)
  await Promise.all([open(mine, id), open(theirs, id)])
  mine.client.send(id, { body: 'before' })
  await shows(theirs.client, id, 1)
  theirs.cut()
  await until(theirs.client, ({ connection }) => connection.status === 'offline')
  for (let n = 0; n < 30; n += 1) mine.client.send(id, { body: `missed ${n}` })
  await shows(mine.client, id, 31)
  theirs.mend()
  await shows(theirs.client, id, 31)
  expect(textsOf(theirs.client, id)).toEqual(textsOf(mine.client, id))
  expect(theirs.requests.filter((request) => request.includes('/sync'))).toHaveLength(1)
  expect(theirs.requests.filter((request) => request.includes('/events'))).toEqual([])
})

test('what is written offline goes out once and in order', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(bob)])
  const id = await makeRoom(mine, bob)
  await Promise.all([open(mine, id), open(theirs, id)])
  mine.cut()
  const texts = Array.from({ length: 12 }, (_, n) => `offline ${n}`)
  for (const body of texts) mine.client.send(id, { body })
  expect(mine.client.getState().outbox).toHaveLength(12)
  mine.mend()
  await shows(theirs.client, id, 12)
  await shows(mine.client, id, 12)
  expect(textsOf(theirs.client, id)).toEqual(texts)
  expect(textsOf(mine.client, id)).toEqual(texts)
})

test('what a reload interrupts goes out from storage, once and in order', async () => {
  const storage = memoryStorage()
  const [first, theirs] = await Promise.all([connect(alice, { storage }), connect(bob)])
  const id = await makeRoom(first, bob)
  await open(theirs, id)
  // The first is carried out, its answer never arrives; the others have not left.
  first.loseAnswers((request) => request.endsWith('/messages'))
  const texts = ['one', 'two', 'three']
  for (const body of texts) first.client.send(id, { body })
  await shows(theirs.client, id, 1)
  first.client.stop()

  const second = await connect(alice, { storage })
  await open(second, id)
  await shows(second.client, id, 3)
  await shows(theirs.client, id, 3)
  expect(textsOf(theirs.client, id)).toEqual(texts)
  expect(await storage.read('outbox/')).toEqual([])
})

test('two windows that send the same entry store one message', async () => {
  const storage = memoryStorage()
  const offline = await connect(alice, { storage })
  const id = await makeRoom(offline, bob)
  offline.cut()
  offline.client.send(id, { body: 'only once' })
  await until(offline.client, ({ connection }) => connection.status === 'offline')
  offline.client.stop()
  const windows = await Promise.all([connect(alice, { storage }), connect(alice, { storage })])
  for (const { client } of windows) {
    await client.openConversation(id)
    await shows(client, id, 1)
  }
  const sends = windows.flatMap(({ requests }) =>
    requests.filter((request) => request.startsWith('POST')),
  )
  expect(sends).toHaveLength(2)
  const fresh = await connect(bob)
  await open(fresh, id)
  expect(textsOf(fresh.client, id)).toEqual(['only once'])
})

test('what the server refuses is shown as failed', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(bob)])
  const id = await makeRoom(mine, bob)
  await open(theirs, id)
  await theirs.client.leaveRoom(id)
  const clientId = theirs.client.send(id, { body: 'too late' })
  const [entry] = await until(theirs.client, ({ outbox }) => outbox[0]?.failed && outbox)
  expect(entry).toMatchObject({ clientId, failed: { code: 'not_found' } })
  theirs.client.discard(clientId)
  expect(theirs.client.getState().outbox).toEqual([])
})

test('rooms are found, looked into, joined and left', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(carol)])
  const name = 'Observatory'
  const id = await mine.client.createRoom({ name, topic: 'Stars', visibility: 'public' })
  mine.client.send(id, { body: 'Look up' })
  await until(mine.client, ({ outbox }) => outbox.length === 0)
  const { rooms } = await theirs.client.findRooms({ query: 'obser' })
  expect(rooms).toMatchObject([{ id, name, topic: 'Stars', joined: false }])

  await theirs.client.openConversation(id)
  expect(textsOf(theirs.client, id)).toEqual(['Look up'])
  expect(chatList(theirs.client.getState()).some((chat) => chat.id === id)).toBe(false)
  await theirs.client.joinRoom(id)
  expect(conversationOf(theirs.client, id)).toMatchObject({ memberCount: 2, unread: 0 })
  expect(conversationOf(theirs.client, id).window?.messages.at(-1)?.content).toMatchObject({
    action: 'joined',
  })
  await until(mine.client, ({ conversations }) => conversations[id]?.memberCount === 2)
  const { members } = await mine.client.findMembers(id, {})
  expect(members.map(({ user }) => user.name)).toEqual(['Alice', 'Carol'])

  await theirs.client.leaveRoom(id)
  expect(theirs.client.getState().conversations[id]).toBeUndefined()
  await until(mine.client, ({ conversations }) => conversations[id]?.memberCount === 1)
})

test('a private room is none of a stranger’s business', async () => {
  const [mine, mallory] = await Promise.all([connect(alice), connect(carol)])
  const id = await makeRoom(mine, bob)
  await expect(mallory.client.openConversation(id)).rejects.toMatchObject({ code: 'not_found' })
  expect(mallory.client.getState().conversations[id]).toBeUndefined()
})

test('somebody types, somebody is here', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(bob)])
  const id = await makeRoom(mine, bob)
  await open(theirs, id)
  mine.client.watch([bob.id])
  await until(mine.client, ({ presence }) => presence[bob.id]?.online)
  theirs.client.typing(id)
  await until(mine.client, ({ conversations }) => {
    const chat = conversations[id]
    return chat && typingUsers(chat, Date.now()).includes(bob.id)
  })
  theirs.client.send(id, { body: 'Here it is' })
  await until(mine.client, ({ conversations }) => {
    const chat = conversations[id]
    return chat?.lastMessage?.body === 'Here it is'
  })
  expect(conversationOf(mine.client, id).typing).toEqual({})
})

test('history is read page by page to its first message', async () => {
  const [mine, theirs] = await Promise.all([connect(alice), connect(bob)])
  const id = await makeRoom(mine, bob)
  for (let n = 0; n < 120; n += 1) mine.client.send(id, { body: `line ${n}` })
  await until(mine.client, ({ outbox }) => outbox.length === 0)
  await open(theirs, id)
  const chat = () => conversationOf(theirs.client, id).window
  expect(chat()?.messages[0]?.seq).toBeLessThan(5)

  await theirs.client.jumpTo(id, 'last')
  expect(textsOf(theirs.client, id).at(-1)).toBe('line 119')
  while (chat()?.hasBefore) await theirs.client.loadBefore(id)
  const seqs = chat()?.messages.map(({ seq }) => seq) ?? []
  expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at))
  expect(textsOf(theirs.client, id)).toEqual(Array.from({ length: 120 }, (_, n) => `line ${n}`))

  await theirs.client.jumpTo(id, 'first')
  await theirs.client.jumpTo(id, 60)
  expect(textsOf(theirs.client, id)).toContain('line 50')
})

test('a new device reads my settings, and another one hears of a change', async () => {
  const [here, there] = await Promise.all([connect(carol), connect(carol)])
  await here.client.updateMe({ locale: 'de', timeZone: 'Europe/Berlin' })
  expect(here.client.getState().me).toMatchObject({ locale: 'de', timeZone: 'Europe/Berlin' })
  await until(there.client, ({ me }) => me?.locale === 'de')
})
