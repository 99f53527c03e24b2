/**
 * The repair sweep: looks into the database for what other processes have stored, and tells those who
 * listen here, in case the bus has not. They drop what they have heard already. Rarely while the bus
 * works; without it, twice a second, this is how messages come.
 */
import { seeded } from '@roost/protocol/seeded-bugs'

import type { Core } from '../core.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Recent } from '../storage/database.ts'

const EVERY = 5_000
const EVERY_WITHOUT_BUS = 500
/** A bus that is back for one process may not be for the others yet: what they store it does not bring. */
const TRUSTED_AFTER = 5_000
/** How soon a bus that has gone away is noticed. */
const LOOK_EVERY = 100

interface Surroundings {
  /** Whether all the others are heard. */
  readonly isBusUp: () => boolean
  /** Whether somebody here listens to a conversation and has not heard of this event. */
  readonly isBehind: (conversationId: string, seq: number) => boolean
}

export class Sweep {
  readonly #core: Core
  readonly #around: Surroundings
  /** Of the clock of the database. */
  #sweptUpTo: number | undefined
  #sweptAt = -Infinity
  #lastWithoutBus = -Infinity
  /** Who changed what others see of them, by the event that says so: each is told once. */
  #changes = new Set<string>()
  #timer: NodeJS.Timeout | undefined
  #sweeping: Promise<void> | undefined
  #failing = false

  constructor(core: Core, around: Surroundings) {
    this.#core = core
    this.#around = around
  }

  start(): void {
    const { recent } = this.#core.database
    if (!recent || seeded?.('sweep-disabled')) return
    this.#timer = setInterval(() => {
      const now = performance.now()
      if (!this.#around.isBusUp()) this.#lastWithoutBus = now
      // One that a database keeps waiting is not followed by a queue of others.
      if (this.#sweeping || now - this.#sweptAt < this.#pause(now)) return
      this.#sweptAt = now
      this.#sweeping = this.#sweep(recent).finally(() => (this.#sweeping = undefined))
    }, LOOK_EVERY).unref()
  }

  /** Waits for the one under way. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#sweeping
  }

  #pause(now: number): number {
    const isTrusted = now - this.#lastWithoutBus > TRUSTED_AFTER && !this.#failing
    return isTrusted ? EVERY : EVERY_WITHOUT_BUS
  }

  async #sweep(recent: (since: number | undefined) => Promise<Recent>): Promise<void> {
    try {
      const found = await recent(this.#sweptUpTo)
      await this.#tell(found)
      this.#sweptUpTo = found.at
      this.#failing = false
    } catch (error) {
      // Once, however long the database is away.
      if (!this.#failing) this.#core.report(error)
      this.#failing = true
    }
  }

  async #tell({ conversations, users, revoked, deleted, erasing }: Recent): Promise<void> {
    const { bus, metrics } = this.#core
    const missed = conversations.filter(({ id, seq }) => this.#around.isBehind(id, seq))
    if (missed.length > 0) metrics.sweepRepaired(missed.length)
    for (const { id, seq } of conversations) bus.hear({ type: 'event', conversationId: id, seq })
    for (const { id, seq } of users) bus.hear({ type: 'userEvent', userId: id, seq })
    for (const { userId, sessionId } of revoked) bus.hear({ type: 'revoked', userId, sessionId })
    for (const conversationId of deleted) bus.hear({ type: 'deleted', conversationId })
    if (erasing) bus.hear({ type: 'erasing' })
    bus.hear({ type: 'settings' })
    await this.#tellOfUsers(users)
  }

  async #tellOfUsers(users: Recent['users']): Promise<void> {
    const { bus, database } = this.#core
    const changed = users.filter(({ changed: seq }) => seq !== null)
    const keyOf = ({ id, changed: seq }: Recent['users'][number]) => `${id} ${seq}`
    const ids = changed.filter((user) => !this.#changes.has(keyOf(user))).map(({ id }) => id)
    if (ids.length > 0)
      for (const user of await database.read((db) => usersByIds(db, ids)))
        bus.hear({ type: 'user', user })
    this.#changes = new Set(changed.map(keyOf))
  }
}
