import { startTestServer, type TestServer, type TestUser } from '@roost/server/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { isConfirmed } from './pending-write.ts'
import type { State } from './state.ts'
import { emptyState } from './store.ts'
import { openAll, readFresh, sharedPart, startWatching, withWindowsOf } from './testing/converge.ts'
import { textsOf, until, type Device } from './testing/world.ts'

let server: TestServer
let users: TestUser[]

beforeAll(async () => {
  server = await startTestServer()
  users = await Promise.all(['alice', 'bob', 'carol'].map((name) => server.signUp(name)))
})
afterAll(() => server.stop())

/** The same sequence for the same seed. */
function createChance(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return Math.floor((state / 2 ** 32) * below)
  }
}

const shuffle = (frames: string[], chance: (below: number) => number) =>
  frames
    .flatMap((frame) => (chance(4) === 0 ? [frame, frame] : chance(10) === 0 ? [] : [frame]))
    .map((frame) => ({ frame, at: chance(1_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ frame }) => frame)

/** Without the messages: how many of them are in memory depends on the way there. */
const withoutPages = (state: State) => sharedPart(withWindowsOf(state, emptyState))

/** Something that happens to networks, or that people do. */
function disturb(device: Device, id: string, chance: (below: number) => number, say: () => string) {
  const { client } = device
  const acts = [
    () => device.cut(),
    () => device.mend(),
    () => device.hold(),
    () => device.release((frames) => shuffle(frames, chance)),
    () => device.loseAnswers(() => chance(3) === 0),
    () => device.loseAnswers(() => false),
    () => client.markRead(id, chance((client.getState().conversations[id]?.lastSeq ?? 0) + 1)),
    () => {
      const messages = client.getState().conversations[id]?.window?.messages ?? []
      const message = messages.filter(({ kind }) => kind === 'text').at(-1 - chance(5))
      if (message) void client.react(id, message.id, '👍', chance(2) === 0)
    },
  ]
  // Mostly, people write.
  const act = acts[chance(acts.length * 3)]
  if (act) act()
  else client.send(id, { body: say() })
}

test.each([1, 2, 3])(
  'whatever the network does, nothing is lost, doubled or turned round (seed %i)',
  async (seed) => {
    const chance = createChance(seed)
    const devices = await Promise.all(users.map(({ token }) => startWatching(server, token)))
    const [first] = devices
    const userIds = users.slice(1).map(({ id }) => id)
    const id = await first?.client.createRoom({ name: 'Storm', visibility: 'private', userIds })
    if (id === undefined) throw new Error('There is no room.')
    await Promise.all(
      devices.map(async ({ client }) => {
        await until(client, ({ conversations }) => conversations[id])
        await client.openConversation(id)
      }),
    )

    const said: string[][] = users.map(() => [])
    for (let step = 0; step < 150; step += 1) {
      const who = chance(devices.length)
      const device = devices[who]
      if (!device) throw new Error('Nobody is there.')
      disturb(device, id, chance, () => {
        const text = `${who} says ${step}`
        said[who]?.push(text)
        return text
      })
      await new Promise((resolve) => setTimeout(resolve, chance(20)))
    }
    for (const device of devices) {
      device.loseAnswers(() => false)
      device.release((frames) => shuffle(frames, chance))
      device.mend()
    }

    for (const [who, device] of devices.entries()) {
      await until(device.client, ({ outbox }) => outbox.every(isConfirmed))
      await vi.waitFor(
        async () => {
          await openAll(device)
          const fresh = await readFresh(server, users[who]?.token ?? '')
          expect(withoutPages(device.client.getState())).toEqual(withoutPages(fresh))
        },
        { timeout: 20_000, interval: 200 },
      )
    }
    for (const { client } of devices) {
      await client.jumpTo(id, 'last')
      while (client.getState().conversations[id]?.window?.hasBefore) await client.loadBefore(id)
      const texts = textsOf(client, id)
      for (const [who, lines] of said.entries())
        expect(texts.filter((text) => text.startsWith(`${who} `))).toEqual(lines)
      expect(texts).toHaveLength(said.flat().length)
      client.stop()
    }
  },
  60_000,
)
