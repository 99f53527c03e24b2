/**
 * Keeps three copies of the outbox the same: the state's, the one in storage, and those of the other
 * clients that share the storage. Whoever changes an entry stores it and tells the others.
 */
import type { Lifetime } from './lifetime.ts'
import type { Mint } from './mint.ts'
import type { ClientStorage } from './options.ts'
import {
  hasArrived,
  inOrder,
  isChange,
  isConfirmed,
  isMutable,
  parseWrite,
} from './pending-write.ts'
import { share } from './share.ts'
import type { PendingWrite, State } from './state.ts'
import type { Group } from './tabs.ts'

export interface Ledger {
  /** Takes in what storage holds: what an earlier run left, or others did while this one slept. */
  load(): Promise<void>
  /** Resolves when everything in the outbox of now is in storage. */
  saved(): Promise<void>
}

/** Where a person's entries are kept, one a key. */
export const outboxPrefix = (meId: string) => `outbox/${meId}/`

type Entries = Map<string, PendingWrite>
const byId = (entries: readonly PendingWrite[]): Entries =>
  new Map(entries.map((entry) => [entry.clientId, entry]))

export function createLedger(world: {
  life: Lifetime
  storage: ClientStorage
  group: Group
  meId: string
  mint: Mint
}): Ledger {
  const { life, storage, group, meId, mint } = world
  const { store } = life
  const prefix = outboxPrefix(meId)
  let latest: Entries = byId(store.getState().outbox)
  /** What storage holds, or is being told. */
  const kept: Entries = new Map()
  /** Of these storage has held a version, as far as this client has seen itself. */
  const seenStored = new Set<string>()
  /** What the others know. */
  const known: Entries = new Map()
  /** Confirmed or discarded: whoever still speaks of these is late. */
  const gone = new Set<string>()
  let saved = Promise.resolve()
  let isDue = false

  function note({ outbox }: State) {
    const now = byId(outbox)
    for (const id of latest.keys()) if (!now.has(id)) gone.add(id)
    latest = now
    expectSave()
  }

  function expectSave() {
    if (isDue) return
    isDue = true
    saved = saved.then(save)
  }

  async function save() {
    isDue = false
    tellOthers()
    const before = new Map(kept)
    const changes: [id: string, entry: PendingWrite | null][] = []
    for (const [id, entry] of latest)
      if (!isConfirmed(entry) && kept.get(id) !== entry) changes.push([id, entry])
    for (const id of kept.keys()) {
      const entry = latest.get(id)
      if (!entry || isConfirmed(entry)) changes.push([id, null])
    }
    if (changes.length === 0) return
    for (const [id, entry] of changes) setOrDelete(kept, id, entry)
    try {
      await storage.write(changes.map(([id, entry]) => [prefix + id, entry]))
      for (const [id, entry] of changes) if (entry) seenStored.add(id)
    } catch {
      // Where nothing can be stored, sending is still better than not sending. The next change tries again.
      for (const [id] of changes) setOrDelete(kept, id, before.get(id))
    }
  }

  function tellOthers() {
    const put = [...latest.values()].filter((entry) => known.get(entry.clientId) !== entry)
    const taken = [...known.keys()].filter((id) => !latest.has(id))
    for (const entry of put) known.set(entry.clientId, entry)
    for (const id of taken) known.delete(id)
    if (put.length > 0 || taken.length > 0) group.tell({ put, gone: taken })
  }

  function hear(message: unknown) {
    if (typeof message !== 'object' || message === null) return
    const { put, gone: taken, held }: { put?: unknown; gone?: unknown; held?: unknown } = message
    if (Array.isArray(held)) hearNews({ put: held.filter(isUnheardOf), taken: [] })
    else if (Array.isArray(put) && Array.isArray(taken)) hearNews({ put, taken: taken.map(String) })
    expectSave()
  }

  /** Whether an entry that another client holds is new here. If not, that one is told what is so. */
  function isUnheardOf(value: unknown): boolean {
    const told = parseWrite(value, meId)
    if (!told) return false
    const { clientId } = told
    const mine = latest.get(clientId)
    // Who leads knows best how an entry is; that it is gone anybody knows for sure.
    if (mine ? group.leads() : gone.has(clientId)) known.set(clientId, share(mine, told))
    return !mine && !gone.has(clientId)
  }

  function hearNews({ put, taken }: { put: readonly unknown[]; taken: readonly string[] }) {
    const news = put.flatMap((value) => takeIn(value) ?? [])
    for (const entry of news) {
      known.set(entry.clientId, entry)
      // The one that leads stores it itself before sending it, and takes out what it does not send.
      kept.set(entry.clientId, group.leads() ? { ...entry } : entry)
    }
    for (const id of taken) {
      gone.add(id)
      known.delete(id)
      if (!group.leads()) kept.delete(id)
    }
    replace((outbox) => {
      const told = byId(news)
      const stay = outbox.filter(({ clientId }) => !told.has(clientId))
      return [
        ...stay.flatMap((entry) =>
          taken.includes(entry.clientId) ? (settle(entry) ?? []) : entry,
        ),
        ...news,
      ]
    })
  }

  /** An entry as another client tells it; null when there is nothing new in that. */
  function takeIn(value: unknown): PendingWrite | null {
    const told = parseWrite(value, meId)
    if (!told || gone.has(told.clientId)) return null
    const held = latest.get(told.clientId)
    return held && isStale(told, held) ? null : share(held, told)
  }

  /** What an entry becomes that is gone elsewhere: one that went out stays in view until the log shows it. */
  function settle(entry: PendingWrite): PendingWrite | null {
    const cursor = cursorOf(entry.conversationId)
    if (isConfirmed(entry)) return entry
    if (isMutable(entry) || cursor === 0) return null
    if (entry.type === 'send') return { ...entry, seq: cursor + 1 }
    return isChange(entry) ? { ...entry, done: true } : null
  }

  const cursorOf = (id: string) => store.getState().conversations[id]?.lastSeq ?? 0

  function replace(change: (outbox: State['outbox']) => readonly PendingWrite[]) {
    store.update((state) => {
      const outbox = inOrder(change(state.outbox)).filter(
        (entry) => !hasArrived(entry, state.conversations[entry.conversationId]),
      )
      const same =
        outbox.length === state.outbox.length &&
        outbox.every((entry, at) => entry === state.outbox[at])
      return same ? state : { ...state, outbox }
    })
    const last = store.getState().outbox.at(-1)
    if (last) mint.follow(last.clientId)
  }

  /** What comes from storage is no news to the others. */
  function noteKnown(entry: PendingWrite): PendingWrite {
    known.set(entry.clientId, entry)
    return entry
  }

  async function load() {
    await saved
    const before = new Set(seenStored)
    const held = await storage.read(prefix).catch(() => null)
    if (!held || life.isOver()) return
    const found = byId(held.flatMap(([, value]) => parseWrite(value, meId) ?? []))
    replace((outbox) => {
      const mine = byId(outbox)
      const stay = outbox.flatMap((entry) => {
        const now = found.get(entry.clientId)
        if (isConfirmed(entry) || !before.has(entry.clientId)) return entry
        if (now) return noteKnown(share(entry, now))
        // Others have seen to it. They need not be told.
        known.delete(entry.clientId)
        return settle(entry) ?? []
      })
      const news = [...found.values()].filter(
        ({ clientId }) => !mine.has(clientId) && !gone.has(clientId),
      )
      return [...stay, ...news.map(noteKnown)]
    })
    for (const entry of found.values()) {
      seenStored.add(entry.clientId)
      kept.set(entry.clientId, latest.get(entry.clientId) ?? entry)
    }
    // Of what is gone nothing may stay.
    expectSave()
    // Another may be about to store anew what was read here, or to take it out: it will say so.
    if (found.size > 0) group.tell({ held: [...found.values()] })
  }

  group.onMessage(hear)
  let seen = store.getState().outbox
  store.subscribe(() => {
    const state = store.getState()
    if (state.outbox === seen || life.isOver()) return
    seen = state.outbox
    note(state)
  })

  return { load, saved: () => saved }
}

/** Whether what is said of an entry is older than what is known. */
function isStale(told: PendingWrite, held: PendingWrite): boolean {
  return (isConfirmed(held) && !isConfirmed(told)) || (held.tried === true && !told.tried)
}

function setOrDelete(entries: Entries, id: string, entry: PendingWrite | null | undefined) {
  if (entry) entries.set(id, entry)
  else entries.delete(id)
}
