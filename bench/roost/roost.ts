/** Roost as its users start it, on SQLite or on PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import { Listener } from '../load/listener.ts'
import { answers, end, startNode } from '../processes.ts'
import type { Crowd, Running, System } from '../system.ts'
import { connectPerson, openPool } from './client.ts'
import { buildTown } from './town.ts'

const command = join(import.meta.dirname, '../../packages/server/bin/roost.js')

/** Nobody is slowed down: what is measured is how fast it can be. */
const unhurried = {
  ROOST_REQUESTS_PER_SECOND: '1000000',
  ROOST_SENDS_PER_SECOND: '1000000',
  ROOST_SEND_BURST: '1000000',
}

/** One that speaks Roost's protocol: its sockets may also be opened without a client. */
export interface RoostSystem extends System {
  start(crowd: Crowd): Promise<RoostRunning>
}
interface RoostRunning extends Running {
  listen(person: number): Promise<Listener>
}

export const roost: RoostSystem = {
  name: 'Roost',
  start: (crowd) =>
    startServer(crowd, (port) => ({
      file: command,
      args: ['start', '--no-build'],
      env: { ...unhurried, PORT: String(port), HOST: '127.0.0.1' },
    })),
}

interface Command {
  readonly file: string
  readonly args: readonly string[]
  readonly env: Record<string, string>
}

/** A server that speaks Roost's protocol, on the data of one: its folder is in ROOST_DATA. */
export async function startServer(
  crowd: Crowd,
  commandFor: (port: number) => Command,
): Promise<RoostRunning> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-bench-'))
  const town = await buildTown(folder, crowd)
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const { file, args, env } = commandFor(port)
  const child = startNode(file, {
    args,
    env: { ...env, ROOST_DATA: folder },
    log: join(folder, 'log'),
  })
  await answers(`${url}/healthz`, child)
  const pool = openPool(url)
  return {
    pids: () => (child.pid === undefined ? [] : [child.pid]),
    listen: (person) => Listener.open(url, town.people[person]?.token ?? ''),
    connect: (person) => connectPerson({ url, pool, town }, person),
    async stop() {
      await pool.destroy()
      await end(child)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
