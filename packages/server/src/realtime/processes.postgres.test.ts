/** Several processes on one database: what one of them stores, people hear who are connected to another. */
import { closeCodes, endpoints, type ServerFrame } from '@roost/protocol'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { revokeAllSessions } from '../auth/revocations.ts'
import { closeAll, connectAll, newClientId, signUpCast } from '../testing/person.ts'
import { shareProcesses } from '../testing/share-processes.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { redis, servers, at, reports, hearEachOther, alice, bob, carol } = await shareProcesses(3, [
  'alice',
  'bob',
  'carol',
])

afterEach(async () => {
  const unexpected = reports().filter((each) => !String(each).includes('Redis does not answer'))
  for (const server of servers) server.reports.length = 0
  expect(unexpected).toEqual([])
})

/** What an end may take to reach every process, whatever has become of Redis. */
const AT_ONCE = 1_000
async function withinASecond<T>(done: Promise<T>): Promise<T> {
  const since = performance.now()
  const value = await done
  expect(performance.now() - since).toBeLessThan(AT_ONCE)
  return value
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('a message comes to everyone, wherever they are connected, and says the same', async () => {
  const { id } = await alice.makeRoomWith([bob, carol])
  const sockets = await Promise.all([0, 1, 2].map((index) => at(bob, index).connect()))
  const sent = await Promise.all(
    upTo(60).map((number) =>
      at(number % 2 ? alice : carol, number % 3).send(id, `number ${number}`),
    ),
  )
  const seqs = sent.map(({ seq }) => seq).toSorted((a, b) => a - b)
  const heard: unknown[] = []
  for (const socket of sockets) {
    await socket.event(id, seqs.at(-1) ?? 0)
    await socket.settle()
    // What was before may still have been on its way when they connected.
    const events = socket.frames.filter(TestSocket.isEvent(id))
    heard.push(events.filter(({ seq }) => seq >= (seqs[0] ?? 0)))
  }
  const [first] = heard
  expect(first).toHaveLength(60)
  for (const each of heard) expect(each).toEqual(first)
  await closeAll(...sockets)
})

test('events come over Redis with their words: who hears them asks the database for nothing', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await at(bob, 1).connect()
  const statements = () => servers[1]?.app.core.database.statements() ?? 0
  const before = statements()
  for (const number of upTo(100)) {
    const { seq } = await at(alice, 0).send(id, `${number}`)
    await socket.event(id, seq)
  }
  // A sweep or two may have run meanwhile.
  expect(statements() - before).toBeLessThan(50)
  await socket.close()
})

const states = [
  ['carries', async () => {}, async () => {}],
  ['is dead', () => redis.kill(), () => redis.start()],
  ['is deaf', async () => redis.deafen(), async () => redis.undeafen()],
] as const

describe.each(states)('while Redis %s', (state, spoil, mend) => {
  beforeAll(async () => {
    await spoil()
    if (state !== 'carries') await hearEachOther(false)
  })
  afterAll(async () => {
    await mend()
    await hearEachOther(true)
  })

  test('whoever joins hears what comes, and whoever is removed nothing after', async () => {
    const { id } = await at(alice, 0).makeRoomWith([carol], { visibility: 'private' })
    const socket = await at(bob, 1).connect()
    const { seq: added } = await at(alice, 2).add(id, bob)
    await socket.find(TestSocket.isUserEvent('conversation.joined'))
    const { seq } = await at(carol, 0).send(id, 'welcome')
    await socket.event(id, seq)
    const { seq: removed } = await at(alice, 2).remove(id, bob)
    await withinASecond(socket.find(TestSocket.isUserEvent('conversation.left')))
    await at(carol, 0).send(id, 'without him')
    const { id: other } = await at(alice, 0).openDirect(bob)
    const { seq: last } = await at(alice, 0).send(other, 'a later one')
    await socket.event(other, last)
    const seqs = socket.seqs(id)
    expect(seqs).toContain(seq)
    expect(seqs.filter((each) => each < added || each > removed)).toEqual([])
    await socket.close()
  })

  test('every kind of change comes, each once and in order', async () => {
    const { id } = await alice.makeRoomWith([bob, carol])
    const sockets = await Promise.all([0, 1, 2].map((index) => at(bob, index).connect()))
    const { id: said, seq: first } = await at(alice, 0).send(id, 'one')
    await at(alice, 1).edit(said, 'two')
    await at(carol, 2).react(said, '👍')
    await at(alice, 2).change(id, { name: 'Galley' })
    await at(carol, 0).leave(id)
    const { seq } = await at(alice, 1).send(id, 'the end')
    for (const socket of sockets) {
      await socket.event(id, seq)
      expect(socket.seqs(id).filter((each) => each >= first)).toEqual(upTo(seq).slice(first - 1))
    }
    await closeAll(...sockets)
  })

  test('what one reads and mutes here is read and muted there', async () => {
    const { id } = await alice.makeRoomWith([bob])
    const { seq } = await alice.send(id, 'news')
    const socket = await at(bob, 1).connect()
    await at(bob, 2).read(id, seq)
    await socket.find(TestSocket.isUserEvent('read.changed'))
    await socket.close()
  })

  test('sessions that are ended elsewhere close their sockets, and the others stay', async () => {
    const [first] = servers
    if (!first) throw new Error('There is no process.')
    const { dora, emil } = await signUpCast(first, 'dora', 'emil')
    const sockets = await connectAll(at(dora, 1), at(dora, 2))
    const other = await at(emil, 1).connect()
    const { core } = first.app
    // As a ban, a reset of the password and an administrator do.
    await core.database.write((tx) => revokeAllSessions(core, tx, dora.id))
    const ends = await withinASecond(Promise.all(sockets.map(({ closed }) => closed)))
    for (const end of ends) expect(end).toMatchObject({ code: closeCodes.sessionEnded })
    expect(await at(dora, 2).refusal(endpoints.me)).toMatchObject({ status: 401 })
    await at(emil, 1).settle(other)
    await other.close()
    await core.database.write(({ db }) =>
      db.deleteFrom('users').where('id', 'in', [dora.id, emil.id]).execute(),
    )
  })

  test('a new name reaches whoever shares a chat, and a setting every process', async () => {
    await alice.openDirect(bob)
    const socket = await at(bob, 1).connect()
    const name = `Alice ${newClientId()}`
    await at(alice, 2).ask(endpoints.updateMe, { body: { name } })
    await socket.find(
      (frame): frame is ServerFrame =>
        frame.type === 'signal' && frame.signal.type === 'user' && frame.signal.user.name === name,
    )
    await socket.close()
  })

  test('a room that is deleted is gone for everybody at once', async () => {
    const { id } = await alice.makeRoomWith([bob])
    const socket = await at(bob, 1).connect()
    await at(alice, 2).ask(endpoints.deleteConversation, { params: { id } })
    await socket.find(TestSocket.isUserEvent('conversation.left'))
    await socket.close()
  })
})

test('what a process has begun to erase, and did not live to finish, another finishes', async () => {
  const [first] = servers
  if (!first) throw new Error('There is no process.')
  const { emma } = await signUpCast(first, 'emma')
  const { id } = await emma.makeRoomWith([bob])
  const { id: said } = await emma.send(id, 'to be erased')
  const socket = await at(bob, 1).connect()
  const { core } = first.app
  await core.database.write(({ db }) =>
    db
      .insertInto('erasures')
      .values({ userId: emma.id, messages: 'delete', createdAt: core.now() })
      .execute(),
  )
  await socket.find(
    (frame): frame is ServerFrame =>
      frame.type === 'event' &&
      frame.event.type === 'message.changed' &&
      frame.event.message.id === said,
  )
  await socket.close()
})

test('what was stored while Redis was dead has come to everyone once it is back', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const socket = await at(bob, 1).connect()
  await redis.kill()
  const sent = await Promise.all(upTo(30).map((number) => at(alice, 0).send(id, `${number}`)))
  await redis.start()
  const seqs = sent.map(({ seq }) => seq).toSorted((a, b) => a - b)
  await socket.event(id, seqs.at(-1) ?? 0)
  expect(socket.seqs(id)).toEqual(seqs)
  await hearEachOther(true)
  await socket.close()
})

test('whoever sends reads it at once from any process', async () => {
  const { id } = await alice.makeRoomWith([bob])
  for (const number of upTo(20)) {
    const { seq } = await at(alice, number % 3).send(id, `${number}`)
    expect((await at(alice, (number + 1) % 3).look(id)).lastSeq).toBe(seq)
  }
})
