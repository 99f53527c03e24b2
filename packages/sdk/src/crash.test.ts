/**
 * A client that dies at any write to its storage and at any request, before or after it took effect,
 * and another one that goes on with what was left: everything that was done happens once, in order.
 */
import { endpoints, limits, type Message } from '@roost/protocol'
import { startTestServer, type TestServer, type TestUser } from '@roost/server/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { memoryStorage } from './memory-storage.ts'
import type { ClientStorage } from './options.ts'
import { isConfirmed } from './pending-write.ts'
import { createDevice, until, type Device } from './testing/world.ts'

let server: TestServer
let alice: TestUser
let bob: TestUser
let reader: Device

beforeAll(async () => {
  server = await startTestServer()
  ;[alice, bob] = await Promise.all([server.signUp('alice'), server.signUp('bob')])
  reader = createDevice(server, { token: bob.token })
  await reader.client.start()
})
afterAll(async () => {
  reader.client.stop()
  await server.stop()
})

/** Counts what happens, and tells when it is time to die. */
function createFate(dieAt: number) {
  let step = 0
  const death = Promise.withResolvers<void>()
  return {
    death: death.promise,
    /** Whether the client is dead from this step on; steps are numbered from 1. */
    isDead(): boolean {
      step += 1
      if (step >= dieAt) death.resolve()
      return step >= dieAt
    },
    steps: () => step,
  }
}

const never = new Promise<never>(() => {})

/** A client of which nothing takes effect any more once it is dead: at its last step, half of it may. */
function mortal(values: Map<string, unknown>, dieAt: number, doLast: boolean) {
  const fate = createFate(dieAt)
  const storage = memoryStorage(values)
  let wasLast = false
  /** Whether a step still takes effect, and whether anybody hears of it. */
  const live = () => {
    const isDead = fate.isDead()
    const isLast = isDead && !wasLast
    wasLast ||= isDead
    return { takesEffect: !isDead || (isLast && doLast), isHeard: !isDead }
  }
  const watched: ClientStorage = {
    read: (prefix) => storage.read(prefix),
    async write(changes) {
      const { takesEffect, isHeard } = live()
      if (takesEffect) await storage.write(changes)
      return isHeard ? undefined : never
    },
  }
  const device = createDevice(server, {
    token: alice.token,
    storage: watched,
    fetch: async (url, init) => {
      if (init?.method === 'GET') return fetch(url, init)
      const { takesEffect, isHeard } = live()
      const answer = takesEffect ? await fetch(url, init) : null
      return isHeard && answer ? answer : never
    },
  })
  return { device, fate }
}

async function readMessages(id: string): Promise<Message[]> {
  const page = await reader.client.call(endpoints.messages, {
    params: { id },
    query: { limit: limits.pageMax },
  })
  return page.messages
}

async function makeRoom({ client }: Device) {
  const room = { name: 'Crash', visibility: 'private', userIds: [bob.id] } as const
  const id = await client.createRoom(room)
  const target = client.send(id, { body: 'first' })
  await until(client, ({ outbox }) => outbox.length === 0)
  await client.openConversation(id)
  return { id, target }
}

/** All that is done in a conversation, without a network; the text of what it shows in the end. */
function doEverything({ client }: Device, { id, target }: { id: string; target: string }) {
  client.send(id, { body: 'one' })
  void client.editMessage(id, target, { body: 'first, edited' })
  void client.react(id, target, '👍', true)
  const second = client.send(id, { body: 'two' })
  void client.editMessage(id, second, { body: 'two, edited' })
  const third = client.send(id, { body: 'three' })
  void client.react(id, third, '🎉', true)
  void client.deleteMessage(id, client.send(id, { body: 'never' }))
  client.send(id, { body: 'four' })
}

const expected = ['first, edited 👍', 'one', 'two, edited', 'three 🎉', 'four']

const textOf = ({ body, reactions }: Message) =>
  [body, ...reactions.map(({ emoji, count }) => (count === 1 ? emoji : `${emoji}${count}`))].join(
    ' ',
  )

async function live(dieAt: number, doLast: boolean) {
  const values = new Map<string, unknown>()
  // Everything is done and stored without a network; then the time begins in which it may die.
  const before = createDevice(server, { token: alice.token, storage: memoryStorage(values) })
  await before.client.start()
  await until(before.client, ({ connection }) => connection.status === 'online')
  const room = await makeRoom(before)
  before.cut()
  doEverything(before, room)
  await new Promise((resolve) => setTimeout(resolve, 5))
  before.client.stop()

  const { device, fate } = mortal(values, dieAt, doLast)
  void device.client.start()
  const done = until(
    device.client,
    ({ conversationsLoaded, outbox }) => conversationsLoaded && outbox.every(isConfirmed),
  )
  await Promise.race([done, fate.death])
  // What it sent last may be on its way to the server.
  await new Promise((resolve) => setTimeout(resolve, 30))
  device.client.stop()
  done.catch(() => {})

  const after = createDevice(server, { token: alice.token, storage: memoryStorage(values) })
  await after.client.start()
  await until(after.client, ({ outbox }) => outbox.every(isConfirmed))
  await new Promise((resolve) => setImmediate(resolve))
  after.client.stop()
  const messages = await readMessages(room.id)
  const left = [...values.keys()].filter((key) => key.startsWith('outbox/'))
  return { shown: messages.filter(({ kind }) => kind === 'text').map(textOf), left, fate }
}

test.each([
  ['it took effect', false],
  ['anybody heard that it took effect', true],
])(
  'whatever the client does last, before %s, all of it happens once',
  async (_, doLast) => {
    const whole = await live(Infinity, doLast)
    expect(whole.shown).toEqual(expected)
    const steps = whole.fate.steps()
    expect(steps).toBeGreaterThan(12)
    for (let dieAt = 1; dieAt <= steps; dieAt += 1) {
      const { shown, left } = await live(dieAt, doLast)
      expect({ dieAt, shown, left }).toEqual({ dieAt, shown: expected, left: [] })
    }
  },
  120_000,
)
