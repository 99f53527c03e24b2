/**
 * Everything that was done here and has not arrived: stored before it is sent, sent in order within its
 * conversation, one at a time, and repeated under the same id until its outcome is known. The client
 * that leads sends; the others store, and see to it that somebody leads.
 */
import { errorCodes, limits } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { backOffAfter } from './back-off.ts'
import { collapse, replaces } from './collapse.ts'
import { deliver, weighRefusal } from './deliver.ts'
import { ApiError, ConnectionError, isSignedOut, isTemporary } from './errors.ts'
import { watchLeader } from './leader-watch.ts'
import { createLedger } from './ledger.ts'
import type { Lifetime } from './lifetime.ts'
import type { Log } from './log.ts'
import type { Mint } from './mint.ts'
import type { ClientStorage } from './options.ts'
import { isChange, isConfirmed, isHeldUp, isMutable, isSend, isWaiting } from './pending-write.ts'
import type { Rest } from './rest.ts'
import type { PendingMembership, PendingReaction, PendingWrite, Refusal, State } from './state.ts'
import type { Group } from './tabs.ts'

type Unmade<E> = E extends unknown ? Omit<E, 'clientId' | 'createdAt'> : never
/** What somebody does, before it has an id. */
export type NewWrite = Unmade<PendingWrite>

export interface Outbox {
  /** Reads what an earlier run left. It is sent once this client leads. */
  load(): Promise<void>
  /** `outcome` settles when the server has confirmed or refused it; nobody has to wait for it. */
  add(write: NewWrite): { clientId: string; outcome: Promise<void> }
  retry(clientId: string): void
  discard(clientId: string): void
  /** The network is back: try now what waits. */
  flush(): void
  /** This client may have slept: others may have done anything meanwhile. */
  wake(): void
}

/** Older than this an entry is not sent by itself: nobody would expect it any more. */
const sendsItselfFor = 30 * 24 * 60 * 60_000
/** A change that the server knows of already makes no event: it leaves after this time. */
const eventWithin = 10_000

/** What goes out one after the other. `current` is under way. */
interface Lane {
  current: string | null
  failures: number
  stopWaiting: (() => void) | null
  /** It waits for a time that nothing cuts short: the server has named it, or a pace. */
  isFirm: boolean
}

interface Waiter {
  resolve(): void
  reject(error: Error): void
}

export function createOutbox(world: {
  life: Lifetime
  rest: Rest
  log: Log
  random: () => number
  storage: ClientStorage
  group: Group
  meId: string
  mint: Mint
  /** Whether the device says that it has no network. */
  isCut: () => boolean
}): Outbox {
  const { life, log, group, mint } = world
  const { store, clock } = life
  const ledger = createLedger(world)
  const lanes = new Map<string, Lane>()
  const waiters = new Map<string, Waiter[]>()
  /** Whether it is known what an earlier run left: that goes first. */
  let isReady = false
  /** Requests that have gone out: they know the outcome themselves. */
  const underWay = new Set<string>()
  const find = (clientId: string) =>
    store.getState().outbox.find((entry) => entry.clientId === clientId)

  function change(next: (outbox: State['outbox']) => State['outbox']) {
    store.update((state) => {
      const outbox = next(state.outbox)
      return outbox === state.outbox ? state : { ...state, outbox }
    })
  }

  function update(clientId: string, next: (entry: PendingWrite) => PendingWrite | null) {
    if (!find(clientId)) return
    change((outbox) =>
      outbox.flatMap((entry) => (entry.clientId === clientId ? (next(entry) ?? []) : entry)),
    )
  }

  /** Leaves out what need not be sent any more. Only who sends knows what has not gone out. */
  function tidy() {
    if (group.leads()) change((outbox) => collapse(outbox, holds))
  }

  /** Whether what an entry wants is so already. Where nothing is known it is better to ask. */
  function holds(entry: PendingReaction | PendingMembership): boolean {
    const { conversations, outbox } = store.getState()
    const conversation = conversations[entry.conversationId]
    if (entry.type !== 'reaction')
      return (
        conversation !== undefined && (entry.type === 'join') === Boolean(conversation.membership)
      )
    const { messageId, emoji, on } = entry
    const messages = [...(conversation?.window?.messages ?? []), conversation?.lastMessage]
    const message = messages.find((one) => one?.id === messageId)
    if (!message) return !on && outbox.some(({ clientId }) => clientId === messageId)
    return on === message.reactions.some((one) => one.emoji === emoji && one.mine)
  }

  function laneOf(key: string): Lane {
    const lane = lanes.get(key) ?? newLane()
    lanes.set(key, lane)
    return lane
  }

  /** What follows from a change of the outbox, whoever made it. */
  function follow(before: State['outbox'], now: State['outbox']) {
    settleWaiters(before, now)
    const known = new Map(before.map((entry) => [entry.clientId, entry]))
    for (const entry of now) {
      if (isChange(entry) && entry.done && !isDone(known.get(entry.clientId)))
        clock.after(eventWithin, () => update(entry.clientId, () => null))
      if (isSend(entry) && entry.seq !== undefined) log.expect(entry.conversationId, entry.seq)
    }
    const waiting = new Set(now.filter(isWaiting).map(({ clientId }) => clientId))
    for (const lane of lanes.values()) {
      if (lane.current === null || waiting.has(lane.current)) continue
      lane.current = null
      lane.failures = 0
    }
    advanceAll()
  }

  /** What goes out where nothing can arrive would only count as tried: no more to be taken back. */
  function maySend(): boolean {
    const isOnline = store.getState().connection.status === 'online'
    return isReady && group.leads() && (isOnline || !world.isCut())
  }

  function advanceAll() {
    if (!maySend()) return
    for (const key of new Set(store.getState().outbox.filter(isWaiting).map(laneKey))) advance(key)
  }

  function advance(key: string) {
    const lane = laneOf(key)
    if (lane.current !== null || lane.stopWaiting || !maySend()) return
    const { outbox } = store.getState()
    const next = outbox.find(
      (entry) => isWaiting(entry) && laneKey(entry) === key && !isHeldUp(entry, outbox),
    )
    if (!next) return
    const { clientId } = next
    if (clock.now() - next.createdAt > sendsItselfFor) return refuse(next, expired)
    lane.current = clientId
    if (!next.tried && next.type !== 'read')
      update(clientId, (entry) => ({ ...entry, tried: true }))
    void attempt(lane, clientId)
  }

  async function attempt(lane: Lane, clientId: string) {
    await ledger.saved()
    const entry = find(clientId)
    if (lane.current !== clientId || life.isOver()) return
    if (!entry || !group.leads()) {
      lane.current = null
      return
    }
    underWay.add(clientId)
    // From here on: a further mark may take its place while it is under way.
    if (entry.type === 'read') pause(lane, entry, limits.readMarkEvery)
    try {
      const seq = await deliver(world, entry)
      underWay.delete(clientId)
      confirm(lane, entry, seq)
    } catch (error) {
      underWay.delete(clientId)
      stumble(lane, entry, error)
    }
  }

  function confirm(lane: Lane, entry: PendingWrite, seq: number | undefined) {
    const { clientId } = entry
    for (const waiter of takeWaiters(clientId)) waiter.resolve()
    if (lane.current === clientId) lane.failures = 0
    // It stays in view until the log has got to it.
    const cursor = store.getState().conversations[entry.conversationId]?.lastSeq ?? Infinity
    update(clientId, ({ failed: _failed, ...held }) => {
      if (held.type === 'send') return seq === undefined || seq <= cursor ? null : { ...held, seq }
      return isChange(held) ? { ...held, done: true } : null
    })
  }

  function pause(lane: Lane, entry: PendingWrite, ms: number) {
    lane.stopWaiting?.()
    lane.isFirm = true
    lane.stopWaiting = clock.after(ms, () => {
      lane.stopWaiting = null
      advance(laneKey(entry))
    })
  }

  function stumble(lane: Lane, entry: PendingWrite, error: unknown) {
    const { clientId } = entry
    const isCurrent = lane.current === clientId
    if (isCurrent) lane.current = null
    if (isSignedOut(error) || life.isOver()) return
    const held = find(clientId)
    if (!held || !isWaiting(held)) {
      // The log has shown it, or it was taken out: the next one goes.
      for (const waiter of takeWaiters(clientId)) waiter.resolve()
      return advance(laneKey(entry))
    }
    if (!isTemporary(error)) return giveUp(held, error)
    if (!isCurrent) return
    if (seeded?.('dropped-on-time-out')) return update(clientId, () => null)
    if (seeded?.('new-id-on-retry')) update(clientId, (one) => ({ ...one, clientId: mint() }))
    if (seeded?.('retry-overtaken'))
      change((outbox) => [...outbox.filter((one) => one.clientId !== clientId), held])
    lane.failures += 1
    const wait = backOffAfter(error, lane.failures, world.random())
    pause(lane, entry, entry.type === 'read' ? Math.max(wait, limits.readMarkEvery) : wait)
    lane.isFirm = error instanceof ApiError && error.retryAfter !== undefined
  }

  function giveUp(entry: PendingWrite, error: unknown) {
    const { clientId, conversationId } = entry
    const { conversations } = store.getState()
    const verdict = weighRefusal(entry, error, conversations[conversationId])
    if (verdict === 'failed') return refuse(entry, describe(error), error)
    for (const waiter of takeWaiters(clientId))
      if (verdict === 'done') waiter.resolve()
      else waiter.reject(asError(error))
    if (entry.type === 'leave') log.remove(conversationId)
    update(clientId, () => null)
  }

  function refuse({ clientId }: PendingWrite, failed: Refusal, error: unknown = toError(failed)) {
    for (const waiter of takeWaiters(clientId)) waiter.reject(asError(error))
    update(clientId, (entry) => ({ ...entry, failed }))
  }

  function takeWaiters(clientId: string): Waiter[] {
    const found = waiters.get(clientId) ?? []
    waiters.delete(clientId)
    return found
  }

  /** Settles what is waited for and has come about in other ways than by a request of this client. */
  function settleWaiters(before: State['outbox'], now: State['outbox']) {
    if (waiters.size === 0) return
    for (const entry of before) {
      const { clientId } = entry
      if (!waiters.has(clientId) || underWay.has(clientId)) continue
      const held = now.find((other) => other.clientId === clientId)
      if (held && isWaiting(held)) continue
      const waiting = takeWaiters(clientId)
      const heir = held ? undefined : heirOf(entry, now)
      if (heir) waiters.set(heir.clientId, [...(waiters.get(heir.clientId) ?? []), ...waiting])
      else if (held?.failed) for (const waiter of waiting) waiter.reject(toError(held.failed))
      else for (const waiter of waiting) waiter.resolve()
    }
  }

  function add(write: NewWrite) {
    const clientId = mint()
    const entry: PendingWrite = { ...write, clientId, createdAt: clock.now() }
    const outcome = new Promise<void>((resolve, reject) => {
      waiters.set(clientId, [{ resolve, reject }])
    })
    void mayBeIgnored(outcome)
    change((outbox) => {
      const all = [...outbox, entry]
      return group.leads() ? collapse(all, holds) : all
    })
    // It was not needed at all, or another entry takes it along.
    if (!find(clientId)) settleWaiters([entry], store.getState().outbox)
    return { clientId, outcome }
  }

  function flush() {
    for (const lane of lanes.values()) {
      if (lane.isFirm) continue
      lane.stopWaiting?.()
      lane.stopWaiting = null
    }
    advanceAll()
  }

  /** Sends from now on. Of what one began that was robbed of the lead, anything may have gone out. */
  async function lead(stolen: boolean) {
    isReady = false
    await ledger.load()
    isReady = true
    if (stolen)
      change((outbox) =>
        outbox.map((entry) =>
          entry.tried || !isWaiting(entry) || entry.type === 'read'
            ? entry
            : { ...entry, tried: true },
        ),
      )
    tidy()
    flush()
  }

  let seen = store.getState().outbox
  store.subscribe(() => {
    const { outbox } = store.getState()
    if (outbox === seen || life.isOver()) return
    const before = seen
    seen = outbox
    follow(before, outbox)
  })
  group.onLead((stolen) => void lead(stolen))
  group.onMessage(tidy)
  watchLeader({ life, group, flush })

  return {
    load: () => ledger.load(),
    add,
    retry(clientId) {
      update(clientId, ({ failed: _failed, ...entry }) => ({ ...entry, createdAt: clock.now() }))
      flush()
    },
    discard(clientId) {
      const error = new ConnectionError('It was discarded before it was confirmed.')
      for (const waiter of takeWaiters(clientId)) waiter.reject(error)
      change((outbox) =>
        outbox.filter(
          (entry) =>
            entry.clientId !== clientId && !(isChange(entry) && entry.messageId === clientId),
        ),
      )
    },
    flush,
    wake: () => void ledger.load().then(flush),
  }
}

/** Whoever does not wait for an outcome sees in the state what became of it. */
export function mayBeIgnored<T>(outcome: Promise<T>): Promise<T> {
  outcome.catch(() => {})
  return outcome
}

function newLane(): Lane {
  return { current: null, failures: 0, stopWaiting: null, isFirm: false }
}

/** How far I have read waits for nothing, and nothing waits for it. */
function laneKey({ type, conversationId }: PendingWrite): string {
  return type === 'read' ? `read ${conversationId}` : conversationId
}

function isDone(entry: PendingWrite | undefined): boolean {
  return entry !== undefined && isConfirmed(entry)
}

/** The entry that does what one did which was taken out before it went. */
function heirOf(entry: PendingWrite, outbox: State['outbox']): PendingWrite | undefined {
  if (!isMutable(entry)) return undefined
  return outbox.find((other) => {
    if (!isWaiting(other) || other.clientId === entry.clientId) return false
    if (isChange(entry) && other.clientId === entry.messageId) return true
    return isChange(other) && other.clientId > entry.clientId && replaces(other, entry)
  })
}

const expired: Refusal = {
  code: 'expired',
  message: 'This was done more than 30 days ago and has not been sent.',
}

function describe(error: unknown): Refusal {
  if (!(error instanceof ApiError)) return { code: 'internal', message: String(error) }
  const { code, message, reason } = error
  return { code, message, ...(reason !== undefined && { reason }) }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error))
}

function toError({ code, message, reason }: Refusal): ApiError {
  const { status = 400 } = Object.hasOwn(errorCodes, code)
    ? errorCodes[code as keyof typeof errorCodes]
    : {}
  return new ApiError(status, { error: { code, message, ...(reason !== undefined && { reason }) } })
}
