/**
 * The local end of the bus: what comes over it goes to those sockets of this process that it concerns.
 * Durable events go through the subscriptions, which see to it that each comes once and in order.
 */
import type { ServerFrame, Signal } from '@roost/protocol'

import type { Note } from '../bus/bus.ts'
import type { Core } from '../core.ts'
import type { Heads } from '../messaging/heads.ts'
import type { Presence } from '../people/presence.ts'
import { encode, JoinedFrames, type Connection, type EncodedFrame } from './connection.ts'
import { Subscriptions } from './subscriptions.ts'
import { Watchers } from './watchers.ts'

export class Hub {
  readonly #core: Core
  readonly #presence: Presence
  readonly #subscriptions: Subscriptions
  readonly #watchers: Watchers
  readonly #leaveBus: () => void
  #dirty = new Set<Connection>()
  #flushing = false

  constructor(core: Core, { heads, presence }: { heads: Heads; presence: Presence }) {
    this.#core = core
    this.#presence = presence
    const send = (connection: Connection, frame: EncodedFrame) => this.send(connection, frame)
    this.#subscriptions = new Subscriptions(core, { heads, send })
    this.#watchers = new Watchers(core, { presence, send })
    this.#leaveBus = core.bus.subscribe((note) => this.#hear(note))
  }

  connections(): Connection[] {
    return this.#subscriptions.connections()
  }

  connectionsOf(userId: string): ReadonlySet<Connection> {
    return this.#subscriptions.connectionsOf(userId)
  }

  /** See {@link Subscriptions.expect}. */
  expect(userId: string): Promise<() => void> {
    return this.#subscriptions.expect(userId)
  }

  attach(connection: Connection): void {
    this.#subscriptions.attach(connection)
    this.#presence.came(connection.session.userId)
  }

  detach(connection: Connection): void {
    this.#watchers.leave(connection)
    this.#dirty.delete(connection)
    if (this.#subscriptions.detach(connection)) this.#presence.went(connection.session.userId)
  }

  /** Whether a local user is a member, as far as this process has heard. */
  isMember(userId: string, conversationId: string): boolean {
    return this.#subscriptions.isMember(userId, conversationId)
  }

  isSmall(conversationId: string): boolean {
    return this.#subscriptions.isSmall(conversationId)
  }

  /** Whether somebody here listens to a conversation and has not heard of this event. */
  isBehind(conversationId: string, seq: number): boolean {
    return this.#subscriptions.isBehind(conversationId, seq)
  }

  /** See {@link Watchers.follow}. */
  watch(connection: Connection, userIds: readonly string[]): Promise<void> {
    return this.#watchers.follow(connection, userIds)
  }

  /** Finds out from now on what other processes could not tell of who is there. */
  watchOthers(isBusUp: () => boolean): void {
    this.#watchers.startLooking(isBusUp)
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
      const joined = new JoinedFrames()
      for (const each of dirty) each.flush(joined)
    })
  }

  close(): void {
    this.#leaveBus()
    this.#watchers.close()
    this.#subscriptions.close()
  }

  #hear(note: Note): void {
    switch (note.type) {
      case 'event':
        return this.#subscriptions.hearEvent(note.conversationId, note.seq, note.event)
      case 'userEvent':
        return this.#subscriptions.hearUserEvent(note.userId, note.seq, note.change)
      case 'signal': {
        const frame = encodeSignal(note.signal)
        for (const { userId, connections } of this.#subscriptions.membersOf(note.conversationId))
          if (userId !== note.except) for (const each of connections) this.send(each, frame)
        return
      }
      case 'presence':
        return this.#watchers.hear(note)
      case 'user':
        this.#tellAcquaintances(note).catch((error: unknown) => this.#core.report(error))
        return
      case 'deleted':
        return this.#subscriptions.hearDeleted(note.conversationId)
      case 'erasing':
      case 'revoked':
      case 'role':
      case 'settings':
        return
      default:
        note satisfies never
    }
  }

  async #tellAcquaintances({ user, conversationIds }: UserNote): Promise<void> {
    const frame = encodeSignal({ type: 'user', user })
    const around = await this.#subscriptions.connectionsAround(user.id, conversationIds)
    for (const each of around) this.send(each, frame)
  }
}

type UserNote = Extract<Note, { type: 'user' }>

function encodeSignal(signal: Signal): EncodedFrame {
  return encode({ type: 'signal', signal } satisfies ServerFrame, 'ephemeral')
}
