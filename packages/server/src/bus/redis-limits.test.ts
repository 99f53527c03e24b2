import { randomUUID } from 'node:crypto'

import { createClient } from 'redis'
import { afterAll, expect, test } from 'vitest'

import { describeLimits } from '../rate-limit-contract.ts'
import { isState, linkTo } from '../testing/redis-links.ts'
import { TestRedis } from '../testing/redis-server.ts'
import { redisLimits } from './redis-limits.ts'

const redis = await TestRedis.start()
afterAll(() => redis.kill())

async function join(prefix: string) {
  const link = await linkTo(redis, { prefix })
  const makeLimiter = redisLimits(link, { secret: 'a secret', now: () => Date.now() })
  return { link, makeLimiter, stop: () => link.close() }
}

describeLimits('in Redis', () => join(randomUUID()))

const slow = { burst: 30, perSecond: 0.001 }

async function passedAt(...limiters: readonly { take(key: string): Promise<number> }[]) {
  const all = limiters.flatMap((limiter) =>
    Array.from({ length: 100 }, () => limiter.take('alice')),
  )
  return (await Promise.all(all)).filter((wait) => wait === 0).length
}

test('three processes together let pass one burst', async () => {
  const prefix = randomUUID()
  const processes = await Promise.all([1, 2, 3].map(() => join(prefix)))
  const limiters = processes.map(({ makeLimiter }) => makeLimiter('sends', slow))
  expect(await passedAt(...limiters)).toBe(30)
  for (const { stop } of processes) await stop()
})

test('what lies in Redis tells of nobody, and nothing of it stays', async () => {
  const { makeLimiter, stop, link } = await join(randomUUID())
  const fast = { burst: 5, perSecond: 100 }
  await makeLimiter('signInsByAccount', slow).take('alice@example.org')
  await makeLimiter('signInsByAddress', slow).take('192.0.2.1')
  await makeLimiter('signInsByAddress', fast).take('192.0.2.2')
  const client = createClient({ url: redis.url })
  client.on('error', () => {})
  await client.connect()
  const find = () => client.keys(`${link.prefix}limit:*`)
  const found = await find()
  expect(found.join(' ')).not.toMatch(/alice|192/)
  // One that is gone meanwhile says -2, one that would stay -1.
  for (const key of found) expect(await client.pTTL(key)).not.toBe(-1)
  while ((await find()).length > 2) await new Promise(setImmediate)
  client.destroy()
  await stop()
})

test.each([
  ['killed', () => redis.kill(), () => redis.start()],
  ['deaf', async () => redis.deafen(), async () => redis.undeafen()],
])('while Redis is %s each process lets pass its own burst', async (_how, spoil, mend) => {
  const prefix = randomUUID()
  const [here, there] = [await join(prefix), await join(prefix)]
  const limiters = [here, there].map(({ makeLimiter }) => makeLimiter('sends', slow))
  await spoil()
  // Nobody has noticed yet.
  expect(await passedAt(...limiters)).toBe(60)
  await Promise.all([isState(here.link, false), isState(there.link, false)])
  expect(await passedAt(...limiters)).toBe(0)
  await mend()
  await Promise.all([isState(here.link, true), isState(there.link, true)])
  const others = [here, there].map(({ makeLimiter }) => makeLimiter('other', slow))
  expect(await passedAt(...others)).toBe(30)
  await here.stop()
  await there.stop()
})

test('whoever starts anew, or has lost everything, goes on', async () => {
  const { makeLimiter, stop } = await join(randomUUID())
  const limiter = makeLimiter('sends', slow)
  expect(await passedAt(limiter)).toBe(30)
  await redis.flush()
  expect(await passedAt(limiter)).toBe(30)
  await stop()
})
