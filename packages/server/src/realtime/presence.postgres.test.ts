/** Who is online, and how fast people may act, over several processes. */
import { adminEndpoints, endpoints } from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { RedisOnline } from '../bus/redis-online.ts'
import { closeAll, signUpCast, type Person } from '../testing/person.ts'
import { linkTo } from '../testing/redis-links.ts'
import { shareProcesses } from '../testing/share-processes.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { redis, servers, at, hearEachOther, alice } = await shareProcesses(3, ['alice'])
const [first] = servers
if (!first) throw new Error('There is no process.')

const online = { type: 'presence', online: true, lastSeenAt: null } as const
const toldOf = (socket: TestSocket, userId: string) =>
  socket
    .signals('presence')
    .flatMap((signal) => (signal.type === 'presence' && signal.userId === userId ? signal : []))

/** A socket of Alice at another process that follows them; resolves when it has been told how they are. */
async function watch(index: number, ...people: readonly Person[]) {
  const socket = await at(alice, index).connect()
  socket.send({ type: 'watch', userIds: people.map(({ id }) => id) })
  await socket.until(() => socket.signals('presence').length >= people.length)
  return socket
}

/** Resolves when the last that was told of them is this. */
const told = (socket: TestSocket, { id }: Person, isOnline: boolean) =>
  socket.until(() => toldOf(socket, id).at(-1)?.online === isOnline)

// Each waits for seconds until somebody counts as gone: beside one another.
test.concurrent('whoever comes at one process is seen at another, also by who begins to watch', async () => {
  const { bob } = await signUpCast(first, 'bob')
  const watcher = await watch(1, bob)
  const socket = await at(bob, 0).connect()
  await told(watcher, bob, true)
  const late = await watch(2, bob)
  expect(toldOf(late, bob.id)).toEqual([{ ...online, userId: bob.id }])
  await socket.close()
  await Promise.all([told(watcher, bob, false), told(late, bob, false)])
  const [seen, seenLate] = [watcher, late].map((each) => toldOf(each, bob.id))
  expect(seen?.slice(1)).toMatchObject([
    { ...online, userId: bob.id },
    { type: 'presence', userId: bob.id, online: false },
  ])
  expect(seenLate?.at(-1)).toEqual(seen?.at(-1))
  await closeAll(watcher, late)
})

test.concurrent('leaving one of two processes is no absence', async () => {
  const { ben } = await signUpCast(first, 'ben')
  const [here, there] = [await at(ben, 0).connect(), await at(ben, 1).connect()]
  const watcher = await watch(2, ben)
  await here.close()
  const leftHere = Date.now()
  // The first to go would have been told of by then: both wait the same time.
  const { bea } = await signUpCast(first, 'bea')
  const beas = await at(bea, 0).connect()
  watcher.send({ type: 'watch', userIds: [ben.id, bea.id] })
  await told(watcher, bea, true)
  await beas.close()
  await told(watcher, bea, false)
  expect(toldOf(watcher, ben.id).every((each) => each.online)).toBe(true)
  await there.close()
  await told(watcher, ben, false)
  expect(toldOf(watcher, ben.id).at(-1)?.lastSeenAt).toBeGreaterThanOrEqual(leftHere)
  await watcher.close()
})

test.concurrent('who is said to have gone, and has not, says so', async () => {
  const { hugo } = await signUpCast(first, 'hugo')
  const watcher = await watch(1, hugo)
  const socket = await at(hugo, 2).connect()
  await told(watcher, hugo, true)
  const { bus } = first.app.core
  // Nobody follows them here: what is heard, another process has said.
  const heard = new Promise<void>((resolve) => {
    bus.subscribe((note) => {
      if (note.type === 'presence' && note.userId === hugo.id && note.online) resolve()
    })
  })
  bus.publish({ type: 'presence', userId: hugo.id, online: false, lastSeenAt: 1 })
  await heard
  await told(watcher, hugo, true)
  await closeAll(watcher, socket)
})

test.concurrent('the people of a process that died are seen to have gone', async () => {
  const { dora } = await signUpCast(first, 'dora')
  const prefix = `roost:${first.app.core.database.epoch}`
  const link = await linkTo(redis, { prefix })
  const dying = new RedisOnline(link, { life: 1_000 })
  await dying.add(dora.id)
  const watcher = await watch(1, dora)
  expect(toldOf(watcher, dora.id)).toEqual([{ ...online, userId: dora.id }])
  await link.close()
  await watcher.until(() => toldOf(watcher, dora.id).length > 1)
  expect(toldOf(watcher, dora.id).slice(1)).toMatchObject([{ online: false }])
  await watcher.close()
}, 30_000)

test('administrators see who is online anywhere, and how many are', async () => {
  const { cara, root } = await signUpCast(first, 'cara', 'root')
  await first.app.core.database.write(({ db }) =>
    db.updateTable('users').set({ role: 'admin' }).where('id', '=', root.id).execute(),
  )
  const watcher = await watch(2, cara)
  const since = Date.now()
  const sockets = [await at(cara, 0).connect(), await at(cara, 1).connect()]
  await told(watcher, cara, true)
  const { users } = await at(root, 2).ask(adminEndpoints.adminUsers, { query: { query: 'cara' } })
  expect(users.map(({ lastSeenAt }) => (lastSeenAt ?? 0) >= since)).toEqual([true])
  const count = async () => (await at(root, 1).ask(adminEndpoints.adminHealth)).onlineUsers
  // Alice and Cara, once those who have just left are seen to have gone.
  await expect.poll(count, { timeout: 30_000 }).toBe(2)
  await closeAll(watcher, ...sockets)
})

describe.each([
  ['dead', () => redis.kill(), () => redis.start()],
  ['deaf', async () => redis.deafen(), async () => redis.undeafen()],
] as const)('while Redis is %s', (state, spoil, mend) => {
  test('each process tells of its own people, and of all once it is back', async () => {
    const people = await signUpCast(first, `erin-${state}`, `fred-${state}`, `gina-${state}`)
    const [erin, fred, gina] = Object.values(people)
    if (!erin || !fred || !gina) throw new Error('Somebody is missing.')
    const watchers = [await watch(0, erin, fred, gina), await watch(1, erin, fred, gina)] as const
    const [erins, ginas] = [await at(erin, 0).connect(), await at(gina, 0).connect()]
    const ginasOther = await at(gina, 1).connect()
    for (const watcher of watchers)
      await Promise.all([told(watcher, erin, true), told(watcher, gina, true)])
    await spoil()
    await hearEachOther(false)
    const freds = await at(fred, 1).connect()
    await Promise.all([erins.close(), ginas.close()])
    await Promise.all([
      told(watchers[0], erin, false),
      told(watchers[0], gina, false),
      told(watchers[1], fred, true),
    ])
    await mend()
    await hearEachOther(true)
    for (const watcher of watchers)
      await Promise.all([
        told(watcher, erin, false),
        told(watcher, fred, true),
        told(watcher, gina, true),
      ])
    await closeAll(...watchers, freds, ginasOther)
  }, 60_000)
})

test('after Redis was emptied everybody is there who was, and nobody was told otherwise', async () => {
  const { hal, ida } = await signUpCast(first, 'hal', 'ida')
  const sockets = [await at(hal, 0).connect(), await at(ida, 2).connect()]
  const watcher = await watch(1, hal, ida)
  await Promise.all([told(watcher, hal, true), told(watcher, ida, true)])
  await redis.flush()
  for (;;) {
    const late = await watch(2, hal, ida)
    const found = late.signals('presence')
    await late.close()
    if (found.every((each) => each.type === 'presence' && each.online)) break
  }
  await sockets[0]?.close()
  await told(watcher, hal, false)
  expect(toldOf(watcher, ida.id).every((each) => each.online)).toBe(true)
  await closeAll(watcher, ...sockets.slice(1))
}, 30_000)

describe('a pace', () => {
  const BURST = 10
  const EACH = 6_000
  /** How many of many pictures (that are none) are looked at, and how many may have been. */
  async function upload(person: Person) {
    const startedAt = Date.now()
    const tries = Array.from({ length: 60 }, (_, number) => {
      const url = servers[number % 3]?.url ?? ''
      return fetch(`${url}${endpoints.setMyPicture.path}`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${person.token}`, 'content-type': 'image/png' },
        body: 'no picture',
      })
    })
    const statuses = (await Promise.all(tries)).map(({ status }) => status)
    expect(statuses.filter((status) => status !== 429 && status !== 400)).toEqual([])
    const passed = statuses.filter((status) => status === 400).length
    return { passed, refilled: Math.ceil((Date.now() - startedAt) / EACH) }
  }

  test('is that of all processes together', async () => {
    const { kim } = await signUpCast(first, 'kim')
    const { passed, refilled } = await upload(kim)
    expect(passed).toBeGreaterThanOrEqual(BURST)
    expect(passed).toBeLessThan(BURST + refilled)
  })

  describe('without Redis', () => {
    beforeAll(async () => {
      await redis.kill()
      await hearEachOther(false)
    })
    afterAll(async () => {
      await redis.start()
      await hearEachOther(true)
    })

    test('is that of each of them', async () => {
      const { lea } = await signUpCast(first, 'lea')
      const { passed, refilled } = await upload(lea)
      expect(passed).toBeGreaterThanOrEqual(3 * BURST)
      expect(passed).toBeLessThan(3 * (BURST + refilled))
    })
  })
})
