/**
 * The local end of the bus: which user is here, with which sockets, in which conversations. It gives
 * every durable event of a watched conversation to its listeners once and in order: the next seq at
 * once, a higher one after reading the gap from the log, a lower one not at all.
 */
import { limits, type Event, type ServerFrame, type User } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import type { Note } from '../bus/bus.ts'
import type { Core } from '../core.ts'
import type { Heads, Joined } from '../messaging/heads.ts'
import { withoutHidden, type Variant } from '../messaging/hidden.ts'
import { readEvents } from '../messaging/replay.ts'
import { readUserEvent } from '../messaging/user-events.ts'
import { sees, type Interval, type Sight } from '../messaging/visible-seqs.ts'
import type { Presence } from '../people/presence.ts'
import { StorageUnavailableError } from '../storage/errors.ts'
import { encode, type Connection, type EncodedFrame } from './connection.ts'

/** A gap that could not be read is tried again after so many milliseconds. */
const READ_AGAIN_AFTER = 1_000

interface LocalUser {
  readonly userId: string
  readonly connections: Set<Connection>
  readonly conversations: Set<Watched>
  /** What they left while it was read what they are in. */
  readonly left: Set<string>
  /** Handshakes under way. */
  expected: number
  /** Settled once the user's conversations are subscribed. */
  ready: Promise<void>
  /** User events are read and sent one after another. */
  tail: Promise<void>
}

interface Listener {
  /**
   * From the event by which they became a member to that by which they left: nothing else is for them.
   * Those that are over count as long as not all of them has been given.
   */
  readonly spans: readonly Interval[]
  /** The messages that a later event may speak of to them. */
  readonly sight: Sight
}

interface Watched {
  readonly conversationId: string
  readonly listeners: Map<LocalUser, Listener>
  /** The last seq given to the listeners; unknown until read. */
  delivered: number | undefined
  memberCount: number
  /** Who came or went up to this seq is counted already. */
  countedSeq: number
  /** The highest seq heard of. */
  heard: number
  /** Whether a gap is being read: what is heard meanwhile comes with it. */
  reading: boolean
}

export class Hub {
  readonly #core: Core
  readonly #heads: Heads
  readonly #presence: Presence
  readonly #users = new Map<string, LocalUser>()
  readonly #watched = new Map<string, Watched>()
  readonly #watchers = new Map<string, Set<Connection>>()
  readonly #leaveBus: () => void
  #dirty = new Set<Connection>()
  #flushing = false
  /** Those whose gaps could not be read. */
  #unread = new Set<Watched>()
  #readTimer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(core: Core, { heads, presence }: { heads: Heads; presence: Presence }) {
    this.#core = core
    this.#heads = heads
    this.#presence = presence
    this.#leaveBus = core.bus.subscribe((note) => this.#hear(note))
  }

  connections(): Connection[] {
    return [...this.#users.values()].flatMap(({ connections }) => [...connections])
  }

  connectionsOf(userId: string): ReadonlySet<Connection> {
    return this.#users.get(userId)?.connections ?? new Set()
  }

  /**
   * Subscribes a user ahead of a connection: one that is attached once this has resolved gets every
   * event from then on. Returns what to call when it has been attached, or never will be.
   */
  async expect(userId: string): Promise<() => void> {
    const user = this.#users.get(userId) ?? this.#enter(userId)
    user.expected++
    const release = () => {
      user.expected--
      this.#forgetIfGone(user)
    }
    try {
      await user.ready
    } catch (error) {
      release()
      throw error
    }
    return release
  }

  attach(connection: Connection): void {
    const { userId } = connection.session
    const user = this.#users.get(userId)
    if (!user) throw new Error('A connection was attached that nobody had expected.')
    user.connections.add(connection)
    this.#presence.came(userId)
  }

  detach(connection: Connection): void {
    const { userId } = connection.session
    this.watch(connection, [])
    this.#dirty.delete(connection)
    const user = this.#users.get(userId)
    if (!user?.connections.delete(connection)) return
    this.#presence.went(userId)
    this.#forgetIfGone(user)
  }

  /** Whether a local user is a member, as far as this process has heard. */
  isMember(userId: string, conversationId: string): boolean {
    const user = this.#users.get(userId)
    const watched = this.#watched.get(conversationId)
    const listener = user && watched?.listeners.get(user)
    return listener !== undefined && isThere(listener)
  }

  isSmall(conversationId: string): boolean {
    return (this.#watched.get(conversationId)?.memberCount ?? 0) <= limits.smallRoomMax
  }

  /** Replaces the set of people whose presence a connection follows. */
  watch(connection: Connection, userIds: readonly string[]): void {
    for (const id of connection.watched) {
      const watchers = this.#watchers.get(id)
      watchers?.delete(connection)
      if (watchers?.size === 0) this.#watchers.delete(id)
    }
    connection.watched = new Set(userIds)
    for (const id of connection.watched) {
      const watchers = this.#watchers.get(id)
      if (watchers) watchers.add(connection)
      else this.#watchers.set(id, new Set([connection]))
    }
  }

  send(connection: Connection, frame: EncodedFrame): void {
    if (!connection.push(frame)) return
    this.#dirty.add(connection)
    if (this.#flushing) return
    this.#flushing = true
    setImmediate(() => {
      this.#flushing = false
      const dirty = this.#dirty
      this.#dirty = new Set()
      for (const each of dirty) each.flush()
    })
  }

  close(): void {
    this.#leaveBus()
    clearTimeout(this.#readTimer)
    this.#isClosed = true
  }

  #hear(note: Note): void {
    switch (note.type) {
      case 'event': {
        const watched = this.#watched.get(note.conversationId)
        if (watched) this.#hearEvent(watched, note.seq, note.event)
        return
      }
      case 'userEvent': {
        const user = this.#users.get(note.userId)
        if (user) this.#hearUserEvent(user, note)
        return
      }
      case 'signal': {
        const frame = encode(
          { type: 'signal', signal: note.signal } satisfies ServerFrame,
          'ephemeral',
        )
        const listeners = this.#watched.get(note.conversationId)?.listeners ?? []
        for (const [{ userId, connections }, listener] of listeners)
          if (userId !== note.except && isThere(listener))
            for (const each of connections) this.send(each, frame)
        return
      }
      case 'presence': {
        const watchers = this.#watchers.get(note.userId)
        if (!watchers) return
        const { userId, online, lastSeenAt } = note
        const signal = { type: 'presence', userId, online, lastSeenAt } as const
        const frame = encode({ type: 'signal', signal } satisfies ServerFrame, 'ephemeral')
        for (const each of watchers) this.send(each, frame)
        return
      }
      case 'user':
        this.#tellAcquaintances(note.user).catch((error: unknown) => this.#core.report(error))
        return
      case 'deleted': {
        const watched = this.#watched.get(note.conversationId)
        if (watched) for (const user of watched.listeners.keys()) this.#drop(user, watched)
        return
      }
      case 'revoked':
      case 'role':
      case 'settings':
        return
      default:
        note satisfies never
    }
  }

  /** Each of them once, however many conversations they share. */
  async #tellAcquaintances(user: User): Promise<void> {
    const local = this.#users.get(user.id)
    // Whoever is not here may still have changed: an administrator has renamed them.
    const shared = local
      ? [...local.conversations]
      : (await this.#heads.memberships(user.id)).flatMap(
          ({ conversationId }) => this.#watched.get(conversationId) ?? [],
        )
    const told = new Set(shared.flatMap(({ listeners }) => [...listeners.keys()]))
    if (local) told.add(local)
    const signal = { type: 'user', user } as const
    const frame = encode({ type: 'signal', signal } satisfies ServerFrame, 'ephemeral')
    for (const { connections } of told) for (const each of connections) this.send(each, frame)
  }

  #hearEvent(watched: Watched, seq: number, event: Event | undefined): void {
    watched.heard = Math.max(watched.heard, seq)
    if (watched.delivered === undefined || watched.reading || seq <= watched.delivered) return
    if (seq === watched.delivered + 1 && event) this.#deliver(watched, seq, event)
    // Of what it comes after a part may be missing, and of what was heard before it as well.
    if (watched.delivered < watched.heard) this.#repair(watched)
  }

  /** Gives one event to everyone who listens, encoded once for all who may see the same of it. */
  #deliver(watched: Watched, seq: number, event: Event): void {
    watched.delivered = seq
    const { conversationId, listeners } = watched
    const frames = new Map<Variant, EncodedFrame>()
    for (const [{ connections }, { spans, sight }] of listeners) {
      if (!sees(spans, seq)) continue
      const { variant, event: seen } = withoutHidden(event, sight)
      const frame = frames.get(variant) ?? encodeEvent(conversationId, seq, seen)
      frames.set(variant, frame)
      for (const each of connections) this.send(each, frame)
    }
    const isNews = seq > watched.countedSeq
    if (event.type === 'member.joined' && isNews) watched.memberCount++
    if (event.type !== 'member.left') return
    if (isNews) watched.memberCount--
    const left = this.#users.get(event.userId)
    // Someone who is back already is a listener from a later seq on.
    if (left && (listeners.get(left)?.spans.at(-1)?.fromSeq ?? 0) <= seq)
      this.#unsubscribe(left, watched)
  }

  /** Reads the log from where the listeners are to what was heard of. */
  #repair(watched: Watched): void {
    if (watched.reading || seeded?.('gap-not-read')) return
    watched.reading = true
    this.#readGap(watched).catch((error: unknown) => {
      this.#core.report(error)
      if (error instanceof StorageUnavailableError) this.#repairLater(watched)
    })
  }

  #repairLater(watched: Watched): void {
    if (this.#isClosed) return
    this.#unread.add(watched)
    this.#readTimer ??= setTimeout(() => {
      this.#readTimer = undefined
      const unread = this.#unread
      this.#unread = new Set()
      for (const each of unread) if (each.listeners.size > 0) this.#repair(each)
    }, READ_AGAIN_AFTER).unref()
  }

  async #readGap(watched: Watched): Promise<void> {
    const { conversationId } = watched
    try {
      while (watched.delivered !== undefined && watched.delivered < watched.heard) {
        const { delivered: after, heard } = watched
        // What is heard from here on may be newer than what is read.
        watched.heard = after
        let isEnd = false
        try {
          const events = await this.#core.database.read((db) =>
            readEvents(db, { conversationId, after, limit: limits.eventsMax }),
          )
          for (const { seq, event } of events) this.#deliver(watched, seq, event)
          isEnd = events.length < limits.eventsMax
        } finally {
          // At the end of the log is all that had been heard of, or there was less than was said.
          if (!isEnd) watched.heard = Math.max(watched.heard, heard)
        }
      }
    } finally {
      // In the same turn as the last look at what was heard: nothing comes in between.
      watched.reading = false
    }
  }

  #hearUserEvent(user: LocalUser, note: Extract<Note, { type: 'userEvent' }>): void {
    const { userId, seq, conversationId } = note
    let subscribed = Promise.resolve()
    if (conversationId !== null && note.event === 'conversation.joined') {
      user.left.delete(conversationId)
      const fromSeq = note.conversationSeq ?? 0
      const { sight = [] } = note
      subscribed = this.#subscribe(user, [{ conversationId, fromSeq, sight }], fromSeq)
      // It may fail before its turn comes below, where that is told.
      subscribed.catch(() => {})
    }
    if (conversationId !== null && note.event === 'conversation.left') {
      const watched = this.#watched.get(conversationId)
      if (watched) this.#end(user, watched, note.conversationSeq ?? 0)
      else user.left.add(conversationId)
    }
    user.tail = user.tail
      .then(async () => {
        await subscribed
        const event = await readUserEvent(this.#core, { userId, seq })
        if (!event) return
        const frame = encode({ type: 'userEvent', seq, event } satisfies ServerFrame, 'durable')
        for (const each of user.connections) this.send(each, frame)
      })
      .catch((error: unknown) => this.#core.report(error))
  }

  #enter(userId: string): LocalUser {
    const user: LocalUser = {
      userId,
      connections: new Set(),
      conversations: new Set(),
      left: new Set(),
      expected: 0,
      ready: Promise.resolve(),
      tail: Promise.resolve(),
    }
    this.#users.set(userId, user)
    user.ready = this.#subscribeAll(user)
    return user
  }

  #forgetIfGone(user: LocalUser): void {
    if (user.connections.size + user.expected > 0) return
    this.#users.delete(user.userId)
    for (const watched of user.conversations) this.#unsubscribe(user, watched)
  }

  async #subscribeAll(user: LocalUser): Promise<void> {
    const memberships = await this.#heads.memberships(user.userId)
    // What was heard since is newer than what was read.
    const stillThere = memberships.filter(({ conversationId }) => {
      const known = this.#watched.get(conversationId)?.listeners.has(user)
      return !known && !user.left.has(conversationId)
    })
    await this.#subscribe(user, stillThere)
  }

  /** Listens first and reads where the log stands after that, so that nothing falls in between. */
  async #subscribe(
    user: LocalUser,
    memberships: readonly Joined[],
    joinedAt?: number,
  ): Promise<void> {
    const fresh: Watched[] = []
    for (const { conversationId, fromSeq, sight } of memberships) {
      let watched = this.#watched.get(conversationId)
      if (!watched) {
        watched = {
          conversationId,
          listeners: new Map(),
          delivered: undefined,
          memberCount: 0,
          countedSeq: 0,
          heard: 0,
          reading: false,
        }
        this.#watched.set(conversationId, watched)
      }
      if (watched.delivered === undefined) fresh.push(watched)
      const { delivered, listeners } = watched
      const earlier = (listeners.get(user)?.spans ?? []).filter(
        ({ toSeq }) => toSeq !== null && toSeq > (delivered ?? toSeq),
      )
      listeners.set(user, { spans: [...earlier, { fromSeq, toSeq: null }], sight })
      user.conversations.add(watched)
    }
    if (fresh.length === 0) return
    const heads = await this.#heads.lastSeqs(fresh.map(({ conversationId }) => conversationId))
    for (const watched of fresh) {
      const head = heads.get(watched.conversationId)
      if (watched.delivered !== undefined || !head) continue
      // Whoever has just joined hears everything from there on, unless that is long ago.
      const from = Math.max(joinedAt ?? head.lastSeq, head.lastSeq - limits.eventsMax)
      watched.delivered = Math.min(from, head.lastSeq)
      watched.memberCount = head.memberCount
      watched.countedSeq = head.lastSeq
      watched.heard = Math.max(watched.heard, head.lastSeq)
      if (watched.heard > watched.delivered) this.#repair(watched)
    }
  }

  /** Nothing past the event by which they left is for them. What came before it still is. */
  #end(user: LocalUser, watched: Watched, toSeq: number): void {
    const listener = watched.listeners.get(user)
    const span = listener?.spans.at(-1)
    if (!listener || !span || watched.delivered === undefined || watched.delivered >= toSeq)
      return this.#drop(user, watched)
    user.left.add(watched.conversationId)
    const spans = [...listener.spans.slice(0, -1), { ...span, toSeq }]
    watched.listeners.set(user, { ...listener, spans })
    watched.heard = Math.max(watched.heard, toSeq)
    this.#repair(watched)
  }

  /** They are out of it, whatever is still being read about them. */
  #drop(user: LocalUser, watched: Watched): void {
    user.left.add(watched.conversationId)
    this.#unsubscribe(user, watched)
  }

  #unsubscribe(user: LocalUser, watched: Watched): void {
    if (seeded?.('delivers-after-leaving')) return
    user.conversations.delete(watched)
    watched.listeners.delete(user)
    // One that is still being read from may have a successor.
    const { conversationId, listeners } = watched
    if (listeners.size === 0 && this.#watched.get(conversationId) === watched)
      this.#watched.delete(conversationId)
  }
}

const isThere = ({ spans }: Listener) => spans.at(-1)?.toSeq === null

function encodeEvent(conversationId: string, seq: number, event: Event): EncodedFrame {
  const frame = { type: 'event', conversationId, seq, event } satisfies ServerFrame
  return encode(frame, 'durable')
}
