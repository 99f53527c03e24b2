/**
 * Follows the log of every conversation. The live rule: the event after the cursor is applied, an
 * earlier one dropped, a later one kept while the gap before it is filled. Whatever cannot be filled,
 * or is cheaper to read anew, is read anew.
 */
import {
  event as knownEvent,
  limits,
  type Conversation,
  type Event,
  type Message,
  type User,
  type UserEvent,
} from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { applyEvent, applyUserEvent, lineOf } from './apply-event.ts'
import { backOffAfter } from './back-off.ts'
import { isGone } from './errors.ts'
import type { Lifetime } from './lifetime.ts'
import { isConfirmed, isSend } from './pending-write.ts'
import type { Rest } from './rest.ts'
import { insertConversations, replaceConversation } from './snapshot.ts'
import type { ConversationState, MessageWindow, State } from './state.ts'
import {
  putConversation,
  withConversation,
  withoutConfirmed,
  withoutConversation,
  withUsers,
} from './store.ts'
import { applyReadMark, markOf, type ReadMark } from './unread.ts'

export interface Log {
  /** An event arrived from the socket, or as the answer to a send. */
  receive(conversationId: string, seq: number, event: unknown): void
  /** The next of my own events. `me.changed` means nothing here. */
  receiveMine(event: UserEvent): void
  /** These events were read from the log, ascending. */
  take(conversationId: string, events: readonly { seq: number; event: unknown }[]): void
  /**
   * The log has got to `seq`, as somebody says who may be wrong: when what is missing does not come by
   * itself it is asked for. Sends that are said to be there, and are not, leave the outbox.
   */
  expect(conversationId: string, seq: number): void
  /** The log has got to `seq`: resolves when the cursor has. */
  catchUp(conversationId: string, seq: number): Promise<void>
  /** The network may be back: what is to be asked for later is asked for now. */
  hurry(): void
  /** Takes in a conversation that the server described. */
  insert(conversations: readonly Conversation[], users: readonly User[]): void
  /** Takes in a read mark, as soon as it can be counted. */
  mark(conversationId: string, mark: ReadMark): void
  /** Reads a conversation again and takes it in, if I am in it, or if it is one to look into. */
  refresh(conversationId: string, as?: { evenIfNotMine: boolean }): Promise<void>
  /** I am no member any more since event `seq`, or it is gone. */
  remove(conversationId: string, seq?: number): void
  /** The events by which I left, as they are known now, by conversation. */
  leftSeqs(): ReadonlyMap<string, number>
  /** Forgets all conversations: the server's logs are other ones than those followed so far. */
  reset(): void
  /** Gathers the lines applied from now on, until `stop`. `reloaded` says that it missed some. */
  collect(conversationId: string): { lines: Message[]; reloaded(): boolean; stop(): void }
}

/** How long a gap may fill by itself: events travel by several ways and overtake each other. */
const gapWait = 150

interface Track {
  /** Events beyond the cursor, by seq. */
  readonly ahead: Map<number, Event | null>
  /** The highest seq that is known to exist. */
  target: number
  mark: ReadMark | null
  readonly collectors: Set<{ lines: Message[] }>
  reloads: number
  failures: number
  repair: Promise<void> | null
  stopWaiting: (() => void) | null
}

export function createLog(world: {
  life: Lifetime
  rest: Rest
  random: () => number
  /** These events were applied, in this order. */
  applied: (conversationId: string, events: readonly Event[]) => void
  /** The server described this conversation as it is now. */
  described: (conversationId: string) => void
}): Log {
  const { life, rest } = world
  const { store, clock } = life
  const tracks = new Map<string, Track>()
  /** The events by which I left: what was described before is not mine any more. */
  const left = new Map<string, number>()
  const find = (id: string): ConversationState | undefined => store.getState().conversations[id]

  function trackOf(id: string): Track {
    const held = tracks.get(id)
    if (held) return held
    const track: Track = {
      ahead: new Map(),
      target: 0,
      mark: null,
      collectors: new Set(),
      reloads: 0,
      failures: 0,
      repair: null,
      stopWaiting: null,
    }
    tracks.set(id, track)
    return track
  }

  /** Applies what follows the cursor without a gap, in one change of the state. */
  function advance(id: string) {
    const track = trackOf(id)
    if (!find(id)) return
    const done: Event[] = []
    store.update((state) => {
      let next = state
      for (let seq = cursorOf(next, id) + 1; track.ahead.has(seq); seq += 1) {
        const event = track.ahead.get(seq) ?? null
        next = applyEvent(next, id, seq, event)
        if (event) done.push(event)
      }
      return applyHeldMark(next, id, track)
    })
    const cursor = cursorOf(store.getState(), id)
    for (const seq of track.ahead.keys()) if (seq <= cursor) track.ahead.delete(seq)
    const lines = done.flatMap((event) => lineOf(event) ?? [])
    for (const collector of track.collectors) collector.lines.push(...lines)
    if (track.mark) settleMark(id, track)
    if (done.length > 0) world.applied(id, done)
  }

  function applyHeldMark(state: State, id: string, { mark }: Track): State {
    if (!mark) return state
    return withConversation(state, id, (mine) => {
      const marked = applyReadMark(mine, mark)
      return typeof marked === 'string' ? mine : marked
    })
  }

  /** What became of a mark after an attempt to apply it. */
  function settleMark(id: string, track: Track) {
    const mine = find(id)
    if (!mine || !track.mark) return
    const outcome = applyReadMark(mine, track.mark)
    if (outcome === 'ahead') return expect(id, track.mark.lastSeq)
    track.mark = null
    if (outcome === 'uncounted') background(refresh(id))
  }

  function receive(id: string, seq: number, raw: unknown) {
    if (seq <= cursorOf(store.getState(), id)) return
    if (seeded?.('applied-out-of-order'))
      store.update((state) =>
        withConversation(state, id, (mine) => ({ ...mine, lastSeq: seq - 1 })),
      )
    keep(trackOf(id), seq, raw)
    advance(id)
    expect(id, seq)
  }

  function take(id: string, events: readonly { seq: number; event: unknown }[]) {
    const after = cursorOf(store.getState(), id)
    for (const { seq, event } of events) if (seq > after) keep(trackOf(id), seq, event)
    advance(id)
    expect(id, events.at(-1)?.seq ?? 0)
  }

  function keep(track: Track, seq: number, raw: unknown) {
    const known = knownEvent.safeParse(raw)
    track.ahead.set(seq, known.success ? known.data : null)
  }

  /** Fills the gap up to `seq`, if it has not filled by itself in a moment. */
  function expect(id: string, seq: number) {
    if (seeded?.('gap-not-filled')) return
    const track = trackOf(id)
    track.target = Math.max(track.target, seq)
    if (isBehind(id, track) && !track.repair && !track.stopWaiting) retryAfter(id, track, gapWait)
  }

  function isBehind(id: string, track: Track): boolean {
    return cursorOf(store.getState(), id) < track.target
  }

  function retryAfter(id: string, track: Track, ms: number) {
    track.stopWaiting = clock.after(ms, () => {
      track.stopWaiting = null
      background(repair(id))
    })
  }

  /** One repair at a time; a failed one is tried again by itself. */
  function repair(id: string): Promise<void> {
    const track = trackOf(id)
    track.stopWaiting?.()
    track.stopWaiting = null
    track.repair ??= fillGap(id, track)
      .then(
        () => {
          track.failures = 0
        },
        (error: unknown) => {
          if (isGone(error)) return remove(id)
          track.failures += 1
          retryAfter(id, track, backOffAfter(error, track.failures, world.random()))
          throw error
        },
      )
      .finally(() => {
        track.repair = null
      })
    return track.repair
  }

  async function fillGap(id: string, track: Track): Promise<void> {
    while (isBehind(id, track) && !life.isOver()) {
      const before = cursorOf(store.getState(), id)
      const { target } = track
      await step(id, track)
      if (cursorOf(store.getState(), id) > before || track.target > target) continue
      // What was said to exist does not, or not for me. The next event will tell anew.
      track.target = 0
      track.ahead.clear()
      store.update((state) => withoutConfirmed(state, id))
    }
  }

  async function step(id: string, track: Track): Promise<void> {
    const mine = find(id)
    if (!mine?.window) return readAnew(id)
    const { lastSeq: after, firstSeq } = mine
    if (after < firstSeq - 1) return reload(id)
    if (track.target - after > limits.eventsMax) return leap(id)
    const page = await rest.call('events', {
      params: { id },
      query: { after, limit: limits.eventsMax },
    })
    store.update((state) => withUsers(state, page.users))
    for (const { seq, event } of page.events) if (seq > after) keep(track, seq, event)
    advance(id)
    // Shorter than where I am: another log. Not at its own end: pruned, or with a hole in what I may see.
    const end = page.events.at(-1)?.seq ?? page.lastSeq
    if (page.lastSeq < after || cursorOf(store.getState(), id) < end) await reload(id)
  }

  async function readAnew(id: string, evenIfNotMine = false): Promise<void> {
    const { users, ...conversation } = await rest.call('conversation', { params: { id } })
    if (evenIfNotMine || find(id) || conversation.membership) insert([conversation], users)
  }

  /**
   * The gap is too long to walk. The messages at hand stay, as they are now, and from their end one
   * reads on: there is where somebody stopped reading.
   */
  async function leap(id: string): Promise<void> {
    const held = find(id)?.window
    const after = cursorOf(store.getState(), id)
    const to = held?.messages.at(-1)?.seq
    if (!held || to === undefined) return reload(id)
    const { messages, hasBefore } = held
    const params = { id }
    const { users, ...conversation } = await rest.call('conversation', { params })
    const from = Math.max(messages[0]?.seq ?? 0, to - limits.eventsMax + 1)
    const changes = await rest.call('changes', { params, query: { after, from, to } })
    if (find(id)?.window !== held) return leap(id)
    const changed = new Map(changes.messages.map((message) => [message.seq, message]))
    const kept = messages.filter(({ seq }) => seq >= from)
    const window = {
      messages: kept.map((message) => changed.get(message.seq) ?? message),
      hasBefore: hasBefore || kept.length < messages.length,
      hasAfter: to < (conversation.lastMessage?.seq ?? 0),
    }
    replace(conversation, window, [...users, ...changes.users])
  }

  /** Conversation and messages from scratch, in place of ours. */
  async function reload(id: string): Promise<void> {
    const { users, ...conversation } = await rest.call('conversation', { params: { id } })
    const held = find(id)?.window
    const middle = held?.messages.at(Math.floor(held.messages.length / 2))
    const query = held?.hasAfter && middle ? { around: middle.seq } : {}
    const page = held && (await rest.call('messages', { params: { id }, query }))
    const { lastSeq } = conversation
    const window = page && {
      messages: page.messages.filter(({ seq }) => seq <= lastSeq),
      hasBefore: page.hasBefore,
      hasAfter: page.hasAfter,
    }
    const end = page?.messages.at(-1)?.seq ?? 0
    replace(conversation, window, [...users, ...(page?.users ?? [])])
    expect(id, end)
  }

  /** From here on the log leads on from another place. */
  function replace(
    conversation: Conversation,
    window: MessageWindow | undefined,
    users: readonly User[],
  ) {
    if (!isOfNow(conversation)) return
    const { id, lastSeq } = conversation
    const track = trackOf(id)
    track.reloads += 1
    track.mark = null
    track.target = Math.max(track.target, lastSeq)
    store.update((state) => {
      const next = replaceConversation(state.conversations[id], conversation, window)
      return putConversation(withUsers(state, users), next)
    })
    advance(id)
  }

  function refresh(id: string, { evenIfNotMine } = { evenIfNotMine: false }): Promise<void> {
    return readAnew(id, evenIfNotMine)
  }

  function insert(conversations: readonly Conversation[], users: readonly User[]) {
    const before = store.getState().conversations
    const news = conversations.filter(isOfNow)
    store.update((state) => insertConversations(withUsers(state, users), news))
    for (const theirs of news) settle(before[theirs.id], theirs)
  }

  /** An answer may have been on its way while I left. */
  function isOfNow({ id, lastSeq }: Conversation): boolean {
    return lastSeq >= (left.get(id) ?? 0)
  }

  function noteLeft(id: string, seq: number) {
    left.set(id, Math.max(left.get(id) ?? 0, seq))
  }

  /** What follows from having taken in a conversation as the server described it. */
  function settle(before: ConversationState | undefined, theirs: Conversation) {
    const { id } = theirs
    // Its cursor jumped over events: whoever gathers lines has missed some.
    if (before && cursorOf(store.getState(), id) > before.lastSeq) trackOf(id).reloads += 1
    const theirMark = markOf(theirs)
    if (theirMark) mark(id, theirMark)
    advance(id)
    expect(id, theirs.lastSeq)
    world.described(id)
  }

  function receiveMine(event: UserEvent) {
    const before = store.getState().conversations
    store.update((state) => applyUserEvent(state, event))
    if (event.type === 'conversation.joined')
      settle(before[event.conversation.id], event.conversation)
    if (event.type === 'conversation.left') {
      noteLeft(event.conversationId, event.seq)
      if (!find(event.conversationId)) forget(event.conversationId)
    }
    if (event.type === 'read.changed') mark(event.conversationId, event)
  }

  function mark(id: string, news: ReadMark) {
    const track = trackOf(id)
    if (!track.mark || track.mark.readSeq <= news.readSeq) track.mark = news
    advance(id)
  }

  function remove(id: string, seq = cursorOf(store.getState(), id)) {
    noteLeft(id, seq)
    forget(id)
    store.update((state) => withoutConversation(state, id))
  }

  function forget(id: string) {
    tracks.get(id)?.stopWaiting?.()
    tracks.delete(id)
  }

  function background(work: Promise<void>) {
    work.catch(() => {
      // A repair tries again by itself; what a refresh would have told comes with the next one.
    })
  }

  function reset() {
    for (const id of tracks.keys()) forget(id)
    left.clear()
    store.update((state) => ({
      ...state,
      outbox: state.outbox.filter(
        (entry) => entry.type !== 'read' && !(isSend(entry) && isConfirmed(entry)),
      ),
      conversations: {},
      conversationsLoaded: false,
      cursor: null,
    }))
  }

  return {
    receive,
    receiveMine,
    leftSeqs: () => new Map(left),
    take,
    expect,
    async catchUp(id, seq) {
      const track = trackOf(id)
      track.target = Math.max(track.target, seq)
      if (isBehind(id, track)) await repair(id)
    },
    hurry() {
      for (const [id, { stopWaiting }] of tracks) if (stopWaiting) background(repair(id))
    },
    insert,
    mark,
    refresh,
    remove,
    reset,
    collect(id) {
      const track = trackOf(id)
      const { reloads } = track
      const collector = { lines: [] }
      track.collectors.add(collector)
      return {
        ...collector,
        reloaded: () => trackOf(id).reloads !== reloads,
        stop: () => track.collectors.delete(collector),
      }
    },
  }
}

function cursorOf(state: State, id: string): number {
  return state.conversations[id]?.lastSeq ?? 0
}
