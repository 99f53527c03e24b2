/**
 * Who is online: a user with a socket, at whichever process. Told to those who watch; "last seen" is
 * written when the last socket at this process closes.
 */
import { expressionBuilder } from 'kysely'

import type { Online } from '../bus/online.ts'
import type { Core } from '../core.ts'
import { LastSeen } from '../storage/last-seen.ts'
import type { Schema } from '../storage/schema.ts'

/** A reload is not an absence. */
const GRACE = 2_000
/** Of an account that was erased meanwhile nothing is written down. */
const isThere = expressionBuilder<Schema, 'users'>()('users.kind', '<>', 'deleted')

export class Presence {
  readonly #core: Core
  readonly #online: Online
  readonly #leaveBus: () => void
  readonly #sockets = new Map<string, number>()
  readonly #leaving = new Map<string, NodeJS.Timeout>()
  readonly #seen: LastSeen

  constructor(core: Core, online: Online) {
    this.#core = core
    this.#online = online
    // Said by a process that could not ask whether they are elsewhere.
    this.#leaveBus = core.bus.subscribe((note) => {
      if (note.type === 'presence' && !note.online && this.#isHere(note.userId))
        this.#tellOnline(note.userId)
    })
    this.#seen = new LastSeen(core, { table: 'users', where: isThere })
  }

  /** Who of these is online. */
  findOnline(userIds: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#online.find(userIds)
  }

  /** How many are online. */
  count(): Promise<number> {
    return this.#online.count()
  }

  /** A socket of this user has opened. */
  came(userId: string): void {
    const before = this.#sockets.get(userId) ?? 0
    this.#sockets.set(userId, before + 1)
    const leaving = this.#leaving.get(userId)
    clearTimeout(leaving)
    this.#leaving.delete(userId)
    if (before === 0 && leaving === undefined) void this.#arrive(userId)
  }

  /** One has closed. */
  went(userId: string): void {
    const left = (this.#sockets.get(userId) ?? 1) - 1
    if (left > 0) return void this.#sockets.set(userId, left)
    this.#sockets.delete(userId)
    const lastSeenAt = this.#core.now()
    const timer = setTimeout(() => {
      this.#leaving.delete(userId)
      void this.#depart(userId, lastSeenAt)
    }, GRACE)
    this.#leaving.set(userId, timer)
    this.#seen.note(userId, lastSeenAt)
  }

  /** How these people are now. */
  async describe(
    userIds: readonly string[],
  ): Promise<{ userId: string; online: boolean; lastSeenAt: number | null }[]> {
    if (userIds.length === 0) return []
    const [rows, online] = await Promise.all([
      this.#core.database.read((db) =>
        db.selectFrom('users').select(['id', 'lastSeenAt']).where('id', 'in', userIds).execute(),
      ),
      this.findOnline(userIds),
    ])
    return rows.map(({ id, lastSeenAt }) => ({
      userId: id,
      online: online.has(id),
      lastSeenAt: online.has(id) ? null : (this.#seen.find(id) ?? lastSeenAt),
    }))
  }

  /** Writes what was gathered, and waits for what is being written. */
  flush(): Promise<void> {
    return this.#seen.flush()
  }

  async close(): Promise<void> {
    this.#leaveBus()
    for (const timer of this.#leaving.values()) clearTimeout(timer)
    await this.#online.close()
    await this.#seen.close()
  }

  #isHere(userId: string): boolean {
    return this.#sockets.has(userId) || this.#leaving.has(userId)
  }

  /** Others find them before they are told: whoever begins to watch misses nothing. */
  async #arrive(userId: string): Promise<void> {
    await this.#online.add(userId)
    if (this.#isHere(userId)) this.#tellOnline(userId)
  }

  async #depart(userId: string, lastSeenAt: number): Promise<void> {
    const isElsewhere = await this.#online.remove(userId)
    if (isElsewhere || this.#isHere(userId)) return
    this.#core.bus.publish({ type: 'presence', userId, online: false, lastSeenAt })
  }

  #tellOnline(userId: string): void {
    this.#core.bus.publish({ type: 'presence', userId, online: true, lastSeenAt: null })
  }
}
