import { randomUUID } from 'node:crypto'

import { createClient } from 'redis'
import { afterAll, expect, test } from 'vitest'

import { isState, linkTo } from '../testing/redis-links.ts'
import { TestRedis } from '../testing/redis-server.ts'
import { describeOnline } from './online-contract.ts'
import { RedisOnline } from './redis-online.ts'

const redis = await TestRedis.start()
afterAll(() => redis.kill())

async function join(prefix: string, life?: number) {
  const link = await linkTo(redis, { prefix })
  const online = new RedisOnline(link, life === undefined ? {} : { life })
  async function stop() {
    await online.close()
    await link.close()
  }
  return { link, online, stop }
}

/** Resolves when one finds just these. */
async function finds(online: RedisOnline, wanted: readonly string[]) {
  const all = ['alice', 'bob', 'carol', 'dave']
  for (;;) {
    const found = await online.find(all)
    if (found.size === wanted.length && wanted.every((each) => found.has(each))) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describeOnline('in Redis', () => join(randomUUID()))

describeOnline('in Redis, seen from another process', async () => {
  const prefix = randomUUID()
  const [here, there] = [await join(prefix), await join(prefix)]
  const { online } = here
  return {
    online: {
      add: (userId) => online.add(userId),
      remove: (userId) => online.remove(userId),
      find: (userIds) => there.online.find(userIds),
      count: () => there.online.count(),
      close: () => online.close(),
    },
    async stop() {
      await here.stop()
      await there.stop()
    },
  }
})

test('whoever leaves one of two processes is online, and the last to see them go says so', async () => {
  const prefix = randomUUID()
  const [here, there] = [await join(prefix), await join(prefix)]
  await here.online.add('alice')
  await there.online.add('alice')
  expect(await here.online.count()).toBe(1)
  expect(await here.online.remove('alice')).toBe(true)
  expect(await here.online.find(['alice'])).toEqual(new Set(['alice']))
  expect(await there.online.remove('alice')).toBe(false)
  expect(await here.online.find(['alice'])).toEqual(new Set())
  await here.stop()
  await there.stop()
})

test('a process that stops takes its people with it, and one that dies is forgotten', async () => {
  const prefix = randomUUID()
  const life = 400
  const [here, stopping, dying] = [
    await join(prefix, life),
    await join(prefix),
    await join(prefix, life),
  ]
  await here.online.add('alice')
  await stopping.online.add('bob')
  await dying.online.add('carol')
  await finds(here.online, ['alice', 'bob', 'carol'])
  await stopping.stop()
  expect(await here.online.find(['bob', 'carol'])).toEqual(new Set(['carol']))
  await dying.link.close()
  await finds(here.online, ['alice'])
  expect(await here.online.count()).toBe(1)
  await here.stop()
  const client = await createClient({ url: redis.url }).connect()
  while ((await client.keys(`${here.link.prefix}*`)).length > 0) await new Promise(setImmediate)
  client.destroy()
})

test('what a Redis that was emptied has forgotten it is told again', async () => {
  const prefix = randomUUID()
  const life = 400
  const [here, there] = [await join(prefix, life), await join(prefix, life)]
  await here.online.add('alice')
  await there.online.add('bob')
  await redis.flush()
  await Promise.all([finds(here.online, ['alice', 'bob']), finds(there.online, ['alice', 'bob'])])
  await here.stop()
  await there.stop()
})

test.each([
  ['killed', () => redis.kill(), () => redis.start()],
  ['deaf', async () => redis.deafen(), async () => redis.undeafen()],
])(
  'without a Redis that is %s each knows its own people, and then all again',
  async (_how, spoil, mend) => {
    const prefix = randomUUID()
    const [here, there] = [await join(prefix), await join(prefix)]
    await here.online.add('alice')
    await there.online.add('bob')
    await there.online.add('dave')
    await spoil()
    // Nobody has noticed yet.
    expect(await here.online.find(['alice', 'bob'])).toEqual(new Set(['alice']))
    await Promise.all([isState(here.link, false), isState(there.link, false)])
    await there.online.add('carol')
    expect(await there.online.remove('dave')).toBe(false)
    expect([await here.online.count(), await there.online.count()]).toEqual([1, 2])
    await mend()
    await Promise.all([isState(here.link, true), isState(there.link, true)])
    await finds(here.online, ['alice', 'bob', 'carol'])
    await finds(there.online, ['alice', 'bob', 'carol'])
    await here.stop()
    await there.stop()
  },
)

test('two Roosts on one Redis know nothing of each other', async () => {
  const [one, other] = [await join(randomUUID()), await join(randomUUID())]
  await one.online.add('alice')
  expect(await other.online.find(['alice'])).toEqual(new Set())
  expect(await other.online.count()).toBe(0)
  await one.stop()
  await other.stop()
})
