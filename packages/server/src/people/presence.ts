/** Who is online: a user with a socket. Told to those who watch; "last seen" is written when the last one closes. */
import { sql } from 'kysely'

import type { Core } from '../core.ts'

/** A reload is not an absence. */
const GRACE = 2_000
const WRITE_EVERY = 1_000
/** Written by one statement: when a network fails, many leave at once. */
const CHUNK = 500

export class Presence {
  readonly #core: Core
  readonly #sockets = new Map<string, number>()
  readonly #leaving = new Map<string, NodeJS.Timeout>()
  #seen = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()

  constructor(core: Core) {
    this.#core = core
  }

  isOnline(userId: string): boolean {
    return this.#sockets.has(userId) || this.#leaving.has(userId)
  }

  /** How many are online. */
  count(): number {
    return this.#sockets.size + this.#leaving.size
  }

  /** A socket of this user has opened. */
  came(userId: string): void {
    const before = this.#sockets.get(userId) ?? 0
    this.#sockets.set(userId, before + 1)
    const leaving = this.#leaving.get(userId)
    clearTimeout(leaving)
    this.#leaving.delete(userId)
    if (before === 0 && leaving === undefined)
      this.#core.bus.publish({ type: 'presence', userId, online: true, lastSeenAt: null })
  }

  /** One has closed. */
  went(userId: string): void {
    const left = (this.#sockets.get(userId) ?? 1) - 1
    if (left > 0) return void this.#sockets.set(userId, left)
    this.#sockets.delete(userId)
    const lastSeenAt = this.#core.now()
    const timer = setTimeout(() => {
      this.#leaving.delete(userId)
      this.#core.bus.publish({ type: 'presence', userId, online: false, lastSeenAt })
    }, GRACE)
    this.#leaving.set(userId, timer)
    this.#seen.set(userId, lastSeenAt)
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_EVERY)
  }

  /** How these people are now. */
  async describe(
    userIds: readonly string[],
  ): Promise<{ userId: string; online: boolean; lastSeenAt: number | null }[]> {
    if (userIds.length === 0) return []
    const rows = await this.#core.database.read((db) =>
      db.selectFrom('users').select(['id', 'lastSeenAt']).where('id', 'in', userIds).execute(),
    )
    return rows.map(({ id, lastSeenAt }) => ({
      userId: id,
      online: this.isOnline(id),
      lastSeenAt: this.isOnline(id) ? null : (this.#seen.get(id) ?? lastSeenAt),
    }))
  }

  /** Writes what was gathered, in one transaction, and waits for what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const seen = this.#seen
    if (seen.size === 0) return this.#writing
    this.#writing = this.#writing
      .then(() => this.#write(seen))
      .catch((error: unknown) => this.#core.report(error))
    this.#seen = new Map()
    return this.#writing
  }

  async close(): Promise<void> {
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    await this.flush()
  }

  #write(seen: ReadonlyMap<string, number>): Promise<void> {
    const rows = [...seen].map(([userId, lastSeenAt]) => sql`(${userId}, ${lastSeenAt})`)
    return this.#core.database.write(async ({ db }) => {
      for (let at = 0; at < rows.length; at += CHUNK)
        // Of an account that was erased meanwhile nothing is written down.
        await sql`
          update "users" set "lastSeenAt" = "seen"."column2"
          from (values ${sql.join(rows.slice(at, at + CHUNK))}) as "seen"
          where "users"."id" = "seen"."column1" and "users"."kind" <> 'deleted'`.execute(db)
    })
  }
}
