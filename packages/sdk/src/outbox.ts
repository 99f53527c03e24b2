/**
 * Sends not yet acknowledged. Each is stored before it is sent, goes out in order within its
 * conversation, one at a time, and is repeated under the same id until its outcome is known. What is
 * stored always equals what the state holds.
 */
import type { Message } from '@roost/protocol'

import { backOffAfter } from './back-off.ts'
import { ApiError, isSignedOut, isTemporary } from './errors.ts'
import type { Lifetime } from './lifetime.ts'
import type { ClientStorage } from './options.ts'
import type { Rest } from './rest.ts'
import type { PendingMessage, State } from './state.ts'

interface Draft {
  readonly body: string
  readonly replyTo?: string
  readonly mentions?: string[]
}

export interface Outbox {
  /** Reads what an earlier run left, and sends it. */
  load(): Promise<void>
  add(conversationId: string, draft: Draft): string
  retry(clientId: string): void
  discard(clientId: string): void
  /** The network is back: try now what waits. */
  flush(): void
}

/** Older than this an entry is not sent by itself: nobody would expect it any more. */
const sendsItselfFor = 30 * 24 * 60 * 60_000

/** The sends of one conversation. `current` is under way. */
interface Lane {
  current: PendingMessage | null
  failures: number
  stopWaiting: (() => void) | null
  /** The server has named the time to wait: nothing cuts it short. */
  told: boolean
}

export function createOutbox(world: {
  life: Lifetime
  rest: Rest
  random: () => number
  storage: ClientStorage
  meId: string
  mint: () => string
  /** The server stored it: the log shows it next. */
  stored: (message: Message) => void
}): Outbox {
  const { life, rest, storage } = world
  const { store, clock } = life
  const prefix = outboxPrefix(world.meId)
  const lanes = new Map<string, Lane>()
  /** What storage holds, or is being told, by id. */
  const kept = new Map<string, { entry: PendingMessage; done: Promise<void> }>()

  function laneOf(conversationId: string): Lane {
    const lane = lanes.get(conversationId) ?? newLane()
    lanes.set(conversationId, lane)
    return lane
  }

  /** Brings storage in line with the state, whoever changed it, and goes on where a send was seen. */
  function follow() {
    const { outbox } = store.getState()
    const unsettled = new Map(
      outbox.filter(({ seq }) => seq === undefined).map((entry) => [entry.clientId, entry]),
    )
    for (const [id, { done }] of kept)
      if (!unsettled.has(id)) {
        kept.delete(id)
        void done.then(() => storage.write([[prefix + id, null]])).catch(ignore)
      }
    for (const [id, entry] of unsettled) {
      const held = kept.get(id)
      if (held?.entry !== entry) kept.set(id, { entry, done: keep(entry, held?.done) })
    }
    for (const [conversationId, lane] of lanes) {
      if (!lane.current || unsettled.has(lane.current.clientId)) continue
      lane.current = null
      lane.failures = 0
      advance(conversationId)
    }
  }

  async function keep(entry: PendingMessage, earlier: Promise<void> | undefined) {
    await earlier
    // Where nothing can be stored, sending is still better than not sending.
    await storage.write([[prefix + entry.clientId, entry]]).catch(ignore)
  }

  function update(clientId: string, change: (entry: PendingMessage) => PendingMessage | null) {
    store.update((state) => {
      if (!state.outbox.some((entry) => entry.clientId === clientId)) return state
      const outbox = state.outbox.flatMap((entry) =>
        entry.clientId === clientId ? (change(entry) ?? []) : entry,
      )
      return { ...state, outbox }
    })
  }

  function advance(conversationId: string) {
    const lane = laneOf(conversationId)
    if (lane.current || lane.stopWaiting || life.isOver()) return
    const next = store
      .getState()
      .outbox.find((entry) => entry.conversationId === conversationId && isWaiting(entry))
    if (!next) return
    lane.current = next
    void attempt(lane, next)
  }

  async function attempt(lane: Lane, entry: PendingMessage) {
    const { conversationId, clientId, body, replyTo, mentions } = entry
    await kept.get(clientId)?.done
    if (lane.current !== entry || life.isOver()) return
    try {
      const message = await rest.call('sendMessage', {
        params: { id: conversationId },
        body: {
          clientId,
          body,
          ...(replyTo !== undefined && { replyTo }),
          ...(mentions && { mentions: [...mentions] }),
        },
      })
      acknowledge(message)
    } catch (error) {
      if (lane.current !== entry) return
      fail(lane, entry, error)
    }
  }

  /** It stays in view until the log has got to it. */
  function acknowledge(message: Message) {
    update(message.id, (entry) => ({ ...entry, seq: message.seq, failed: undefined }))
    world.stored(message)
  }

  function fail(lane: Lane, entry: PendingMessage, error: unknown) {
    const { conversationId, clientId } = entry
    lane.current = null
    if (isSignedOut(error)) return
    if (!isTemporary(error)) {
      lane.failures = 0
      update(clientId, (failed) => ({ ...failed, failed: describe(error) }))
      return advance(conversationId)
    }
    lane.failures += 1
    lane.told = error instanceof ApiError && error.retryAfter !== undefined
    lane.stopWaiting = clock.after(backOffAfter(error, lane.failures, world.random()), () => {
      lane.stopWaiting = null
      advance(conversationId)
    })
  }

  async function load() {
    const held = await storage.read(prefix).catch(() => [])
    const now = clock.now()
    const entries = held
      .flatMap(([, value]) => parseEntry(value) ?? [])
      .filter((entry) => entry.senderId === world.meId && !kept.has(entry.clientId))
      .toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
    for (const entry of entries) kept.set(entry.clientId, { entry, done: Promise.resolve() })
    const aged = entries.map((entry) =>
      now - entry.createdAt > sendsItselfFor ? { ...entry, failed: expired } : entry,
    )
    store.update((state) => ({ ...state, outbox: [...aged, ...state.outbox] }))
    flush()
  }

  function flush() {
    for (const { conversationId } of store.getState().outbox) {
      const lane = laneOf(conversationId)
      if (lane.stopWaiting && lane.told) continue
      lane.stopWaiting?.()
      lane.stopWaiting = null
      advance(conversationId)
    }
  }

  let seen: State['outbox'] = store.getState().outbox
  store.subscribe(() => {
    const { outbox } = store.getState()
    if (outbox === seen || life.isOver()) return
    seen = outbox
    follow()
  })

  return {
    load,
    add(conversationId, draft) {
      const entry: PendingMessage = {
        clientId: world.mint(),
        conversationId,
        senderId: world.meId,
        body: draft.body,
        ...(draft.replyTo !== undefined && { replyTo: draft.replyTo }),
        ...(draft.mentions && draft.mentions.length > 0 && { mentions: draft.mentions }),
        createdAt: clock.now(),
      }
      store.update((state) => ({ ...state, outbox: [...state.outbox, entry] }))
      advance(conversationId)
      return entry.clientId
    },
    retry(clientId) {
      update(clientId, ({ failed: _failed, ...entry }) => ({ ...entry, createdAt: clock.now() }))
      flush()
    },
    discard: (clientId) => update(clientId, () => null),
    flush,
  }
}

function newLane(): Lane {
  return { current: null, failures: 0, stopWaiting: null, told: false }
}

/** Where a person's entries are kept, one a key: two windows of one browser never overwrite each other's. */
export const outboxPrefix = (meId: string) => `outbox/${meId}/`

/** Whether it is to be sent: not refused, and not stored by the server already. */
export function isWaiting({ failed, seq }: PendingMessage): boolean {
  return !failed && seq === undefined
}

const expired = {
  code: 'expired',
  message: 'This was written more than 30 days ago and has not been sent.',
}

function describe(error: unknown) {
  if (error instanceof ApiError) return { code: error.code, message: error.message }
  return { code: 'internal', message: String(error) }
}

function ignore() {}

function parseEntry(value: unknown): PendingMessage | null {
  if (typeof value !== 'object' || value === null) return null
  const fields: Partial<Record<keyof PendingMessage, unknown>> = value
  const { clientId, conversationId, senderId, body, replyTo, mentions, createdAt, failed } = fields
  if (typeof clientId !== 'string' || typeof conversationId !== 'string') return null
  if (typeof senderId !== 'string' || typeof body !== 'string') return null
  if (typeof createdAt !== 'number') return null
  return {
    clientId,
    conversationId,
    senderId,
    body,
    ...(typeof replyTo === 'string' && { replyTo }),
    ...(isTexts(mentions) && { mentions }),
    createdAt,
    ...parseFailed(failed),
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}

function parseFailed(value: unknown): Pick<PendingMessage, 'failed'> {
  if (typeof value !== 'object' || value === null) return {}
  const { code, message }: { code?: unknown; message?: unknown } = value
  if (typeof code !== 'string' || typeof message !== 'string') return {}
  return { failed: { code, message } }
}
