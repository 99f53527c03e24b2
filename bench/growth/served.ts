/** A Roost as its users start it, on data that was made before, and requests to it, one after the other. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { Pool } from 'undici'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import { answers, end, memoryOf, startNode } from '../processes.ts'
import { ask, type Asked } from '../roost/ask.ts'

export const roostCommand = join(import.meta.dirname, '../../packages/server/bin/roost.js')

/** Nobody is slowed down. */
const many = '1000000'
export const unhurried = {
  ROOST_REQUESTS_PER_SECOND: many,
  ROOST_SENDS_PER_SECOND: many,
  ROOST_SEND_BURST: many,
}

/** Where a server's data lies. */
export interface Place {
  readonly folder: string
  /** Of a PostgreSQL; undefined is SQLite in the folder. */
  readonly databaseUrl?: string | undefined
}

export interface Served extends Asking {
  readonly url: string
  /** Bytes of it that are in memory. */
  memory(): number
  /** Seconds of all cores so far. */
  cpu(): number
  stop(): Promise<void>
}
export interface Asking {
  /** @param token of who asks */
  ask(token: string, request: Asked): Promise<unknown>
}

export async function serve({ folder, databaseUrl }: Place): Promise<Served> {
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const child = startNode(roostCommand, {
    args: ['start', '--no-build'],
    log: logIn(folder),
    env: {
      ...unhurried,
      HOST: '127.0.0.1',
      PORT: String(port),
      ROOST_DATA: folder,
      ROOST_LOG_LEVEL: 'error',
      ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    },
  })
  await answers(`${url}/healthz`, child)
  const pids = child.pid === undefined ? [] : [child.pid]
  const asking = openAsking(url)
  return {
    url,
    memory: () => memoryOf(pids),
    cpu: () => cpuOf(child.pid ?? 0),
    ask: (token, request) => asking.ask(token, request),
    async stop() {
      await asking.close()
      await end(child)
    },
  }
}

export function openAsking(url: string): Asking & { close(): Promise<void> } {
  const pool = new Pool(url, { connections: CONNECTIONS, pipelining: 1 })
  return {
    ask: (token, request) => ask(pool, { token, ...request }),
    close: () => pool.destroy(),
  }
}
const CONNECTIONS = 64

/** What a server says there, out of the way of its data. */
export const logIn = (folder: string) => join(folder, '.bench.log')

/** To the nanosecond, where others count hundredths of a second: a single request takes less. */
function cpuOf(pid: number): number {
  const tasks = `/proc/${pid}/task`
  let nanoseconds = 0
  for (const task of readdirSync(tasks))
    nanoseconds += Number.parseInt(readFileSync(`${tasks}/${task}/schedstat`, 'latin1'), 10)
  return nanoseconds / 1e9
}

/** A folder on the disk, where a server would have its own: commits are to wait for it. */
export async function withFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-growth-'))
  try {
    return await act(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Milliseconds. */
export async function time(act: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await act()
  return performance.now() - begun
}
