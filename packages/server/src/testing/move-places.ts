/** A data folder and a PostgreSQL, between which the data of a server moves. */
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Output, Progress } from '../cli/command.ts'
import { move } from '../cli/move.ts'
import { databaseOf, dropDatabase } from './postgres-databases.ts'
import { PASSWORD, startTestServer, type TestServer } from './start-test-server.ts'

type Engine = 'sqlite' | 'postgres'

export interface Places {
  readonly folder: string
  readonly file: string
  /** Of a database with nothing in it. */
  readonly url: string
  start(engine: Engine): Promise<TestServer>
  remove(): Promise<void>
}

export async function makePlaces(): Promise<Places> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-move-'))
  const url = await makeDatabase()
  let isNew = true
  return {
    folder,
    file: join(folder, 'roost.db'),
    url,
    async start(engine) {
      const databaseUrl = engine === 'sqlite' ? undefined : url
      const server = await startTestServer({ folder, empty: true, config: { databaseUrl } })
      if (isNew)
        await server.app.createAccount(
          { username: 'owner', name: 'Owner', email: 'owner@example.org', password: PASSWORD },
          { admin: true },
        )
      isNew = false
      return server
    },
    async remove() {
      await dropDatabase(url)
      rmSync(folder, { recursive: true })
    },
  }
}

export async function makeDatabase(): Promise<string> {
  return databaseOf(randomUUID(), { empty: true })
}

export interface Told {
  readonly lines: string[]
  readonly states: Progress[]
}

/** Runs the command inside a server. @param onProgress may meddle */
export async function runMove(
  server: TestServer,
  to: string,
  onProgress: (state: Progress) => unknown = () => {},
  signal: AbortSignal = new AbortController().signal,
): Promise<Told> {
  const told: Told = { lines: [], states: [] }
  const output: Output = {
    line: (text) => void told.lines.push(text),
    problem: (text) => void told.lines.push(text),
    progress(state) {
      told.states.push(state)
      onProgress(state)
    },
    signal,
  }
  await move.run(server.app, { to }, output)
  return told
}
