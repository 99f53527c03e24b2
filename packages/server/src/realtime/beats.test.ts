import { closeCodes, limits } from '@roost/protocol'
import { afterAll, expect, test, vi } from 'vitest'

import { closeAll, connectAll } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { openSocket, signInBrowser, signOut } from '../testing/sign-in.ts'
import { callApi } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

/** The server's own beats come when a test says so; everything else takes its real time. */
vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
afterAll(() => {
  vi.useRealTimers()
})
const clock = { now: Date.now() }
const { server, core, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'], {
  now: () => clock.now,
})
const RECHECK_EVERY = 30_000
const ended = { code: closeCodes.sessionEnded }

test('logging out closes every socket of that session at once, and no other', async () => {
  const browser = await signInBrowser(server, alice)
  const [here, there] = [await openSocket(browser), await openSocket(browser)]
  const elsewhere = await alice.connect()
  const { id } = await bob.makeRoom()
  await signOut(browser)
  await bob.add(id, alice)
  await bob.send(id, 'after the log-out')
  for (const socket of [here, there]) {
    expect(await socket.closed).toMatchObject(ended)
    expect(socket.frames).toEqual([])
  }
  await elsewhere.find(TestSocket.isEvent(id))
  await elsewhere.close()
  await expect(openSocket(browser)).rejects.toMatchObject({ status: 401 })
})

test('logging out by a token closes its sockets too', async () => {
  const socket = await carol.connect()
  const authorization = `Bearer ${carol.token}`
  const path = '/api/auth/sign-out'
  await callApi(server.url, { method: 'POST', path, headers: { authorization } })
  expect(await socket.closed).toMatchObject(ended)
  await expect(carol.connect()).rejects.toMatchObject({ status: 401 })
})

test('a session that has expired is noticed at the re-check, and others stay', async () => {
  const before = await core.database.read((db) => db.selectFrom('sessions').select('id').execute())
  const socket = await openSocket(await signInBrowser(server, alice))
  const others = await connectAll(alice, bob)
  const expiresAt = new Date(clock.now - 1).toISOString()
  await core.database.write(({ db }) =>
    db
      .updateTable('sessions')
      .set({ expiresAt })
      .where(
        'id',
        'not in',
        before.map(({ id }) => id),
      )
      .execute(),
  )
  vi.advanceTimersByTime(RECHECK_EVERY)
  expect(await socket.closed).toMatchObject(ended)
  for (const other of others) await other.settle()
  await closeAll(...others)
})

test('sockets of someone who is banned close at the re-check, and none opens', async () => {
  const [theirs, other] = await connectAll(bob, alice)
  const setBanned = (banned: number) =>
    core.database.write(({ db }) =>
      db.updateTable('users').set({ banned }).where('id', '=', bob.id).execute(),
    )
  await setBanned(1)
  vi.advanceTimersByTime(RECHECK_EVERY)
  expect(await theirs.closed).toMatchObject(ended)
  // Known from a second ago, it opens, and is looked at again.
  const known = await bob.connect().then((socket) => socket.closed)
  clock.now += 1_001
  const unknown = await bob.connect().catch((error: unknown) => error)
  await setBanned(0)
  expect(known).toMatchObject(ended)
  expect(unknown).toMatchObject({ status: 401 })
  await other.settle()
  await other.close()
})

test('a ping counts what was sent, so that a lost last event is noticed', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const [socket, sender] = await connectAll(bob, alice)
  await alice.send(id, 'one')
  const { seq } = await alice.send(id, 'two')
  await socket.event(id, seq)
  await bob.read(id, seq)
  await bob.settle(socket)
  vi.advanceTimersByTime(limits.pingEvery)
  // Two events, one read mark, and the barrier.
  expect(await socket.find(({ type }) => type === 'ping')).toEqual({ type: 'ping', sent: 4 })
  expect(await sender.find(({ type }) => type === 'ping')).toEqual({ type: 'ping', sent: 2 })
  await closeAll(socket, sender)
})

test('who does not answer is idle, who does is not', async () => {
  const [silent, live] = await connectAll(alice, bob)
  clock.now += limits.idleAfter
  live.send({ type: 'pong' })
  await live.settle()
  clock.now += 1
  vi.advanceTimersByTime(limits.pingEvery)
  expect(await silent.closed).toMatchObject({ code: closeCodes.idle })
  await live.settle()
  await live.close()
})
