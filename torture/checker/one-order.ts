/** I4: everyone has the same at the same seq. */
import type { HeldMessage } from './history.ts'
import {
  covers,
  distinct,
  forget,
  maySee,
  sightings,
  type Held,
  type Ledger,
  type Violation,
} from './ledger.ts'

/** I4: each seq has one event, the same for all; no seq is left out; who is at the same event shows the same. */
export function oneOrder(ledger: Ledger): Violation[] {
  return distinct([
    ...logHasHoles(ledger),
    ...seenElsewhere(ledger),
    ...skipped(ledger),
    ...cursorsElsewhere(ledger),
    ...ledger.held.flatMap((held) => shownOtherwise(ledger, held)),
    ...missing(ledger),
  ])
}

function logHasHoles({ history }: Ledger): Violation[] {
  return history.server.conversations.flatMap(({ id: conversationId, ...log }) => {
    const seqs = log.events.map(({ seq }) => seq).toSorted((a, b) => a - b)
    const expected = Array.from(
      { length: log.lastSeq - log.firstSeq + 1 },
      (_, at) => log.firstSeq + at,
    )
    const seq = expected.find((one, at) => seqs[at] !== one)
    if (seq === undefined && seqs.length === expected.length) return []
    const sentence = `The log of ${conversationId} should have every seq from ${log.firstSeq} to ${log.lastSeq} once; ${seq === undefined ? `it goes on to ${seqs.at(-1)}` : `at ${seq} it has not`}.`
    return [{ invariant: 'I4', sentence, conversationId, ...(seq !== undefined && { seq }) }]
  })
}

function seenElsewhere(ledger: Ledger): Violation[] {
  return sightings(ledger).flatMap(({ device, conversationId, seq, eventId }) => {
    const event = ledger.logs.get(conversationId)?.events.get(seq)
    if (event?.id === eventId || ledger.places(eventId).length === 0) return []
    const sentence = `${device} has ${eventId} at ${seq} of ${conversationId}, where the log has ${event?.id ?? 'nothing'}.`
    return [{ invariant: 'I4', sentence, device, conversationId, seq, ids: [eventId] }]
  })
}

/** Events are applied one after the other: a gap is filled or jumped over, never stepped over. */
function skipped({ entries }: Ledger): Violation[] {
  const cursors = new Map<string, number>()
  return entries.flatMap((entry) => {
    if (entry.type === 'rolledBack') cursors.clear()
    if (entry.type === 'forgot') {
      forget(cursors, entry)
      return []
    }
    if (entry.type !== 'applied' && entry.type !== 'jumped' && entry.type !== 'restored') return []
    const { device, conversationId, seq } = entry
    const key = `${device} ${conversationId}`
    const cursor = cursors.get(key)
    cursors.set(key, seq)
    if (entry.type !== 'applied' || cursor === undefined || seq <= cursor + 1) return []
    const sentence = `${device} applied event ${seq} of ${conversationId} right after ${cursor}.`
    return [{ invariant: 'I4', sentence, device, conversationId, seq, ids: [entry.eventId] }]
  })
}

function cursorsElsewhere({ history, logs }: Ledger): Violation[] {
  return history.finals.flatMap(({ device, conversations }) =>
    conversations.flatMap(({ id: conversationId, lastSeq: seq, lastEventId: id }) => {
      const event = logs.get(conversationId)?.events.get(seq)
      if (id === undefined || !event || event.id === id) return []
      const sentence = `${device} believes to stand after event ${id} at ${seq} of ${conversationId}, where the log has ${event.id}.`
      return [{ invariant: 'I4', sentence, device, conversationId, seq, ids: [id] } as const]
    }),
  )
}

/** Who is not at the end yet need not know what has become of a message since. */
function shownOtherwise(ledger: Ledger, { final, conversation, message }: Held): Violation[] {
  const { device } = final
  const { id: conversationId, lastSeq } = conversation
  const log = ledger.logs.get(conversationId)
  const real = log?.messages.get(message.seq)
  if (!log || !real || ledger.places(message.id).length === 0) return []
  const isLevel = lastSeq >= log.server.lastSeq
  if (isLevel ? show(real) === show(message) : real.id === message.id) return []
  const sentence = `${device} shows ${show(message)} at ${message.seq} of ${conversationId}, where the server has ${show(real)}.`
  return [
    { invariant: 'I4', sentence, device, conversationId, seq: message.seq, ids: [message.id] },
  ]
}

function show(message: HeldMessage): string {
  const { id, senderId, kind, body, edited, deleted, reactions } = message
  const marks = [
    kind,
    ...(edited ? ['edited'] : []),
    ...(deleted ? ['deleted'] : []),
    ...Object.entries(reactions)
      .map(([emoji, count]) => `${emoji} ${count}`)
      .toSorted((a, b) => (a < b ? -1 : 1)),
  ]
  return `${id} “${body}” of ${senderId} (${marks.join(', ')})`
}

/** A stretch has no holes but those that its owner may not look into. */
function missing({ logs, userOf }: Ledger): Violation[] {
  return [...logs.values()].flatMap((log) =>
    log.holdings.flatMap(({ device, conversation, ids }) =>
      log.server.messages.flatMap(({ seq, id }) => {
        if (ids.has(id) || !covers(conversation, seq)) return []
        if (!maySee(log, userOf(device), seq)) return []
        const conversationId = conversation.id
        const sentence = `${device} lacks message ${id} at ${seq} of ${conversationId}, and holds what is before and after it.`
        return [{ invariant: 'I4', sentence, device, conversationId, seq, ids: [id] } as const]
      }),
    ),
  )
}
