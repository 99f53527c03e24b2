/**
 * Keeps a signed-in client level with the server: reads the chat list, greets every new connection
 * with what is known, and repairs what the answer shows to be behind.
 */
import {
  limits,
  userEvent as knownUserEvent,
  type ClientFrame,
  type HeadsFrame,
  type LogCursor,
  type UserEvent,
} from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { backOffAfter } from './back-off.ts'
import { isTemporary } from './errors.ts'
import type { History } from './history.ts'
import type { Lifetime } from './lifetime.ts'
import type { Log } from './log.ts'
import type { Answer, Rest } from './rest.ts'
import { withUsers } from './store.ts'

export interface Sync {
  /** Resolves when the whole chat list has been read once; reading goes on until it succeeds. */
  loaded(): Promise<void>
  /** There is a new connection, or none to be had: time to read the list. */
  connected(): void
  unreachable(): void
  /** The network may be back: what waits is tried now. */
  hurry(): void
  receiveMine(seq: number, event: unknown): void
  receiveHeads(heads: HeadsFrame): void
  /** Asks the server where the logs stand. */
  hello(): void
  /** Asks again if there was no answer yet: the question may have been dropped. */
  helloAgain(): void
}

/** More conversations than this are brought up to date by the list, not one by one. */
const fewConversations = 10
const repairsAtOnce = 3
/** A hello that gets no answer in this time was dropped: a server may do that to one in a hurry. */
const answerWithin = 10_000
/** The list is read once the socket is open, so that nothing falls between the two. */
const socketFirst = 500
/** After a reconnection: the conversation on the screen, and the list, are read anew in this time. */
const openedWithin = 2_000
const listWithin = 10_000

export function createSync(world: {
  life: Lifetime
  rest: Rest
  log: Log
  history: History
  random: () => number
  send: (frame: ClientFrame) => boolean
}): Sync {
  const { life, rest, log, history, send } = world
  const { store, clock } = life
  const { cursor } = store.getState()
  /** From which state of the server this client's is; null until the chat list has told. */
  let epoch: string | null = cursor?.epoch ?? null
  let userSeq: number | null = cursor?.userSeq ?? null
  /** Whether all of the list is from `userSeq`, not only its first pages. */
  let settled = cursor !== null
  /** My own events beyond `userSeq`; null for one of an unknown type. */
  const ahead = new Map<number, UserEvent | null>()
  const firstRead = Promise.withResolvers<void>()
  let firstReading: Promise<void> | null = null
  if (cursor) {
    // The list was kept from an earlier run: the logs lead on from there.
    firstReading = Promise.resolve()
    firstRead.resolve()
  }
  let reading: Promise<void> | null = null
  let hurried = new Set<() => void>()
  let asking = false
  let stopAsking = () => {}
  let stopRefreshing = () => {}
  /** Conversations held when the last hello went out without naming them. */
  let unnamed: readonly string[] = []
  /** `userSeq` in the last hello: an answer from before it is of a log that was put back. */
  let helloedSeq = 0
  /** The events by which I had left when I asked. */
  let helloedLeft: ReadonlyMap<string, number> = new Map()

  /** Reads the chat list, in full or its first page. It says where my own log stands. */
  async function readList(inFull: boolean) {
    let cursor: string | undefined
    let missed = false
    settled = false
    do {
      const page: Answer<'conversations'> = await rest.call('conversations', {
        query: { limit: limits.pageMax, ...(cursor !== undefined && { cursor }) },
      })
      if (life.isOver()) return
      if (epoch !== null && page.epoch !== epoch) return restart()
      epoch = page.epoch
      log.insert(page.conversations, page.users)
      if (cursor === undefined) {
        // Events of my own have passed me by: any conversation may have changed, and my profile.
        missed = userSeq !== null && page.userSeq > userSeq
        if (missed) background(insist(readMe))
        userSeq = Math.max(userSeq ?? 0, page.userSeq)
        advanceMine()
      }
      cursor = page.nextCursor
    } while (cursor !== undefined && (inFull || missed))
    if (inFull) store.update((state) => ({ ...state, conversationsLoaded: true }))
    settled = true
    keepCursor()
  }

  function keepCursor() {
    if (!settled || epoch === null || userSeq === null) return
    const next = { epoch, userSeq }
    store.update((state) =>
      state.cursor?.epoch === epoch && state.cursor.userSeq === userSeq
        ? state
        : { ...state, cursor: next },
    )
  }

  /** A back-up was restored: no cursor of mine means anything there. */
  async function restart() {
    if (seeded?.('epoch-ignored')) return
    const opened = history.opened()
    epoch = null
    userSeq = null
    settled = false
    ahead.clear()
    log.reset()
    await insist(() => readList(true))
    if (opened !== null) await history.jumpTo(opened, 'last')
  }

  function readFirst(): Promise<void> {
    firstReading ??= insist(() => readList(true)).then(firstRead.resolve)
    return firstReading
  }

  /** One after the other, so that an older answer never follows a newer one. */
  function refreshList(inFull: boolean): Promise<void> {
    const next = (reading ?? Promise.resolve()).then(() => insist(() => readList(inFull)))
    reading = next
    return next
  }

  /** Does it until it is done, or refused. */
  async function insist<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (let failures = 1; !life.isOver(); failures += 1) {
      try {
        return await work()
      } catch (error) {
        if (!isTemporary(error)) return undefined
        await pause(backOffAfter(error, failures, world.random()))
      }
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      hurried.add(resolve)
      clock.after(ms, resolve)
    })
  }

  function hurry() {
    const waiting = hurried
    hurried = new Set()
    for (const go of waiting) go()
    log.hurry()
  }

  async function readMe() {
    const me = await rest.call('me', {})
    store.update((state) => ({ ...state, me }))
  }

  function receiveMine(seq: number, raw: unknown) {
    const known = knownUserEvent.safeParse(raw)
    ahead.set(seq, known.success ? known.data : null)
    if (userSeq === null) return
    advanceMine()
    if (ahead.size > 0) hello()
  }

  function advanceMine() {
    if (userSeq === null) return
    for (let event = ahead.get(userSeq + 1); event !== undefined; event = ahead.get(userSeq + 1)) {
      userSeq += 1
      applyMine(event)
    }
    for (const seq of ahead.keys()) if (seq <= userSeq) ahead.delete(seq)
    keepCursor()
  }

  function applyMine(event: UserEvent | null) {
    if (event && !seeded?.('own-event-skipped')) log.receiveMine(event)
    if (event?.type === 'me.changed') background(insist(readMe))
  }

  /** How far I am in everything that I am in, what is on the screen first. */
  function cursors(): LogCursor[] {
    const opened = history.opened()
    return Object.values(store.getState().conversations)
      .filter(({ membership }) => membership)
      .toSorted((a, b) => Number(b.id === opened) - Number(a.id === opened))
      .map(({ id, lastSeq, lastEventId }) => ({
        conversationId: id,
        seq: lastSeq,
        ...(lastEventId !== '' && { eventId: lastEventId }),
      }))
  }

  function hello() {
    if (epoch === null || userSeq === null) return
    const heads = cursors()
    const frame = { type: 'hello', protocol: 1, epoch, userSeq } as const
    const fits = JSON.stringify({ ...frame, heads }).length <= limits.frameBytes
    unnamed = fits ? [] : heads.map(({ conversationId }) => conversationId)
    stopAsking()
    asking = send(fits ? { ...frame, heads } : frame)
    if (!asking) return
    helloedSeq = userSeq
    helloedLeft = log.leftSeqs()
    stopAsking = clock.after(answerWithin, hello)
  }

  async function level(frame: HeadsFrame) {
    asking = false
    stopAsking()
    await readFirst()
    if (frame.epoch !== epoch || frame.foreign.length > 0 || isEarlier(frame)) return restart()
    const told = new Set(frame.heads.map(({ conversationId }) => conversationId))
    for (const id of frame.gone) log.remove(id)
    for (const id of unnamed) if (!told.has(id)) log.remove(id)
    unnamed = []
    const behind = frame.heads.filter(isBehind)
    if (behind.length > 0 || frame.userSeq > (userSeq ?? 0)) await fetchMissed(behind)
  }

  /** Whether the server has not got to where it already was when it was greeted. */
  function isEarlier({ userSeq: told, heads }: HeadsFrame): boolean {
    return (
      told < helloedSeq ||
      heads.some(({ conversationId, lastSeq }) => lastSeq < (helloedLeft.get(conversationId) ?? 0))
    )
  }

  /** Everything that was missed, in one answer as far as it goes; the rest one after the other. */
  async function fetchMissed(behind: HeadsFrame['heads']) {
    const known = { epoch: epoch ?? '', userSeq: userSeq ?? 0 }
    const late = new Set(behind.map(({ conversationId }) => conversationId))
    const isLate = ({ conversationId }: LogCursor) => Number(late.has(conversationId))
    const heads = cursors().toSorted((a, b) => isLate(b) - isLate(a))
    const body = { ...known, heads: heads.slice(0, limits.syncHeadsMax) }
    const answer = await insist(() => rest.call('sync', { body }))
    if (epoch !== known.epoch) return
    if (answer && isForeign(answer, known)) return restart()
    if (answer) await takeMissed(answer)
    await catchUp(behind)
  }

  /** Whether the answer is of another past than mine: a back-up was put in place of the server's data. */
  function isForeign(answer: Answer<'sync'>, known: { userSeq: number }): boolean {
    return answer.epoch !== epoch || answer.foreign.length > 0 || answer.userSeq < known.userSeq
  }

  async function takeMissed({ users, gone, conversations, userEvents, ...there }: Answer<'sync'>) {
    store.update((state) => withUsers(state, users))
    for (const id of gone) log.remove(id)
    for (const { conversationId, events } of conversations)
      if (events) log.take(conversationId, events)
    if (userEvents === null) await refreshList(true)
    else takeMine(userEvents, there.userSeq)
  }

  /** What is left of my own log up to `upTo`: the rest of it says nothing any more. */
  function takeMine(events: readonly { seq: number; event: unknown }[], upTo: number) {
    for (const { seq, event } of events) {
      const known = knownUserEvent.safeParse(event)
      if (userSeq !== null && seq > userSeq && known.success) applyMine(known.data)
    }
    userSeq = Math.max(userSeq ?? 0, upTo)
    advanceMine()
  }

  async function catchUp(heads: HeadsFrame['heads']) {
    const opened = history.opened()
    const open = heads.find(({ conversationId }) => conversationId === opened)
    if (open) await log.catchUp(open.conversationId, open.lastSeq).catch(ignore)
    await reading
    const others = () => heads.filter((head) => head !== open && isBehind(head))
    if (others().length > fewConversations) await refreshList(true)
    const behind = others()
    const work = async () => {
      for (let head = behind.shift(); head; head = behind.shift())
        await log.catchUp(head.conversationId, head.lastSeq).catch(ignore)
    }
    await Promise.all(Array.from({ length: repairsAtOnce }, work))
  }

  /** What no log tells, such as who has read: soon, but not from all clients of a server at once. */
  function refreshSoon() {
    clock.after(world.random() * openedWithin, () => void history.consultOpened().catch(ignore))
    stopRefreshing()
    stopRefreshing = clock.after(world.random() * listWithin, () => background(refreshList(false)))
  }

  function isBehind({ conversationId, lastSeq }: HeadsFrame['heads'][number]): boolean {
    return (store.getState().conversations[conversationId]?.lastSeq ?? 0) < lastSeq
  }

  function background(work: Promise<void>) {
    work.catch(ignore)
  }

  clock.after(socketFirst, () => void readFirst())
  life.atEnd(firstRead.resolve)

  return {
    loaded: () => firstRead.promise,
    connected() {
      hurry()
      const early = firstReading !== null
      background(
        readFirst().then(() => {
          hello()
          history.distrust()
          if (early) refreshSoon()
        }),
      )
    },
    unreachable: () => void readFirst(),
    hurry,
    receiveMine,
    receiveHeads: (frame) => background(level(frame)),
    hello,
    helloAgain() {
      if (asking) hello()
    },
  }
}

/** A repair tries again by itself; a session that ended needs none. */
function ignore() {}
