/** I3: nothing comes from nowhere. */
import { describe, distinct, eventTypes, sightings, type Ledger, type Violation } from './ledger.ts'

/** I3: whatever is in the log was asked for and not refused, and no device has seen what is not in the log. */
export function nothingFromNowhere(ledger: Ledger): Violation[] {
  return [...unasked(ledger), ...refusedButThere(ledger), ...seenButNotThere(ledger)]
}

/** What only people make. */
const asked = new Set(Object.values(eventTypes))

function unasked(ledger: Ledger): Violation[] {
  return ledger.history.server.conversations.flatMap(({ id: conversationId, events, before }) =>
    events.flatMap(({ seq, id, type, actorId }) => {
      if (seq <= before || !asked.has(type)) return []
      const operations = ledger.byClientId.get(id) ?? []
      if (
        operations.some(
          ({ userId, invocation }) =>
            userId === actorId && invocation.conversationId === conversationId,
        )
      )
        return []
      const sentence = `The log of ${conversationId} has at ${seq} a ${type} of ${actorId}, ${id}, which nobody asked for there.`
      return [{ invariant: 'I3', sentence, conversationId, seq, ids: [id] } as const]
    }),
  )
}

/** A refusal is the end, unless an earlier try may have got through. */
function refusedButThere(ledger: Ledger): Violation[] {
  return [...ledger.byClientId.values()].flatMap((operations) => {
    const outcomes = operations.flatMap((operation) => operation.outcomes)
    const [first] = operations
    if (!first || outcomes.length === 0 || outcomes.some(({ type }) => type !== 'fail')) return []
    return ledger.places(first.invocation.clientId).map(({ conversationId, event }) => ({
      invariant: 'I3' as const,
      sentence: `The ${describe(first)} was refused, and yet stands at ${event.seq} in ${conversationId}.`,
      device: first.invocation.device,
      conversationId,
      seq: event.seq,
      ids: [event.id],
    }))
  })
}

function seenButNotThere(ledger: Ledger): Violation[] {
  const seen = [
    ...sightings(ledger).map(({ device, conversationId, seq, eventId }) => ({
      device,
      conversationId,
      seq,
      id: eventId,
    })),
    ...ledger.held.map(({ final, conversation, message }) => ({
      device: final.device,
      conversationId: conversation.id,
      seq: message.seq,
      id: message.id,
    })),
  ]
  return distinct(
    seen.flatMap(({ device, conversationId, seq, id }) => {
      const log = ledger.logs.get(conversationId)
      if (ledger.places(id).length > 0 || (log && seq < log.server.firstSeq)) return []
      const sentence = `${device} has ${id} at ${seq} of ${conversationId}, which is not in the log.`
      return [{ invariant: 'I3', sentence, device, conversationId, seq, ids: [id] } as const]
    }),
  )
}
