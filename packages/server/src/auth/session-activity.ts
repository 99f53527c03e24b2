/**
 * When each session was last used: written when a socket of it opens or closes, and at most once a
 * minute while it asks for things. Gathered, and stored in one transaction.
 */
import { sql } from 'kysely'

import type { Core } from '../core.ts'

const NOTE_EVERY = 60_000
const WRITE_EVERY = 1_000
/** Written by one statement. */
const CHUNK = 500

export class SessionActivity {
  readonly #core: Pick<Core, 'database' | 'now' | 'report'>
  readonly #open = new Map<string, number>()
  #seen = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()
  #closed = false

  constructor(core: Pick<Core, 'database' | 'now' | 'report'>) {
    this.#core = core
  }

  /** A request was made; `lastSeenAt` is what is written of it so far. */
  used(sessionId: string, lastSeenAt: number): void {
    if (this.#core.now() - lastSeenAt >= NOTE_EVERY) this.#note(sessionId)
  }

  /** A socket has opened. */
  opened(sessionId: string): void {
    this.#open.set(sessionId, (this.#open.get(sessionId) ?? 0) + 1)
    this.#note(sessionId)
  }

  /** One has closed. */
  closed(sessionId: string): void {
    const left = (this.#open.get(sessionId) ?? 1) - 1
    if (left > 0) this.#open.set(sessionId, left)
    else this.#open.delete(sessionId)
    this.#note(sessionId)
  }

  isOpen(sessionId: string): boolean {
    return this.#open.has(sessionId)
  }

  /** Writes what was gathered, and waits for what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const seen = this.#seen
    if (seen.size === 0) return this.#writing
    this.#seen = new Map()
    this.#writing = this.#writing.then(() => this.#write(seen)).catch(this.#core.report)
    return this.#writing
  }

  /** The last of what was gathered; what is used afterwards is not noted. */
  close(): Promise<void> {
    this.#closed = true
    return this.flush()
  }

  #note(sessionId: string): void {
    if (this.#closed) return
    this.#seen.set(sessionId, this.#core.now())
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_EVERY)
  }

  #write(seen: ReadonlyMap<string, number>): Promise<void> {
    const rows = [...seen].map(([id, lastSeenAt]) => sql`(${id}, ${lastSeenAt})`)
    return this.#core.database.write(async ({ db }) => {
      for (let at = 0; at < rows.length; at += CHUNK)
        await sql`
          update "sessions" set "lastSeenAt" = "seen"."column2"
          from (values ${sql.join(rows.slice(at, at + CHUNK))}) as "seen"
          where "sessions"."id" = "seen"."column1"`.execute(db)
    })
  }
}
