/** A server that speaks Roost's protocol, in a process of its own, on data that was made for it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { findPort } from '../../packages/server/src/testing/free-port.ts'
import type { Place } from '../growth/served.ts'
import { answers, end, familyOf, startNode } from '../processes.ts'
import { handDown } from './hand-down.ts'

/** What is started, with what it finds in its environment beside PORT and ROOST_DATA. */
export interface Program {
  readonly file: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** An earlier release: it makes its tables itself, and is given the rows that it has a place for. */
  readonly isEarlier?: boolean
}

export interface Opened<T> {
  readonly url: string
  readonly made: T
  /** Its own processes. */
  own(): readonly number[]
  /** Everything that works for it, its database too. */
  pids(): readonly number[]
  /** Resolves when its processes have ended and its data is gone. */
  stop(): Promise<void>
}

/** @param make fills an empty folder or database, before the program is started */
export async function startProgram<T>(
  program: Program,
  make: (place: Place) => Promise<T>,
): Promise<Opened<T>> {
  const folder = mkdtempSync(join(tmpdir(), 'roost-bench-'))
  const leave = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', leave)
  try {
    const own = join(folder, 'data')
    const data = program.isEarlier ? join(folder, 'made') : own
    const made = await make({ folder: data, databaseUrl: program.env?.['DATABASE_URL'] })
    if (program.isEarlier) {
      await (await run(program, own)).stop()
      handDown(data, own)
    }
    const { url, pids, stop } = await run(program, own)
    return {
      url,
      made,
      own: pids,
      pids,
      async stop() {
        await stop()
        process.off('exit', leave)
        leave()
      },
    }
  } catch (error) {
    process.off('exit', leave)
    leave()
    throw error
  }
}

async function run({ file, args = [], env = {} }: Program, data: string) {
  const port = await findPort()
  const url = `http://127.0.0.1:${port}`
  const log = `${data}.log`
  const child = startNode(file, {
    args,
    env: { ...env, PORT: String(port), ROOST_DATA: data },
    log,
  })
  const stop = () => end(child)
  await answers(`${url}/healthz`, child).catch(async (error: unknown) => {
    await stop()
    throw new Error(readFileSync(log, 'utf8').slice(-2_000), { cause: error })
  })
  return { url, pids: () => familyOf(child.pid === undefined ? [] : [child.pid]), stop }
}
