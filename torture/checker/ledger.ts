/** A history, sorted so that every invariant can look things up: built once for all of them. */
import type {
  Entry,
  FinalState,
  HeldConversation,
  HeldMessage,
  History,
  Invocation,
  ServerConversation,
  ServerEvent,
  Write,
} from './history.ts'

export type Invariant = 'I1' | 'I2' | 'I3' | 'I4' | 'I5' | 'I6' | 'I7' | 'I8' | 'I9'

/** One promise that was not kept. */
export interface Violation {
  readonly invariant: Invariant
  readonly sentence: string
  readonly device?: string
  readonly conversationId?: string
  readonly seq?: number
  readonly ids?: readonly string[]
}

export interface Operation {
  readonly invocation: Invocation
  readonly userId: string
  /** Its place among the entries. */
  readonly begun: number
  readonly outcomes: readonly Outcome[]
}
export type Outcome = Extract<Entry, { type: 'ok' | 'fail' | 'unknown' }> & { readonly at: number }

export interface Place {
  readonly conversationId: string
  readonly event: ServerEvent
}

export interface Log {
  readonly server: ServerConversation
  readonly events: ReadonlyMap<number, ServerEvent>
  readonly messages: ReadonlyMap<number, HeldMessage>
  /** By the seq of a message, the last event that changed it. */
  readonly lastChanges: ReadonlyMap<number, number>
  /** Who holds a part of it in the end. */
  readonly holdings: readonly Holding[]
}
export interface Holding {
  readonly device: string
  readonly conversation: HeldConversation
  readonly ids: ReadonlySet<string>
}

export type Sighting = Extract<Entry, { type: 'received' | 'applied' | 'saw' }>

export interface Ledger {
  readonly history: History
  readonly entries: readonly Entry[]
  /** Before it the server was another one: nothing from there has to hold. */
  readonly start: number
  readonly operations: ReadonlyMap<string, Operation>
  readonly byClientId: ReadonlyMap<string, readonly Operation[]>
  readonly logs: ReadonlyMap<string, Log>
  /** Where an event id stands in the server's logs: one place, if all is well. */
  readonly places: (eventId: string) => readonly Place[]
  readonly userOf: (device: string) => string
  /** Every message in a final stretch, with where it was found. */
  readonly held: readonly Held[]
}
export interface Held {
  readonly final: FinalState
  readonly conversation: HeldConversation
  readonly message: HeldMessage
}

export function buildLedger(history: History): Ledger {
  const { entries } = history
  const userOf = (device: string) => history.devices[device]?.userId ?? `the user of ${device}`
  const operations = readOperations(entries, userOf)
  const holdings = Map.groupBy(readHoldings(history), ({ conversation }) => conversation.id)
  const logs = new Map(
    history.server.conversations.map((server) => [
      server.id,
      {
        server,
        events: new Map(server.events.map((event) => [event.seq, event])),
        messages: new Map(server.messages.map((message) => [message.seq, message])),
        lastChanges: readLastChanges(server),
        holdings: holdings.get(server.id) ?? [],
      },
    ]),
  )
  const places = Map.groupBy(
    history.server.conversations.flatMap(({ id, events }) =>
      events.map((event) => ({ conversationId: id, event })),
    ),
    ({ event }) => event.id,
  )
  return {
    history,
    entries,
    start: entries.findLastIndex(({ type }) => type === 'rolledBack') + 1,
    operations,
    byClientId: Map.groupBy(operations.values(), ({ invocation }) => invocation.clientId),
    logs,
    places: (eventId) => places.get(eventId) ?? [],
    userOf,
    held: history.finals.flatMap((final) =>
      final.conversations.flatMap((conversation) =>
        (conversation.stretch?.messages ?? []).map((message) => ({ final, conversation, message })),
      ),
    ),
  }
}

function readHoldings({ finals }: History): Holding[] {
  return finals.flatMap(({ device, conversations }) =>
    conversations.map((conversation) => ({
      device,
      conversation,
      ids: new Set(conversation.stretch?.messages.map(({ id }) => id)),
    })),
  )
}

function readLastChanges({ events }: ServerConversation): Map<number, number> {
  const changes = events.filter(({ type }) => type === 'message.changed')
  return new Map(
    changes
      .toSorted((a, b) => a.seq - b.seq)
      .map(({ targetSeq, seq }) => [targetSeq ?? seq, seq] as const),
  )
}

function readOperations(entries: readonly Entry[], userOf: (device: string) => string) {
  const operations = new Map<string, Operation & { outcomes: Outcome[] }>()
  for (const [at, entry] of entries.entries()) {
    if (entry.type === 'invoke') {
      if (operations.has(entry.op)) throw new Error(`Operation ${entry.op} is begun twice.`)
      const userId = userOf(entry.device)
      operations.set(entry.op, { invocation: entry, userId, begun: at, outcomes: [] })
    }
    if (entry.type === 'ok' || entry.type === 'fail' || entry.type === 'unknown') {
      const operation = operations.get(entry.op)
      if (!operation) throw new Error(`Operation ${entry.op} ends without having begun.`)
      operation.outcomes.push({ ...entry, at })
    }
  }
  return operations
}

/** The first time that the server said yes, if that still counts. */
export function acknowledged(ledger: Ledger, { outcomes }: Operation) {
  return outcomes.find(
    (outcome): outcome is Outcome & { type: 'ok' } =>
      outcome.type === 'ok' && outcome.at >= ledger.start,
  )
}

/** Whether a user may know what stands at a seq of a log, by any way. */
export function maySee({ server }: Log, userId: string, seq: number): boolean {
  if (server.visibility === 'public' && server.history === 'all') return true
  const mine = server.intervals.filter((interval) => interval.userId === userId)
  return mine.some(
    ({ fromSeq, toSeq }) =>
      (server.history === 'all' || fromSeq <= seq) && (toSeq === null || seq <= toSeq),
  )
}

/** Whether a seq lies in what a device claims to hold without a gap. */
export function covers({ lastSeq, stretch }: HeldConversation, seq: number): boolean {
  const [first] = stretch?.messages ?? []
  const last = stretch?.messages.at(-1)
  if (!stretch) return false
  const from = stretch.hasBefore ? (first?.seq ?? Infinity) : 0
  const to = stretch.hasAfter ? (last?.seq ?? 0) : lastSeq
  return from <= seq && seq <= to
}

function isSighting(entry: Entry): entry is Sighting {
  return entry.type === 'received' || entry.type === 'applied' || entry.type === 'saw'
}

/** What devices saw of the server as it is now. What one of them had of an earlier one may come up once more. */
export function sightings({ entries, start }: Ledger): Sighting[] {
  const seen = entries.filter(isSighting)
  if (start === 0) return seen
  const earlier = new Set(entries.slice(0, start).filter(isSighting).map(placeOf))
  return entries
    .slice(start)
    .filter(isSighting)
    .filter((sighting) => !earlier.has(placeOf(sighting)))
}

const placeOf = ({ conversationId, seq, eventId }: Sighting) =>
  `${conversationId} ${seq} ${eventId}`

/** Drops what is kept under the names of a device and a conversation, or of all conversations of it. */
export function forget<T>(
  held: Map<string, T>,
  { device, conversationId }: { device: string; conversationId: string | null },
): void {
  for (const key of held.keys())
    if (key.startsWith(`${device} ${conversationId ?? ''}`)) held.delete(key)
}

/** One sentence is enough for what was seen in several ways. */
export function distinct(violations: readonly Violation[]): Violation[] {
  return [...new Map(violations.map((violation) => [violation.sentence, violation])).values()]
}

/** What each write becomes in the log; a read mark and a look become nothing there. */
export const eventTypes: Record<Write['type'], string | null> = {
  send: 'message.created',
  edit: 'message.changed',
  delete: 'message.changed',
  reaction: 'reaction.changed',
  join: 'member.joined',
  add: 'member.joined',
  leave: 'member.left',
  remove: 'member.left',
  create: 'conversation.created',
  read: null,
  look: null,
}

export function describe({ invocation }: Operation): string {
  return `${invocation.write.type} ${invocation.clientId} of ${invocation.device}`
}
