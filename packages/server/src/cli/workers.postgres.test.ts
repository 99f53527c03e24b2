/** `roost start --workers N`, as a person runs it: real processes on one PostgreSQL and one Redis. */
import { readdirSync, readFileSync } from 'node:fs'

import { closeCodes, endpoints, signedIn } from '@roost/protocol'
import { afterAll, expect, test, vi } from 'vitest'

import { newClientId, Person } from '../testing/person.ts'
import { databaseOf, dropDatabase } from '../testing/postgres-databases.ts'
import { TestRedis } from '../testing/redis-server.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { callApi, PASSWORD } from '../testing/start-test-server.ts'
import type { TestSocket } from '../testing/test-socket.ts'
import { roost, startRoost, temporaryFolder } from './testing/roost-process.ts'

vi.setConfig({ testTimeout: 60_000 })

const temporary = temporaryFolder()
const redis = await TestRedis.start()
const DATABASE_URL = await databaseOf(temporary.path, { empty: true })
const ROOST_METRICS_TOKEN = 'a-token-of-the-operator'
const env = { DATABASE_URL, REDIS_URL: redis.url, ROOST_METRICS_TOKEN }
const around = { folder: temporary.path, env }
const COUNT = 2
const server = await startRoost(around, ['start', '--no-build', '--workers', String(COUNT)])
afterAll(async () => {
  await server.stop()
  await redis.kill()
  await dropDatabase(DATABASE_URL)
  temporary.remove()
})

/** The processes that have been forked and have not ended. */
function workers(): number[] {
  return readdirSync('/proc').flatMap((name) => {
    const pid = Number(name)
    if (!Number.isInteger(pid)) return []
    try {
      // The parent comes second after the name, which is in brackets.
      const [state, parent] =
        readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
      return Number(parent) === server.child.pid && state !== 'Z' ? [pid] : []
    } catch {
      return []
    }
  })
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 20))
}

async function signUp(username: string): Promise<Person> {
  const account = ['--username', username, '--email', `${username}@example.org`, '--password-stdin']
  const made = await roost(['user', 'create', ...account], { ...around, input: PASSWORD })
  expect(made).toMatchObject({ code: 0, stderr: '' })
  const path = '/api/auth/sign-in/username'
  const body = { username, password: PASSWORD }
  const signIn = await callApi(server.url, { method: 'POST', path, body })
  const { token, user } = signedIn.parse(signIn.body)
  return new Person(server, { id: user.id, username, token })
}

/** As a client does: the same again, until there is an answer. */
const sendSurely = (id: string, clientId: string) =>
  until(() =>
    alice.send(id, 'under way', { clientId }).then(
      () => true,
      () => false,
    ),
  )

const alice = await signUp('alice')
const bob = await signUp('bob')

test('commands open the database themselves, and several workers share the port', async () => {
  await until(async () => (await readSends()).size === COUNT)
  const { id } = await alice.openDirect(bob)
  // Connections go round among the workers.
  const sockets: TestSocket[] = []
  for (let number = 0; number < 2 * COUNT; number++) sockets.push(await bob.connect())
  const { seq } = await alice.send(id, 'to every worker')
  for (const socket of sockets) {
    await socket.event(id, seq)
    await socket.close()
  }
})

/** How many messages each worker has stored, as far as those who answer in time tell. */
async function readSends(): Promise<ReadonlyMap<string | undefined, number>> {
  const headers = { authorization: `Bearer ${ROOST_METRICS_TOKEN}` }
  const { text } = await sendRaw(server.url, { path: '/metrics', headers })
  const series = /^roost_sends_total\{outcome="stored",worker="(\d+)"\} (\d+)$/gm
  return new Map([...text.matchAll(series)].map(([, worker, sends]) => [worker, Number(sends)]))
}

test('whichever is asked for metrics tells those of all, each by its number', async () => {
  const { id } = await alice.openDirect(bob)
  /** The sums over all workers that this many questions in a row were answered with. */
  const askInARow = async (times: number) => {
    let sums: number[] = []
    await until(async () => {
      const sends = await readSends()
      const sum = [...sends.values()].reduce((all, one) => all + one, 0)
      // A busy one may be left out of an answer.
      sums = sends.size === COUNT ? [...sums, sum] : []
      return sums.length === times
    })
    return sums
  }
  const [before = 0] = await askInARow(1)
  for (let time = 0; time < 10; time++) await alice.send(id, 'counted once')
  // They are asked in turn.
  expect(new Set(await askInARow(2 * COUNT))).toEqual(new Set([before + 10]))
})

test('somebody who is signed out by a command hears it wherever they are connected', async () => {
  const carol = await signUp('carol')
  const sockets = [await carol.connect(), await carol.connect(), await carol.connect()]
  expect(await roost(['user', 'sign-out', 'carol'], around)).toMatchObject({ code: 0, stderr: '' })
  for (const socket of sockets)
    expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
})

test('a worker that is killed is replaced, and the others serve on', async () => {
  await until(() => workers().length === COUNT)
  const [killed = 0] = workers()
  const { id } = await alice.openDirect(bob)
  process.kill(killed, 'SIGKILL')
  await sendSurely(id, newClientId())
  await until(() => workers().length === COUNT && !workers().includes(killed))
  expect(server.said.stderr).toContain('A worker has ended.')
})

test('all workers are replaced under load: nothing is refused for good, lost or doubled', async () => {
  await until(() => workers().length === COUNT)
  const { id } = await alice.openDirect(bob)
  const before = workers()
  const acknowledged = new Set<string>()
  let stop = false
  const load = async () => {
    while (!stop) {
      const clientId = newClientId()
      await sendSurely(id, clientId)
      acknowledged.add(clientId)
    }
  }
  const loads = [load(), load(), load()]
  server.child.kill('SIGUSR2')
  await until(() => workers().length === COUNT && !workers().some((pid) => before.includes(pid)))
  stop = true
  await Promise.all(loads)
  const stored: string[] = []
  for (let after = 0; ;) {
    const { events } = await alice.ask(endpoints.events, { params: { id }, query: { after } })
    if (events.length === 0) break
    stored.push(...events.map(({ event }) => event.id))
    after = events.at(-1)?.seq ?? after
  }
  const ours = stored.filter((each) => acknowledged.has(each))
  expect(new Set(ours)).toEqual(acknowledged)
  expect(ours).toHaveLength(acknowledged.size)
})

test('ends in order, with all its workers', async () => {
  const socket = await bob.connect()
  const ended = server.stop()
  expect(await socket.closed).toMatchObject({ code: closeCodes.draining })
  expect(await ended).toMatchObject({ code: 0, signal: null })
  expect(workers()).toEqual([])
})

/** Loaded into all processes: the one that forks is told to end as soon as it has done so once. */
const endAtFirstFork = `
  import cluster from 'node:cluster'
  if (cluster.isPrimary) {
    cluster.on('fork', () => console.log('forked'))
    cluster.once('fork', () => process.kill(process.pid, 'SIGTERM'))
  }`

test('whoever is told to end while the first worker starts forks no others', async () => {
  const module = `data:text/javascript,${encodeURIComponent(endAtFirstFork)}`
  const told = await roost(['start', '--no-build', '--workers', String(COUNT)], {
    ...around,
    env: { ...env, NODE_OPTIONS: `--import ${module}` },
  })
  expect(told).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(told.stdout.match(/^forked$/gm)).toHaveLength(1)
})

test.each([
  [{}, 'set DATABASE_URL to a PostgreSQL and REDIS_URL to a Redis'],
  [{ DATABASE_URL }, 'set DATABASE_URL to a PostgreSQL and REDIS_URL to a Redis'],
  [{ REDIS_URL: redis.url }, 'set DATABASE_URL as well'],
])('workers that could not hear each other are refused: %j', async (given, sentence) => {
  const folder = temporaryFolder()
  const args = ['start', '--no-build', '--workers', '2']
  const refused = await roost(args, { folder: folder.path, env: given })
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain(sentence)
  folder.remove()
})
