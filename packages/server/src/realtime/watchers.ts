/**
 * Who follows whose presence here, and what they were told of it. A note that says somebody came or went
 * may be lost, and a process that dies says nothing of its people: from time to time is looked what is.
 */
import type { ServerFrame } from '@roost/protocol'

import type { Note } from '../bus/bus.ts'
import { chunksOf } from '../chunks.ts'
import type { Core } from '../core.ts'
import type { Presence } from '../people/presence.ts'
import { encode, type Connection, type EncodedFrame } from './connection.ts'

type PresenceNote = Extract<Note, { type: 'presence' }>

/** Between two looks a Redis that has lost everything is told again who is there. */
const LOOK_EVERY = 3_000
/** Looked up by one statement. */
const CHUNK = 500

interface Watched {
  readonly connections: Set<Connection>
  /** undefined: not all of them the same. */
  told: boolean | undefined
  /** It was found that they have gone, once. */
  isMissing: boolean
}

interface Needs {
  readonly presence: Presence
  readonly send: (connection: Connection, frame: EncodedFrame) => void
}

export class Watchers {
  readonly #core: Core
  readonly #needs: Needs
  /** By the person whose presence they follow. */
  readonly #watched = new Map<string, Watched>()
  #timer: NodeJS.Timeout | undefined
  #isLooking = false
  #isFailing = false

  constructor(core: Core, needs: Needs) {
    this.#core = core
    this.#needs = needs
  }

  /** Replaces the set of people whose presence a connection follows, and tells it how they are. */
  async follow(connection: Connection, userIds: readonly string[]): Promise<void> {
    // It has left already, and would stay for ever.
    if (connection.isClosing) return
    this.#replace(connection, userIds)
    for (const now of await this.#needs.presence.describe(userIds)) {
      const watched = this.#watched.get(now.userId)
      if (!watched?.connections.has(connection)) continue
      const isFirst = watched.connections.size === 1
      watched.told = isFirst || watched.told === now.online ? now.online : undefined
      this.#needs.send(connection, encodePresence(now))
    }
  }

  leave(connection: Connection): void {
    this.#replace(connection, [])
  }

  hear(note: PresenceNote): void {
    const watched = this.#watched.get(note.userId)
    if (!watched) return
    watched.told = note.online
    watched.isMissing = false
    const frame = encodePresence(note)
    for (const each of watched.connections) this.#needs.send(each, frame)
  }

  /** @param isBusUp whether others can be asked now */
  startLooking(isBusUp: () => boolean): void {
    this.#timer = setInterval(() => {
      if (isBusUp() && !this.#isLooking) void this.#tryLooking(isBusUp)
    }, LOOK_EVERY).unref()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#watched.clear()
  }

  async #tryLooking(isBusUp: () => boolean): Promise<void> {
    this.#isLooking = true
    try {
      await this.#look(isBusUp)
      this.#isFailing = false
    } catch (error) {
      // Once, however long the database is away.
      if (!this.#isFailing) this.#core.report(error)
      this.#isFailing = true
    }
    this.#isLooking = false
  }

  async #look(isBusUp: () => boolean): Promise<void> {
    for (const userIds of chunksOf([...this.#watched.keys()], CHUNK)) {
      const online = await this.#needs.presence.findOnline(userIds)
      const changed = userIds.filter((id) => this.#hasChanged(id, online.has(id)))
      const people = await this.#needs.presence.describe(changed)
      if (!isBusUp()) return
      for (const now of people) this.#core.bus.hear({ type: 'presence', ...now })
    }
  }

  #hasChanged(userId: string, isOnline: boolean): boolean {
    const watched = this.#watched.get(userId)
    if (!watched) return false
    // Told only when it is so twice: Redis may just have lost what it was told.
    const isNewlyMissing = !isOnline && !watched.isMissing
    watched.isMissing = !isOnline && watched.told !== false
    return watched.told !== isOnline && !isNewlyMissing
  }

  #replace(connection: Connection, userIds: readonly string[]): void {
    for (const id of connection.watched) {
      const watched = this.#watched.get(id)
      watched?.connections.delete(connection)
      if (watched?.connections.size === 0) this.#watched.delete(id)
    }
    connection.watched = new Set(userIds)
    for (const id of connection.watched) {
      const watched = this.#watched.get(id)
      if (watched) watched.connections.add(connection)
      else {
        const connections = new Set([connection])
        this.#watched.set(id, { connections, told: undefined, isMissing: false })
      }
    }
  }
}

function encodePresence({ userId, online, lastSeenAt }: Omit<PresenceNote, 'type'>): EncodedFrame {
  const signal = { type: 'presence', userId, online, lastSeenAt } as const
  return encode({ type: 'signal', signal } satisfies ServerFrame, 'ephemeral')
}
