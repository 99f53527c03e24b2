/**
 * Which user is here, with which sockets, in which conversations. It gives every durable event of a
 * conversation to its listeners, and every event of a user's own log to their sockets, once and in order.
 */
import { limits, type Event, type ServerFrame } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import type { UserChange } from '../bus/bus.ts'
import type { Core } from '../core.ts'
import type { Heads, Joined } from '../messaging/heads.ts'
import { withoutHidden, type Variant } from '../messaging/hidden.ts'
import { readEvents } from '../messaging/replay.ts'
import { readUserEvent, readUserNotes, type UserNote } from '../messaging/user-events.ts'
import { sees, type Interval, type Sight } from '../messaging/visible-seqs.ts'
import { StorageUnavailableError } from '../storage/errors.ts'
import { encode, type Connection, type EncodedFrame } from './connection.ts'
import { LogTail } from './log-tail.ts'

/** What could not be read is tried again after so many milliseconds. */
const READ_AGAIN_AFTER = 1_000

interface LocalUser {
  readonly userId: string
  readonly connections: Set<Connection>
  readonly conversations: Set<Watched>
  /** Their own log. */
  readonly tail: LogTail<UserNote>
  /** Handshakes under way. */
  expected: number
  /** Settled once the user's conversations are subscribed. */
  ready: Promise<void>
  /** What user events say is read and sent one after another. */
  telling: Promise<void>
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

interface LoggedEvent {
  readonly seq: number
  readonly event: Event
}

interface Watched {
  readonly conversationId: string
  readonly listeners: Map<LocalUser, Listener>
  readonly tail: LogTail<LoggedEvent>
  memberCount: number
  /** Who came or went up to this seq is counted already. */
  countedSeq: number
}

interface Needs {
  readonly heads: Heads
  readonly send: (connection: Connection, frame: EncodedFrame) => void
}

export class Subscriptions {
  readonly #core: Core
  readonly #needs: Needs
  readonly #users = new Map<string, LocalUser>()
  readonly #watched = new Map<string, Watched>()
  /** What a database that was away kept from being read. */
  #unread = new Set<() => void>()
  #readTimer: NodeJS.Timeout | undefined
  #isClosed = false

  constructor(core: Core, needs: Needs) {
    this.#core = core
    this.#needs = needs
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
    const user = this.#users.get(connection.session.userId)
    if (!user) throw new Error('A connection was attached that nobody had expected.')
    user.connections.add(connection)
  }

  /** False when it was not attached any more. */
  detach(connection: Connection): boolean {
    const user = this.#users.get(connection.session.userId)
    if (!user?.connections.delete(connection)) return false
    this.#forgetIfGone(user)
    return true
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

  isBehind(conversationId: string, seq: number): boolean {
    return this.#watched.get(conversationId)?.tail.isBehind(seq) ?? false
  }

  /** The sockets of those who are members now. */
  *membersOf(conversationId: string): Generator<{ userId: string; connections: Set<Connection> }> {
    const listeners = this.#watched.get(conversationId)?.listeners ?? []
    for (const [user, listener] of listeners) if (isThere(listener)) yield user
  }

  /**
   * The sockets of somebody, and of all who share a conversation with them; each once.
   * @param conversationIds those they are in, if that is known
   */
  async connectionsAround(
    userId: string,
    conversationIds?: readonly string[],
  ): Promise<Set<Connection>> {
    const local = this.#users.get(userId)
    const watched = (ids: readonly string[]) => ids.flatMap((id) => this.#watched.get(id) ?? [])
    // Whoever is not here may still have changed: an administrator has renamed them.
    const shared =
      local && !conversationIds
        ? [...local.conversations]
        : watched(conversationIds ?? (await this.#joinedBy(userId)))
    const users = new Set(shared.flatMap(({ listeners }) => [...listeners.keys()]))
    if (local) users.add(local)
    return new Set([...users].flatMap(({ connections }) => [...connections]))
  }

  async #joinedBy(userId: string): Promise<string[]> {
    const { joined } = await this.#needs.heads.memberships(userId)
    return joined.map(({ conversationId }) => conversationId)
  }

  /** An event of a conversation is durable. */
  hearEvent(conversationId: string, seq: number, event: Event | undefined): void {
    this.#watched.get(conversationId)?.tail.hear(seq, event && { seq, event })
  }

  /** An event of a user's own log is. */
  hearUserEvent(userId: string, seq: number, change: UserChange | undefined): void {
    this.#users.get(userId)?.tail.hear(seq, change && { ...change, seq })
  }

  /** A conversation is nobody's any more. */
  hearDeleted(conversationId: string): void {
    const watched = this.#watched.get(conversationId)
    if (watched) for (const user of watched.listeners.keys()) this.#unsubscribe(user, watched)
  }

  close(): void {
    clearTimeout(this.#readTimer)
    this.#isClosed = true
  }

  #enter(userId: string): LocalUser {
    const user: LocalUser = {
      userId,
      connections: new Set(),
      conversations: new Set(),
      tail: new LogTail({
        read: (after) => readUserNotes(this.#core, { userId, after, limit: limits.eventsMax }),
        pass: (note) => this.#passUserEvent(user, note),
        fail: (error) => this.#readAgain(error, () => user.tail.repair()),
      }),
      expected: 0,
      ready: Promise.resolve(),
      telling: Promise.resolve(),
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

  /** Gives one event to everyone who listens, encoded once for all who may see the same of it. */
  #passEvent(watched: Watched, { seq, event }: LoggedEvent): void {
    const { conversationId, listeners } = watched
    const frames = new Map<Variant, EncodedFrame>()
    let deliveries = 0
    for (const [{ connections }, { spans, sight }] of listeners) {
      if (!sees(spans, seq)) continue
      const { variant, event: seen } = withoutHidden(event, sight)
      const frame = frames.get(variant) ?? encodeEvent(conversationId, seq, seen)
      frames.set(variant, frame)
      for (const each of connections) this.#needs.send(each, frame)
      deliveries += connections.size
    }
    const { metrics, now } = this.#core
    metrics.delivered(deliveries, now() - event.createdAt)
    const isNews = seq > watched.countedSeq
    if (event.type === 'member.joined' && isNews) watched.memberCount++
    if (event.type !== 'member.left') return
    if (isNews) watched.memberCount--
    const left = this.#users.get(event.userId)
    // Someone who is back already is a listener from a later seq on.
    if (left && (listeners.get(left)?.spans.at(-1)?.fromSeq ?? 0) <= seq)
      this.#unsubscribe(left, watched)
  }

  #passUserEvent(user: LocalUser, note: UserNote): void {
    const { userId } = user
    const { seq, conversationId } = note
    let subscribed = Promise.resolve()
    if (conversationId !== null && note.event === 'conversation.joined') {
      const fromSeq = note.conversationSeq ?? 0
      const { sight = [] } = note
      const fresh = this.#listen(user, [{ conversationId, fromSeq, sight }])
      subscribed = this.#startSurely(fresh, fromSeq)
    }
    if (conversationId !== null && note.event === 'conversation.left') {
      const watched = this.#watched.get(conversationId)
      if (watched) this.#end(user, watched, note.conversationSeq ?? 0)
    }
    user.telling = user.telling
      .then(async () => {
        await subscribed
        const event = await readUserEvent(this.#core, { userId, seq })
        if (!event) return
        const frame = encode({ type: 'userEvent', seq, event } satisfies ServerFrame, 'durable')
        for (const each of user.connections) this.#needs.send(each, frame)
      })
      .catch((error: unknown) => {
        this.#core.report(error)
        // They are told where their logs stand as soon as that can be read.
        for (const each of user.connections) each.fallBehind()
      })
  }

  /**
   * Listens first and reads where the logs stand after that, so that nothing falls in between: also not
   * that they have left one of them meanwhile.
   */
  async #subscribeAll(user: LocalUser): Promise<void> {
    const { userId, tail } = user
    const { userSeq, joined } = await this.#needs.heads.memberships(userId)
    const fresh = this.#listen(user, joined)
    const now = await this.#start(fresh, { userId })
    tail.start(userSeq, now.userSeq)
    await Promise.all([tail, ...fresh.map((watched) => watched.tail)].map((each) => each.level()))
  }

  /** Returns what nobody has listened to before. */
  #listen(user: LocalUser, memberships: readonly Joined[]): Watched[] {
    const fresh: Watched[] = []
    for (const { conversationId, fromSeq, sight } of memberships) {
      const watched = this.#watched.get(conversationId) ?? this.#watch(conversationId)
      const { tail, listeners } = watched
      if (tail.passed === undefined) fresh.push(watched)
      const earlier = (listeners.get(user)?.spans ?? []).filter(
        ({ toSeq }) => toSeq !== null && toSeq > (tail.passed ?? toSeq),
      )
      listeners.set(user, { spans: [...earlier, { fromSeq, toSeq: null }], sight })
      user.conversations.add(watched)
    }
    return fresh
  }

  #watch(conversationId: string): Watched {
    const { database } = this.#core
    const watched: Watched = {
      conversationId,
      listeners: new Map(),
      tail: new LogTail({
        read: (after) =>
          database.read((db) => readEvents(db, { conversationId, after, limit: limits.eventsMax })),
        pass: (event) => this.#passEvent(watched, event),
        fail: (error) =>
          this.#readAgain(error, () => {
            if (watched.listeners.size > 0) watched.tail.repair()
          }),
      }),
      memberCount: 0,
      countedSeq: 0,
    }
    this.#watched.set(conversationId, watched)
    return watched
  }

  async #start(
    fresh: readonly Watched[],
    { userId, joinedAt }: { userId?: string; joinedAt?: number },
  ): Promise<{ userSeq: number }> {
    const conversationIds = fresh.map(({ conversationId }) => conversationId)
    const asked = { conversationIds, ...(userId !== undefined && { userId }) }
    const { heads, userSeq } = await this.#needs.heads.lastSeqs(asked)
    for (const watched of fresh) {
      const head = heads.get(watched.conversationId)
      if (watched.tail.passed !== undefined || !head) continue
      watched.memberCount = head.memberCount
      watched.countedSeq = head.lastSeq
      // Whoever has just joined hears everything from there on, unless that is long ago.
      const from = Math.max(joinedAt ?? head.lastSeq, head.lastSeq - limits.eventsMax)
      watched.tail.start(Math.min(from, head.lastSeq), head.lastSeq)
    }
    return { userSeq }
  }

  /** For those who are connected: it does not fail, but may take until the database is there again. */
  async #startSurely(fresh: readonly Watched[], joinedAt: number): Promise<void> {
    const waiting = fresh.filter(({ listeners }) => listeners.size > 0)
    if (waiting.length === 0) return
    try {
      await this.#start(waiting, { joinedAt })
    } catch (error) {
      this.#readAgain(error, () => void this.#startSurely(waiting, joinedAt))
    }
  }

  #readAgain(error: unknown, again: () => void): void {
    this.#core.report(error)
    if (this.#isClosed || !(error instanceof StorageUnavailableError)) return
    this.#unread.add(again)
    this.#readTimer ??= setTimeout(() => {
      this.#readTimer = undefined
      const unread = this.#unread
      this.#unread = new Set()
      for (const each of unread) each()
    }, READ_AGAIN_AFTER).unref()
  }

  /** Nothing past the event by which they left is for them. What came before it still is. */
  #end(user: LocalUser, watched: Watched, toSeq: number): void {
    const { listeners, tail } = watched
    const listener = listeners.get(user)
    const span = listener?.spans.at(-1)
    if (!listener || !span || tail.passed === undefined || tail.passed >= toSeq)
      return this.#unsubscribe(user, watched)
    const spans = [...listener.spans.slice(0, -1), { ...span, toSeq }]
    listeners.set(user, { ...listener, spans })
    tail.hear(toSeq)
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
