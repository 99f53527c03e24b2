/** I9: what happened while somebody was not there, or not signed in, is not theirs. */
import {
  describe,
  distinct,
  maySee,
  sightings,
  type Ledger,
  type Log,
  type Violation,
} from './ledger.ts'

/** I9: nobody was sent an event, holds a message or wrote one from outside their membership or their session. */
export function nothingFromOutside(ledger: Ledger): Violation[] {
  return [...seenFromOutside(ledger), ...writtenFromOutside(ledger), ...withoutSession(ledger)]
}

/** What was begun when a session was known to be over cannot have been on its way before. */
function withoutSession(ledger: Ledger): Violation[] {
  const ended = new Map<string, number>()
  return ledger.entries.flatMap((entry, at): Violation[] => {
    if (entry.type === 'rolledBack') ended.clear()
    if (entry.type === 'sessionEnded') ended.set(entry.device, at)
    if (entry.type === 'signedIn') ended.delete(entry.device)
    if (entry.type === 'received' || entry.type === 'applied' || entry.type === 'saw') {
      const { device, conversationId, seq, eventId } = entry
      const begun = ledger.byClientId.get(eventId)?.[0]?.begun ?? 0
      if (begun <= (ended.get(device) ?? Infinity)) return []
      const sentence = `${device} has event ${eventId} at ${seq} of ${conversationId}, which was begun after its session had ended.`
      return [{ invariant: 'I9', sentence, device, conversationId, seq, ids: [eventId] }]
    }
    const operation = entry.type === 'ok' ? ledger.operations.get(entry.op) : undefined
    if (!operation) return []
    const { device, conversationId, clientId } = operation.invocation
    if (operation.begun <= (ended.get(device) ?? Infinity)) return []
    const sentence = `The ${describe(operation)} was begun after its session had ended, and acknowledged.`
    return [{ invariant: 'I9', sentence, device, conversationId, ids: [clientId] }]
  })
}

function writtenFromOutside({ logs }: Ledger): Violation[] {
  return [...logs.values()].flatMap((log) =>
    log.server.events.flatMap(({ seq, id, type, actorId }) => {
      const isWriting = type === 'message.created' || type === 'reaction.changed'
      if (!isWriting || wasThere(log, actorId, seq)) return []
      const conversationId = log.server.id
      const sentence = `${actorId} wrote ${id} at ${seq} of ${conversationId}, when they were not in it: ${stayOf(log, actorId)}.`
      return [{ invariant: 'I9', sentence, conversationId, seq, ids: [id] } as const]
    }),
  )
}

function seenFromOutside(ledger: Ledger): Violation[] {
  const seen = sightings(ledger).map((sighting) => ({
    ...sighting,
    id: sighting.eventId,
    isPushed: sighting.type === 'received',
  }))
  const held = ledger.held.map(({ final, conversation, message }) => ({
    device: final.device,
    conversationId: conversation.id,
    seq: message.seq,
    id: message.id,
    isPushed: false,
  }))
  return distinct(
    [...seen, ...held].flatMap(({ device, conversationId, seq, id, isPushed }) => {
      const log = ledger.logs.get(conversationId)
      const userId = ledger.userOf(device)
      if (!log || (isPushed ? wasThere : maySee)(log, userId, seq)) return []
      const what = isPushed ? 'was sent' : 'has'
      const sentence = `${device} ${what} event ${id} at ${seq} of ${conversationId}, when ${userId} was not in it: ${stayOf(log, userId)}.`
      return [{ invariant: 'I9', sentence, device, conversationId, seq, ids: [id] } as const]
    }),
  )
}

/** Sockets tell of what happens while somebody is in, of a public room too. */
function wasThere({ server }: Log, userId: string, seq: number): boolean {
  return server.intervals.some(
    (one) =>
      one.userId === userId && one.fromSeq <= seq && (one.toSeq === null || seq <= one.toSeq),
  )
}

function stayOf({ server }: Log, userId: string): string {
  const mine = server.intervals.filter((interval) => interval.userId === userId)
  if (mine.length === 0) return 'never a member'
  return mine.map(({ fromSeq, toSeq }) => `from ${fromSeq} to ${toSeq ?? 'now'}`).join(', ')
}
