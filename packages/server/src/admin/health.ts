/** How the server is doing: what can be told at once is fresh, what takes a walk is at most a minute old. */
import { readdir, stat, statfs } from 'node:fs/promises'
import { join } from 'node:path'

import type { Health } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { Administration } from './administration.ts'
import { countMessages } from './count-messages.ts'

const FRESH_FOR = 60_000
const searchFiles = ['search.db', 'search.db-wal']

interface Walked {
  readonly messages: number
  readonly filesBytes: number
}

export class HealthCheck {
  readonly #core: Core
  readonly #folder: string
  #walked: { readonly at: number; readonly result: Promise<Walked> } | undefined

  /** @param folder the data folder */
  constructor(core: Core, folder: string) {
    this.#core = core
    this.#folder = folder
  }

  async read(
    about: Pick<
      Administration,
      'version' | 'startedAt' | 'origin' | 'hasMail' | 'presence' | 'openSockets'
    >,
  ): Promise<Health> {
    const { version, startedAt, origin = null, hasMail, presence, openSockets } = about
    const { database } = this.#core
    const sizes = await Promise.all([
      database.size(),
      ...searchFiles.map((name) => sizeOf(join(this.#folder, name))),
    ])
    return {
      version,
      startedAt,
      database: database.engine,
      databaseBytes: sizes.reduce((sum, size) => sum + size, 0),
      freeBytes: await freeSpace(this.#folder),
      memoryBytes: process.memoryUsage.rss(),
      ...(await this.#count()),
      ...(await this.#walk()),
      openSockets: openSockets(),
      onlineUsers: await presence.count(),
      searchPending: this.#core.search.pending(),
      mail: hasMail,
      origin,
    }
  }

  /** Along narrow indexes. */
  #count(): Promise<{ users: number; disabledUsers: number; rooms: number }> {
    return this.#core.database.read(async (db) => {
      const count = async (
        table: 'users' | 'conversations',
        where: ReturnType<typeof sql<boolean>>,
      ) => {
        const { total } = await db
          .selectFrom(table)
          .select((eb) => eb.fn.countAll<number>().as('total'))
          .where(where)
          .executeTakeFirstOrThrow()
        return total
      }
      return {
        users: await count('users', sql<boolean>`"kind" in ('person', 'bot')`),
        disabledUsers: await count('users', sql<boolean>`"banned" <> ${sql.lit(0)}`),
        rooms: await count('conversations', sql<boolean>`"kind" = 'room' and "deletedAt" is null`),
      }
    })
  }

  #walk(): Promise<Walked> {
    const now = this.#core.now()
    if (!this.#walked || now - this.#walked.at > FRESH_FOR) {
      const result = this.#measure()
      this.#walked = { at: now, result }
      // What failed is tried again by the next.
      result.catch(() => (this.#walked = undefined))
    }
    return this.#walked.result
  }

  async #measure(): Promise<Walked> {
    const messages = await countMessages(this.#core)
    return { messages, filesBytes: await sizeOfFolder(join(this.#folder, 'files')) }
  }
}

async function sizeOf(file: string): Promise<number> {
  const found = await stat(file).catch(unlessMissing)
  return found?.size ?? 0
}

async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    unlessMissing,
  )
  let bytes = 0
  for (const entry of entries ?? [])
    if (entry.isFile()) bytes += await sizeOf(join(entry.parentPath, entry.name))
  return bytes
}

/** null where the system does not say. */
async function freeSpace(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize
  } catch {
    return null
  }
}

/** Files come and go while they are counted. */
function unlessMissing(error: unknown): undefined {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
}
