import { startTestServer, type TestServer } from '@roost/server/testing'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

import { messageStatus, timeline } from './selectors.ts'
import { conversationOf, createDevice, textsOf, until, type Device } from './testing/world.ts'

let server: TestServer
let names = 0
const devices: Device[] = []

beforeAll(async () => {
  server = await startTestServer()
})
afterEach(() => {
  for (const { client } of devices.splice(0)) client.stop()
})
afterAll(() => server.stop())

const password = 'correct horse battery staple'

/** Somebody new with a client that is signed in and online. */
async function join(name: string) {
  names += 1
  const device = createDevice(server)
  devices.push(device)
  const username = `${name}${names}`
  await device.client.signUp({ username, name, email: `${username}@example.org`, password })
  const me = await until(
    device.client,
    ({ me, connection }) => connection.status === 'online' && me,
  )
  return { ...device, me, username }
}

async function chat() {
  const [alice, bob] = await Promise.all([join('alice'), join('bob')])
  const id = await alice.client.openDirect(bob.me.id)
  await until(bob.client, ({ conversations }) => conversations[id])
  await Promise.all([alice.client.openConversation(id), bob.client.openConversation(id)])
  return { alice, bob, id }
}

test('what one writes the other reads, both ways', async () => {
  const { alice, bob, id } = await chat()
  alice.client.send(id, { body: 'Hello Bob' })
  await until(bob.client, () => textsOf(bob.client, id).includes('Hello Bob'))
  bob.client.send(id, { body: 'Hello Alice' })
  await until(alice.client, () => textsOf(alice.client, id).length === 2)
  expect(textsOf(alice.client, id)).toEqual(['Hello Bob', 'Hello Alice'])
  expect(textsOf(bob.client, id)).toEqual(['Hello Bob', 'Hello Alice'])
  expect(alice.client.getState().outbox).toEqual([])
})

test('ticks go from waiting to stored, delivered and read', async () => {
  const { alice, bob, id } = await chat()
  bob.cut()
  const seen: string[] = []
  alice.client.subscribe(() => {
    const conversation = conversationOf(alice.client, id)
    const last = timeline(conversation, alice.client.getState().outbox).at(-1)
    const status = last && messageStatus(conversation, last, alice.me.id)
    if (status && status !== seen.at(-1)) seen.push(status)
  })
  alice.client.send(id, { body: 'Are you there?' })
  await until(alice.client, () => seen.includes('stored'))
  bob.mend()
  await until(alice.client, () => seen.includes('delivered'))
  const { lastSeq } = conversationOf(bob.client, id)
  expect(conversationOf(bob.client, id).unread).toBe(1)
  bob.client.markRead(id, lastSeq)
  expect(conversationOf(bob.client, id).unread).toBe(0)
  await until(alice.client, () => seen.includes('read'))
  expect(seen).toEqual(['waiting', 'stored', 'delivered', 'read'])
})
