/** Roost as its users start it, on SQLite or on PostgreSQL and Redis. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import { roostCommand, unhurried } from '../growth/served.ts'
import { Listener, type Tally } from '../load/listener.ts'
import { Lodging } from '../peers/lodging.ts'
import { lacking } from '../peers/peer.ts'
import { programs, startPostgres } from '../peers/postgres.ts'
import { answers, end, startNode } from '../processes.ts'
import type { Crowd, Running, System } from '../system.ts'
import { connectPerson, openPool } from './client.ts'
import { buildTown } from './town.ts'

/** One that speaks Roost's protocol: its sockets may also be opened without a client. */
export interface RoostSystem extends System {
  start(crowd: Crowd): Promise<RoostRunning>
}
interface RoostRunning extends Running {
  /** @param tally shared by those whose frames count together */
  listen(person: number, tally: Tally): Promise<Listener>
}

/** What is started, with what it finds in its environment beside PORT and ROOST_DATA. */
export interface Program {
  readonly file: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

const program: Program = {
  file: roostCommand,
  args: ['start', '--no-build'],
  env: { ...unhurried, HOST: '127.0.0.1' },
}

export const roost: RoostSystem = {
  name: 'Roost',
  start: (crowd) => startServer(crowd, program),
}

const REDIS = '/usr/bin/redis-server'

export const roostOnPostgres: RoostSystem = {
  name: 'Roost on PostgreSQL and Redis',
  ...lacking({ postgresql: programs !== '', 'redis-server': existsSync(REDIS) }),
  async start(crowd) {
    const lodging = new Lodging()
    try {
      const { url: databaseUrl } = await startPostgres(lodging)
      const redisPort = await findPort()
      const memoryOnly = ['--save', '', '--appendonly', 'no']
      lodging.start([REDIS, '--port', String(redisPort), '--bind', '127.0.0.1', ...memoryOnly])
      await lodging.answers(redisPort)
      const redisUrl = `redis://127.0.0.1:${redisPort}`
      const env = { ...program.env, DATABASE_URL: databaseUrl, REDIS_URL: redisUrl }
      const running = await startServer(crowd, { ...program, env })
      return {
        ...running,
        pids: () => [...running.pids(), ...lodging.pids()],
        async stop() {
          await running.stop()
          await lodging.leave()
        },
      }
    } catch (error) {
      await lodging.leave()
      throw error
    }
  },
}

/** A server that speaks Roost's protocol, on data of Roost's. */
export async function startServer(
  crowd: Crowd,
  { file, args = [], env = {} }: Program,
): Promise<RoostRunning> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-bench-'))
  const leave = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', leave)
  const data = join(folder, 'data')
  const town = await buildTown(data, crowd, env['DATABASE_URL'])
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const log = join(folder, 'log')
  const child = startNode(file, {
    args,
    env: { ...env, PORT: String(port), ROOST_DATA: data },
    log,
  })
  await answers(`${url}/healthz`, child).catch((error: unknown) => {
    throw new Error(readFileSync(log, 'utf8').slice(-2_000), { cause: error })
  })
  const pool = openPool(url)
  return {
    pids: () => (child.pid === undefined ? [] : [child.pid]),
    listen: (person, tally) =>
      Listener.open({ url, token: town.people[person]?.token ?? '', tally }),
    connect: (person) => connectPerson({ url, pool, town }, person),
    async stop() {
      await pool.destroy()
      await end(child)
      process.off('exit', leave)
      leave()
    },
  }
}
