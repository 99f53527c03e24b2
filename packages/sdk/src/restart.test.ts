import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { PASSWORD, startTestServer, type TestServer } from '@roost/server/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { createDevice, textsOf, until, type Device } from './testing/world.ts'

let folder: string
let server: TestServer
const devices: Device[] = []

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roost-restart-'))
  server = await startTestServer({ folder })
  for (const name of ['Owner', 'Alice']) {
    const username = name.toLowerCase()
    const account = { username, name, email: `${username}@example.org`, password: PASSWORD }
    await server.app.createAccount(account, { admin: username === 'owner' })
  }
})
afterEach(async () => {
  for (const { client } of devices.splice(0)) client.stop()
  await server.stop()
  await rm(folder, { recursive: true })
})

async function connect(token: string): Promise<Device> {
  const device = createDevice(server, { token })
  devices.push(device)
  await device.client.start()
  await until(device.client, ({ connection }) => connection.status === 'online')
  return device
}

test('a restart of the server loses nothing, and nothing appears twice', async () => {
  const [bob, carol] = await Promise.all([server.signUp('bob'), server.signUp('carol')])
  const [mine, theirs] = await Promise.all([connect(bob.token), connect(carol.token)])
  const room = { name: 'Kitchen', visibility: 'private', userIds: [carol.id] } as const
  const id = await mine.client.createRoom(room)
  await until(theirs.client, ({ conversations }) => conversations[id])
  await Promise.all([mine.client.openConversation(id), theirs.client.openConversation(id)])

  const texts = Array.from({ length: 40 }, (_, n) => `line ${n}`)
  for (const body of texts.slice(0, 20)) mine.client.send(id, { body })
  await until(mine.client, ({ outbox }) => outbox.length < 15)
  await server.stop()
  await until(theirs.client, ({ connection }) => connection.status === 'offline')
  for (const body of texts.slice(20)) mine.client.send(id, { body })
  const port = Number(new URL(server.url).port)
  server = await startTestServer({ folder, config: { port } })

  for (const { client } of [mine, theirs])
    await until(
      client,
      ({ outbox, connection }) =>
        connection.status === 'online' &&
        outbox.length === 0 &&
        textsOf(client, id).length === texts.length,
    )
  expect(textsOf(theirs.client, id)).toEqual(texts)
  expect(textsOf(mine.client, id)).toEqual(texts)
  expect(server.reports).toEqual([])
})
