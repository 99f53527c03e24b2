import { setTimeout as sleep } from 'node:timers/promises'

import type { LogCursor } from '@roost/protocol'
import { expect, test, vi } from 'vitest'

import type { Person } from '../testing/person.ts'
import { seedSessions } from '../testing/seed-sessions.ts'
import { seedMembers } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import type { TestSocket } from '../testing/test-socket.ts'
import { watchUpgrades } from '../testing/watch-upgrades.ts'

const { server, core, alice } = await shareServer(['alice'])
const { epoch } = core.database

/** People who share a large room, with a smaller one for every ten of them. */
async function gatherCrowd(count: number) {
  const { id: large } = await alice.makeRoom({ name: 'large' })
  const ids = await seedMembers(core, large, count)
  const rooms = new Map(ids.map((id) => [id, [large]]))
  for (let at = 0; at < count; at += 10) {
    const { id: small } = await alice.makeRoom({ name: `small ${at}` })
    const group = ids.slice(at, at + 10)
    await core.database.write(async ({ db }) => {
      const place = { conversationId: small, role: 'member' as const, deliveredSeq: 1, readSeq: 1 }
      await db
        .insertInto('memberships')
        .values(group.map((userId) => ({ ...place, userId })))
        .execute()
      await db
        .insertInto('membershipIntervals')
        .values(group.map((userId) => ({ conversationId: small, userId, fromSeq: 1 })))
        .execute()
    })
    for (const id of group) rooms.get(id)?.push(small)
  }
  return { large, rooms, people: await seedSessions(server, ids) }
}

async function cursorsOf(ids: Iterable<string>): Promise<Map<string, LogCursor>> {
  const cursors = new Map<string, LogCursor>()
  for (const conversationId of new Set(ids)) {
    const { lastSeq: seq, lastEventId: eventId } = await alice.look(conversationId)
    cursors.set(conversationId, { conversationId, seq, eventId })
  }
  return cursors
}

const isHeads = ({ type }: { type: string }) => type === 'heads'

const COUNT = 300
const { large, rooms, people } = await gatherCrowd(COUNT)
const cursors = await cursorsOf([...rooms.values()].flat())
const headsOf = (person?: Person) =>
  (rooms.get(person?.id ?? '') ?? []).flatMap((room) => cursors.get(room) ?? [])

const hello = { type: 'hello', protocol: 1, epoch, userSeq: 0 } as const

/** Comes back as a client does. */
async function comeBack(person: Person): Promise<TestSocket> {
  const socket = await person.connect()
  socket.send({ ...hello, heads: headsOf(person) })
  await socket.find(isHeads)
  return socket
}

async function passingTime<T>(work: Promise<T>): Promise<T> {
  let done = false
  const mark = () => void (done = true)
  work.then(mark, mark)
  while (!done) {
    vi.advanceTimersByTime(100)
    // Ten times as fast as it is: a database that is reached over a network has its own patience.
    await sleep(10)
  }
  return work
}

test('hundreds who come back at once cost far less than one statement each', async () => {
  // Time goes on when all have knocked, however slow this machine is.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const knocks = watchUpgrades()
  const before = core.database.statements()
  const opening = Promise.all(people.map((person) => person.connect()))
  await knocks.reached(COUNT)
  const sockets = await passingTime(opening)
  for (const [at, socket] of sockets.entries())
    socket.send({ ...hello, heads: headsOf(people[at]) })
  await Promise.all(sockets.map((socket) => socket.arrived()))
  await passingTime(Promise.all(sockets.map((socket) => socket.find(isHeads))))
  const statements = core.database.statements() - before
  // A moment that has begun would never end.
  vi.advanceTimersByTime(1_000)
  vi.useRealTimers()
  knocks.stop()
  for (const socket of sockets)
    expect(socket.frames.find(isHeads)).toMatchObject({ heads: [], gone: [], foreign: [] })
  await Promise.all(sockets.map((socket) => socket.close()))
  expect(statements).toBeLessThan(COUNT / 3)
})

test('what is said during the storm reaches everyone once and in order', async () => {
  const { seq: from } = cursors.get(large) ?? { seq: 0 }
  const sending = (async () => {
    for (let at = 0; at < 40; at++) await alice.send(large, `message ${at}`)
  })()
  const sockets = await Promise.all(people.map(comeBack))
  await sending
  const { seq: last } = await alice.send(large, 'the end')
  await Promise.all(sockets.map((socket) => socket.event(large, last)))
  for (const socket of sockets) {
    const seqs = socket.seqs(large)
    const [first = 0] = seqs
    expect(seqs).toEqual(Array.from({ length: last - first + 1 }, (_, at) => first + at))
    // What came before its first event is what `heads` told it to fetch.
    const frame = socket.frames.find(isHeads)
    const heads = frame?.type === 'heads' ? frame.heads : []
    const told = heads.find(({ conversationId }) => conversationId === large)?.lastSeq ?? from
    expect(told).toBeGreaterThanOrEqual(first - 1)
  }
  await Promise.all(sockets.map((socket) => socket.close()))
})
