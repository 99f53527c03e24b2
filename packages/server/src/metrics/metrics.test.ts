import { endpoints } from '@roost/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { failCommit, IOERR_FSYNC } from '../testing/fail-commit.ts'
import { closeAll, connectAll, newClientId, signUpCast, type Person } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'

const metricsToken = 'a-token-of-the-operator'
const MORE_THAN_CONNECTIONS = 20
let server: TestServer
let people: Record<'alice' | 'bob' | 'mallory', Person>
beforeAll(async () => {
  server = await startTestServer({ config: { metricsToken } })
  people = await signUpCast(server, 'alice', 'bob', 'mallory')
})
afterAll(() => server.stop())

const ask = (authorization?: string, url = server.url) =>
  sendRaw(url, { path: '/metrics', ...(authorization && { headers: { authorization } }) })

async function readMetrics(url = server.url): Promise<string> {
  const { status, text } = await ask(`Bearer ${metricsToken}`, url)
  expect(status).toBe(200)
  return text
}

/** The value of a series, such as `roost_sockets` or `roost_sends_total{outcome="stored"}`. */
async function valueOf(series: string, url = server.url): Promise<number | undefined> {
  const line = (await readMetrics(url)).split('\n').find((each) => each.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length))
}

test('without a token of their own nobody is told that there are any', async () => {
  const closed = await startTestServer()
  for (const authorization of [undefined, 'Bearer undefined', 'Bearer '])
    expect(await ask(authorization, closed.url)).toMatchObject({ status: 404 })
  await closed.stop()
})

test('whoever has another token, or an account, is turned away', async () => {
  const { mallory } = people
  for (const authorization of [
    undefined,
    'Bearer',
    `Bearer ${mallory.token}`,
    `Bearer ${metricsToken}x`,
    `Bearer ${metricsToken.slice(0, -1)}`,
    `Basic ${btoa(`metrics:${metricsToken}`)}`,
    metricsToken,
  ])
    expect([authorization, (await ask(authorization)).status]).toEqual([authorization, 401])
  expect(await ask(`Bearer ${metricsToken}`)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
  })
})

test('sends are counted by what became of them', async () => {
  const { alice, bob, mallory } = people
  const { id } = await alice.openDirect(bob)
  const outcomes = ['stored', 'repeated', 'refused', 'failed'] as const
  const count = async () =>
    Promise.all(outcomes.map((outcome) => valueOf(`roost_sends_total{outcome="${outcome}"}`)))
  const before = await count()

  const clientId = newClientId()
  for (let time = 0; time < 3; time++) await alice.send(id, 'Good morning', { clientId })
  const send = { params: { id }, body: { clientId: newClientId(), body: 'Let me in' } }
  await mallory.refusal(endpoints.sendMessage, send)
  const repair = failCommit('before', IOERR_FSYNC)
  const failed = await alice.refusal(endpoints.sendMessage, send).finally(repair)
  expect(failed.status).toBe(503)
  expect(server.reports.splice(0)).toHaveLength(1)

  const risen = (await count()).map((value, at) => (value ?? 0) - (before[at] ?? 0))
  expect(risen).toEqual([1, 2, 1, 1])
  expect(await valueOf('roost_sends_waiting')).toBe(0)
  expect(await valueOf('roost_send_seconds_count')).toBeGreaterThanOrEqual(5)
})

test('deliveries are counted socket by socket, and their sockets while they are open', async () => {
  const { alice, bob } = people
  const { id } = await alice.openDirect(bob)
  const sockets = await connectAll(alice, bob, bob)
  const before = (await valueOf('roost_deliveries_total')) ?? 0
  expect(await valueOf('roost_sockets')).toBe(3)
  await alice.send(id, 'To each of the three')
  await Promise.all(sockets.map((socket) => socket.settle()))
  expect(await valueOf('roost_deliveries_total')).toBe(before + 3)
  expect(await valueOf('roost_delivery_seconds_count')).toBeGreaterThanOrEqual(1)
  expect(await valueOf('roost_socket_backlog_bytes')).toBeGreaterThanOrEqual(0)
  await closeAll(...sockets)
})

test('requests are told apart by pattern and status, whatever was asked for', async () => {
  const { alice, mallory } = people
  const { id } = await alice.makeRoom({ name: 'The secret garden', visibility: 'private' })
  await alice.send(id, 'Nobody may read this')
  await alice.ask(endpoints.search, { query: { query: 'nightingale' } })
  for (let time = 0; time < 20; time++) {
    await mallory.refusal(endpoints.conversation, { params: { id: newClientId() } })
    await sendRaw(server.url, { path: `/api/v1/${newClientId()}?q=nightingale` })
  }
  const text = await readMetrics()
  const route = (of: string) => `roost_http_request_seconds_count{method="GET",${of}} `
  expect(text).toContain(route('route="/api/v1/conversations/:id",status="404"'))
  expect(text).toContain(route('route="none",status="404"'))
  expect(text.split(route('route="none",status="404"'))).toHaveLength(2)
  for (const private_ of [id, alice.id, 'alice', 'mallory', 'garden', 'Nobody', 'nightingale'])
    expect(text).not.toContain(private_)
})

test('the state of the bus, and what the sweep had to find, are there for whoever watches', async () => {
  const { metrics } = server.app.core
  metrics.setBusUp(false)
  metrics.sweepRepaired(3)
  expect(await valueOf('roost_bus_up')).toBe(0)
  expect(await valueOf('roost_sweep_repairs_total')).toBe(3)
  expect(await sendRaw(server.url, { path: '/readyz' })).toMatchObject({
    status: 200,
    text: '{"status":"ready","database":"up","bus":"down"}',
  })
  metrics.setBusUp(true)
  expect(await valueOf('roost_bus_up')).toBe(1)
})

test('two servers in one process count apart, and the process once', async () => {
  const other = await startTestServer({ config: { metricsToken } })
  expect(await valueOf('roost_sends_total{outcome="stored"}', other.url)).toBe(0)
  expect(await valueOf('process_resident_memory_bytes', other.url)).toBeGreaterThan(0)
  expect(await valueOf('nodejs_eventloop_lag_p99_seconds', other.url)).toBeGreaterThan(0)
  await other.stop()
})

test.runIf(usesPostgres())('the connections to the database are counted pool by pool', async () => {
  const { database } = server.app.core
  const readConnections = async () => {
    const series = /^roost_database_connections\{pool="(\w+)",state="(\w+)"\} (\d+)$/gm
    const found = (await readMetrics()).matchAll(series)
    const counts = Array.from(found, ([, pool, state, count]) => [
      `${pool} ${state}`,
      Number(count),
    ])
    return Object.fromEntries(counts) as Record<string, number>
  }
  // All of them ask at once; the first that has a connection looks, and the others wait for that.
  let looking: ReturnType<typeof readConnections> | undefined
  const look = () => (looking ??= readConnections())
  const reads = Array.from({ length: MORE_THAN_CONNECTIONS }, () => database.read(look))
  const [seen = {}] = await Promise.all(reads)
  const { 'read in_use': inUse = 0, 'read waiting': waiting = 0 } = seen
  expect(seen).toMatchObject({ 'read idle': 0, 'send waiting': 0, 'write waiting': 0 })
  expect(Math.min(inUse, waiting)).toBeGreaterThan(0)
  expect(inUse + waiting).toBeGreaterThanOrEqual(MORE_THAN_CONNECTIONS)

  expect(await database.write(readConnections)).toMatchObject({ 'write in_use': 1 })
  await expect
    .poll(readConnections, { timeout: 10_000 })
    .toMatchObject({ 'read in_use': 0, 'read waiting': 0, 'write in_use': 0 })
})
