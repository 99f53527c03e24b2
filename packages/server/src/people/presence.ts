/** Who is online: a user with a socket. Told to those who watch; "last seen" is written when the last one closes. */
import { expressionBuilder } from 'kysely'

import type { Core } from '../core.ts'
import { LastSeen } from '../storage/last-seen.ts'
import type { Schema } from '../storage/schema.ts'

/** A reload is not an absence. */
const GRACE = 2_000
/** Of an account that was erased meanwhile nothing is written down. */
const isThere = expressionBuilder<Schema, 'users'>()('users.kind', '<>', 'deleted')

export class Presence {
  readonly #core: Core
  readonly #sockets = new Map<string, number>()
  readonly #leaving = new Map<string, NodeJS.Timeout>()
  readonly #seen: LastSeen

  constructor(core: Core) {
    this.#core = core
    this.#seen = new LastSeen(core, { table: 'users', where: isThere })
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
    this.#seen.note(userId, lastSeenAt)
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
      lastSeenAt: this.isOnline(id) ? null : (this.#seen.find(id) ?? lastSeenAt),
    }))
  }

  /** Writes what was gathered, and waits for what is being written. */
  flush(): Promise<void> {
    return this.#seen.flush()
  }

  close(): Promise<void> {
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    return this.#seen.close()
  }
}
