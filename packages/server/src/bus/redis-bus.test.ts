import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

import { createClient } from 'redis'
import { afterAll, expect, test, vi } from 'vitest'

import { isState, linkTo } from '../testing/redis-links.ts'
import { TestRedis } from '../testing/redis-server.ts'
import { describeBus } from './bus-contract.ts'
import { BusAwayError, type Note } from './bus.ts'
import { redisBus } from './redis-bus.ts'
import { RedisLink } from './redis-link.ts'

const redis = await TestRedis.start()
const started = [redis]
afterAll(() => Promise.all(started.map((each) => each.kill())))

async function join(prefix: string, { url = redis.url, now = () => Date.now() } = {}) {
  const reports: unknown[] = []
  const report = (error: unknown) => reports.push(error)
  const link = await linkTo({ url }, { prefix, report })
  const bus = redisBus(link, { report, now })
  const round = () => link.ask((client) => client.ping())
  return { bus, link, reports, round }
}

describeBus('over Redis, in the process that publishes', async () => {
  const { bus, link, reports } = await join(randomUUID())
  return { bus, reports, settle: async () => {}, stop: () => link.close() }
})

describeBus('over Redis, in another process', async () => {
  const prefix = randomUUID()
  const [here, there] = [await join(prefix), await join(prefix)]
  return {
    bus: { ...there.bus, publish: (note) => here.bus.publish(note) },
    reports: there.reports,
    // What one has sent Redis has taken when it answers the next; the other gets its answer after that.
    async settle() {
      for (const { round } of [here, there, here, there]) await round()
    },
    async stop() {
      await here.link.close()
      await there.link.close()
    },
  }
})

/** The way to Redis of one process alone, which can be cut. */
async function openWay() {
  const target = Number(new URL(redis.url).port)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(target, '127.0.0.1')
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.pipe(to).on('error', () => {})
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `redis://127.0.0.1:${port}`,
    cut() {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

test('one process that is cut off is missed by the others, and one that ends is not', async () => {
  const prefix = randomUUID()
  const way = await openWay()
  const here = await join(prefix)
  const ending = await join(prefix)
  const lonely = await join(prefix, { url: way.url })
  const isWhole = (wanted: boolean) =>
    vi.waitUntil(() => here.link.isWhole === wanted, { timeout: 5_000 })
  await isWhole(true)
  await ending.link.close()
  // For longer than one that says nothing is waited for.
  const until = performance.now() + 1_000
  while (performance.now() < until) {
    await here.round()
    expect(here.link.isWhole).toBe(true)
  }
  way.cut()
  await isWhole(false)
  expect(here.link.isUp).toBe(true)
  await lonely.link.close()
  await here.link.close()
})

const hint = (seq: number): Note => ({ type: 'event', conversationId: 'a', seq })
const typing: Note = {
  type: 'signal',
  conversationId: 'a',
  except: 'alice',
  signal: { type: 'typing', conversationId: 'a', userId: 'alice' },
}

test('two Roosts on one Redis hear nothing of each other', async () => {
  const [one, other] = [await join(randomUUID()), await join(randomUUID())]
  const heard: Note[] = []
  other.bus.subscribe((note) => heard.push(note))
  one.bus.publish(hint(1))
  await one.round()
  await other.round()
  expect(heard).toEqual([])
  await one.link.close()
  await other.link.close()
})

test('what is forgotten anyway is not told late, and what lasts is', async () => {
  const prefix = randomUUID()
  const slow = await join(prefix, { now: () => Date.now() - 60_000 })
  const { bus, link, round } = await join(prefix)
  const heard: Note[] = []
  bus.subscribe((note) => heard.push(note))
  slow.bus.publish(typing)
  slow.bus.publish(hint(1))
  await slow.round()
  await round()
  expect(heard).toEqual([hint(1)])
  await slow.link.close()
  await link.close()
})

test('what nobody understands is reported and harms nothing', async () => {
  const { bus, link, reports, round } = await join('strange')
  const heard: Note[] = []
  bus.subscribe((note) => heard.push(note))
  const other = await join('strange')
  for (const text of ['no JSON', '{"from":"x","at":1,"notes":[7]}', 'null'])
    other.link.publish(text)
  other.bus.publish(hint(1))
  await other.round()
  await round()
  expect(heard).toEqual([hint(1)])
  expect(reports).toHaveLength(3)
  await link.close()
  await other.link.close()
})

test('what was answered leaves nothing behind, however long Redis has been up', async () => {
  const { link, round } = await join(randomUUID())
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const askMany = async () => {
    for (let times = 0; times < 100; times++) await Promise.all(Array.from({ length: 500 }, round))
    collect()
    return process.memoryUsage().heapUsed
  }
  // The first are compiled while they run.
  await askMany()
  const before = await askMany()
  // Fifty thousand answers: forty bytes for each of them would be seen.
  expect((await askMany()) - before).toBeLessThan(2_000_000)
  await link.close()
})

test('a command that Redis refuses is reported once, and keeps nobody waiting', async () => {
  const { link, reports } = await join(randomUUID())
  const wrong = () => link.ask((client) => client.sendCommand(['NOSUCHCOMMAND']))
  expect(await wrong()).toBeUndefined()
  expect(await wrong()).toBeUndefined()
  expect(reports.map(String)).toEqual(['Error: Redis refuses a command.'])
  await link.close()
})

// Each has a Redis of its own and waits for seconds: beside one another.
test.concurrent('a Redis that lets nobody in is reported with the reason', async () => {
  const shut = await TestRedis.start()
  started.push(shut)
  const client = createClient({ url: shut.url })
  await client.connect()
  await client.configSet('requirepass', 'right')
  client.destroy()
  const url = shut.url.replace('//', '//:wrong@')
  const report = vi.fn<(error: unknown) => void>()
  const link = new RedisLink({ url, prefix: 'shut', report })
  await vi.waitUntil(() => report.mock.calls.length > 0, { timeout: 15_000 })
  const [error] = report.mock.calls[0] ?? []
  expect(error).toBeInstanceOf(BusAwayError)
  expect(String(error instanceof Error && error.cause)).toMatch(/WRONGPASS/)
  await link.close()
})

test.concurrent.each<[string, (own: TestRedis) => unknown, (own: TestRedis) => unknown]>([
  ['killed', (own) => own.kill(), (own) => own.start()],
  ['deaf', (own) => own.deafen(), (own) => own.undeafen()],
])(
  'a Redis that is %s is away, keeps nobody waiting, and is there again',
  async (_how, spoil, mend) => {
    const own = await TestRedis.start()
    started.push(own)
    const prefix = randomUUID()
    const [here, there] = [await join(prefix, own), await join(prefix, own)]
    const asked = here.link.ask((client) => client.blPop('never', 60))
    const heard: Note[] = []
    here.bus.subscribe((note) => heard.push(note))
    await spoil(own)
    await Promise.all([isState(here.link, false), isState(there.link, false)])
    expect(await asked).toBeUndefined()
    expect(await here.round()).toBeUndefined()
    here.bus.publish(hint(1))
    expect(heard).toEqual([hint(1)])
    await mend(own)
    await Promise.all([isState(here.link, true), isState(there.link, true)])
    there.bus.publish(hint(2))
    await there.round()
    await here.round()
    expect(heard).toContainEqual(hint(2))
    expect(
      [...here.reports, ...there.reports].filter((each) => !(each instanceof BusAwayError)),
    ).toEqual([])
    await here.link.close()
    await there.link.close()
  },
)
