/**
 * `node scripts/measure-costs.ts [sqlite|postgres]`: what a message, a delivery and a socket cost a
 * server, for the arithmetic of docs/scaling.md. The server is a process of its own; this one is its
 * clients.
 */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'

import { uuidv7 } from '../packages/protocol/src/index.ts'
import { setup } from '../packages/server/src/testing/make-postgres-template.ts'
import { Person } from '../packages/server/src/testing/person.ts'
import { TestRedis } from '../packages/server/src/testing/redis-server.ts'
import { seedSessions } from '../packages/server/src/testing/seed-sessions.ts'
import { seedMembers } from '../packages/server/src/testing/seed.ts'
import { startTestServer } from '../packages/server/src/testing/start-test-server.ts'
import { TestSocket } from '../packages/server/src/testing/test-socket.ts'

const CROWD = 1_000
const MESSAGES = 20_000
const LOUD = 200
const AT_ONCE = 64

interface Crowd {
  readonly url: string
  readonly room: string
  readonly small: string
  readonly tokens: readonly string[]
}
interface Use {
  /** Microseconds of its process. */
  readonly cpu: number
  readonly memory: number
  readonly stored: number
}

if (process.argv[2] === 'serve') await serve()
else await measure(process.argv[2] ?? 'postgres')

/** Answers every message from its parent with what it has used so far. */
async function serve(): Promise<void> {
  const redisUrl = process.env['MEASURED_REDIS']
  const server = await startTestServer(redisUrl === undefined ? {} : { config: { redisUrl } })
  const { core } = server.app
  const { id, token } = await server.signUp('alice')
  const alice = new Person(server, { id, username: 'alice', token })
  const { id: room } = await alice.makeRoom({ name: 'large' })
  const ids = await seedMembers(core, room, CROWD)
  const { id: small } = await alice.openDirect({ id: ids[0] ?? '' })
  const people = await seedSessions(server, ids)
  const tokens = [token, ...people.map((person) => person.token)]
  process.on('message', (wanted) => {
    if (wanted === 'stop') return void server.stop().then(() => process.disconnect?.())
    void core.database.size().then((stored) => {
      globalThis.gc?.()
      globalThis.gc?.()
      const { user, system } = process.cpuUsage()
      process.send?.({ cpu: user + system, memory: inUse(), stored })
    })
  })
  process.send?.({ url: server.url, room, small, tokens } satisfies Crowd)
}

/** In use, not what was asked of the system and may be given back. */
function inUse(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function measure(engine: string): Promise<void> {
  const tearDown = engine === 'postgres' ? await setup() : undefined
  const redis = engine === 'postgres' ? await TestRedis.start() : undefined
  const child = fork(import.meta.filename, ['serve'], {
    execArgv: ['--expose-gc'],
    env: {
      ...process.env,
      ...(redis && { MEASURED_REDIS: redis.url, ROOST_TEST_ENGINE: 'postgres' }),
    },
  })
  const [crowd] = (await once(child, 'message')) as [Crowd]
  try {
    await report(child, crowd)
  } finally {
    child.send('stop')
    await once(child, 'exit')
    await redis?.kill()
    await tearDown?.()
  }
}

async function report(child: ChildProcess, { url, room, small, tokens }: Crowd): Promise<void> {
  const [sender = '', ...others] = tokens
  const print = (what: string, value: number, unit: string) =>
    console.log(`${what.padEnd(44)}${value.toFixed(1).padStart(10)} ${unit}`)

  const [receiver] = await connect(url, others.slice(0, 1))
  await sendMany({ url, token: sender, id: small, count: 2_000 })
  const before = await askUse(child)
  const started = performance.now()
  await sendMany({ url, token: sender, id: small, count: MESSAGES })
  const seconds = (performance.now() - started) / 1_000
  const after = await askUse(child)
  print('a message stored and given to one', (after.cpu - before.cpu) / MESSAGES, 'µs of CPU')
  print('messages, by one client process', MESSAGES / seconds, 'a second')
  print('a message in the database', (after.stored - before.stored) / MESSAGES, 'bytes')
  await receiver?.close()

  const quiet = await askUse(child)
  const sockets = await connect(url, others)
  const full = await askUse(child)
  print('an idle socket', (full.memory - quiet.memory) / 1_024 / sockets.length, 'KiB')
  await sendMany({ url, token: sender, id: room, count: LOUD })
  const loud = await askUse(child)
  print(
    'a delivery in a room of a thousand online',
    (loud.cpu - full.cpu) / LOUD / sockets.length,
    'µs of CPU',
  )
  for (const socket of sockets) await socket.close()
}

async function askUse(child: ChildProcess): Promise<Use> {
  child.send('use')
  const [use] = (await once(child, 'message')) as [Use]
  return use
}

async function connect(url: string, tokens: readonly string[]): Promise<TestSocket[]> {
  const sockets: TestSocket[] = []
  for (const token of tokens)
    sockets.push(await TestSocket.open(url, { authorization: `Bearer ${token}` }))
  return sockets
}

async function sendMany(what: {
  url: string
  token: string
  id: string
  count: number
}): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  let left = what.count
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (left-- > 0) await send(what, agent)
    }),
  )
  agent.destroy()
}

function send(
  { url, token, id }: { url: string; token: string; id: string },
  agent: Agent,
): Promise<void> {
  const body = JSON.stringify({ clientId: uuidv7(Date.now(), Math.random), body: 'Good morning!' })
  return new Promise((resolve, reject) => {
    const sending = request(
      `${url}/api/v1/conversations/${id}/messages`,
      {
        agent,
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => {
          if (answer.statusCode === 200 || answer.statusCode === 201) resolve()
          else reject(new Error(`The server answered ${answer.statusCode}.`))
        })
      },
    )
    sending.on('error', reject)
    sending.end(body)
  })
}
