/** I1: what was acknowledged is there. */
import type { HeldMessage, Write } from './history.ts'
import {
  acknowledged,
  covers,
  describe,
  eventTypes,
  maySee,
  type Ledger,
  type Operation,
  type Place,
  type Violation,
} from './ledger.ts'

/** I1: everything acknowledged is in the log, at the seq that was named, as it was asked for, and on every device that reaches that far. */
export function acknowledgedStays(ledger: Ledger): Violation[] {
  return [...acknowledgedThere(ledger), ...vanished(ledger)]
}

/** An outbox gives up nothing: what went out once is stored, refused, or still there. */
function vanished({ history, operations, places, start }: Ledger): Violation[] {
  const finals = new Map(history.finals.map((final) => [final.device, final]))
  return [...operations.values()].flatMap(({ invocation, outcomes, begun }) => {
    const { device, clientId, conversationId, write } = invocation
    const final = finals.get(device)
    if (write.type !== 'send' || begun < start || !history.devices[device]?.inOrder) return []
    if (!final || outcomes.length === 0) return []
    if (outcomes.some(({ type }) => type !== 'unknown') || places(clientId).length > 0) return []
    if ([...final.waiting, ...final.refused].includes(clientId)) return []
    const sentence = `The send ${clientId} of ${device} went out without an answer, and is neither in the log nor waiting to be sent again.`
    return [{ invariant: 'I1', sentence, device, conversationId, ids: [clientId] } as const]
  })
}

function acknowledgedThere(ledger: Ledger): Violation[] {
  return [...ledger.operations.values()].flatMap((operation) => {
    const ok = acknowledged(ledger, operation)
    const { type } = operation.invocation.write
    if (!ok || type === 'look') return []
    if (type === 'read') return readMarkKept(ledger, operation, ok.seq)
    if (type === 'create') return isMade(ledger, operation, ok.id) ? [] : [lost(operation, ok.seq)]
    const [place] = ledger.places(operation.invocation.clientId)
    if (!place) return isNoNews(ledger, operation) ? [] : [lost(operation, ok.seq)]
    return [
      ...asAsked(operation, place, ok.seq),
      ...inEffect(ledger, operation, place),
      ...(type === 'send' ? onDevices(ledger, place) : []),
    ]
  })
}

/** A room is the one that was asked for; a direct chat may have been there. */
function isMade(
  ledger: Ledger,
  { invocation, userId }: Operation,
  id: string | undefined,
): boolean {
  const { write, clientId } = invocation
  const server = ledger.logs.get(id ?? clientId)?.server
  if (!server || write.type !== 'create' || server.kind !== write.kind) return false
  const people = new Set([userId, ...write.userIds])
  const there = new Set(server.intervals.map((interval) => interval.userId))
  if (write.kind === 'room' && server.id !== clientId) return false
  if (write.kind === 'direct' && people.size !== there.size) return false
  return [...people].every((person) => there.has(person))
}

function lost(operation: Operation, seq: number | undefined): Violation {
  const { device, conversationId, clientId } = operation.invocation
  const where = seq === undefined ? '' : ` at ${seq}`
  return {
    invariant: 'I1',
    sentence: `The ${describe(operation)} was acknowledged${where}, and is not in the log of ${conversationId}.`,
    device,
    conversationId,
    ...(seq !== undefined && { seq }),
    ids: [clientId],
  }
}

/** What is so already makes no event: it is fine if something else made it so, or it was so from the start. */
function isNoNews(ledger: Ledger, { invocation, userId }: Operation): boolean {
  const { write, conversationId } = invocation
  if (write.type === 'send') return false
  if (write.type === 'reaction' && !write.on) return true
  const log = ledger.logs.get(conversationId)
  const isMember = (id: string) =>
    log?.server.intervals.some(
      (one) => one.userId === id && log.events.get(one.fromSeq)?.type !== 'member.joined',
    )
  if (write.type === 'join' && isMember(userId)) return true
  if (write.type === 'add' && isMember(write.userId)) return true
  const effect = effectOf(write, userId)
  return [...ledger.operations.values()].some(
    (other) =>
      other.invocation !== invocation &&
      other.invocation.conversationId === conversationId &&
      effectOf(other.invocation.write, other.userId, other.invocation.clientId) === effect &&
      ledger.places(other.invocation.clientId).length > 0,
  )
}

function effectOf(write: Write, userId: string, clientId = ''): string {
  switch (write.type) {
    case 'send':
      return `${clientId} says ${write.body}`
    case 'edit':
      return `${write.messageId} says ${write.body}`
    case 'delete':
      return `${write.messageId} is gone`
    case 'reaction':
      return `${write.messageId} has ${write.emoji} of ${userId}: ${write.on}`
    case 'join':
    case 'leave':
      return `${userId}: ${write.type === 'join'}`
    case 'add':
    case 'remove':
      return `${write.userId}: ${write.type === 'add'}`
    default:
      return ''
  }
}

function asAsked(operation: Operation, place: Place, seq: number | undefined): Violation[] {
  const { write, device, conversationId, clientId } = operation.invocation
  const { event } = place
  const at = { device, conversationId, seq: event.seq, ids: [clientId] }
  const wrong =
    place.conversationId !== conversationId ||
    event.actorId !== operation.userId ||
    event.type !== eventTypes[write.type]
  if (wrong) {
    const sentence = `The ${describe(operation)} was acknowledged, but under its id the log of ${place.conversationId} has a ${event.type} of ${event.actorId}.`
    return [{ invariant: 'I1', sentence, ...at }]
  }
  if (write.type !== 'send' || seq === undefined || seq === event.seq) return []
  const sentence = `The ${describe(operation)} was acknowledged at ${seq}, and stands at ${event.seq} in ${conversationId}.`
  return [{ invariant: 'I1', sentence, ...at }]
}

/** Says what the message must be like, where no later change speaks of it. */
function inEffect(ledger: Ledger, operation: Operation, { event }: Place): Violation[] {
  const { write, conversationId, device, clientId } = operation.invocation
  const log = ledger.logs.get(conversationId)
  if (!log || (write.type !== 'send' && write.type !== 'edit' && write.type !== 'delete')) return []
  const target = write.type === 'send' ? event.seq : (event.targetSeq ?? 0)
  const message = log.messages.get(target)
  const isLast = (log.lastChanges.get(target) ?? 0) <= event.seq
  if (!isLast || (message && isAsWritten(message, write))) return []
  const found = message ? `“${message.body}”${message.deleted ? ', deleted' : ''}` : 'nothing'
  const sentence = `The ${describe(operation)} was acknowledged, but message ${target} of ${conversationId} is ${found}.`
  return [{ invariant: 'I1', sentence, device, conversationId, seq: target, ids: [clientId] }]
}

function isAsWritten(message: HeldMessage, write: Write): boolean {
  if (write.type === 'delete') return message.deleted && message.body === ''
  return 'body' in write && message.body === write.body && !message.deleted
}

function onDevices(ledger: Ledger, { conversationId, event }: Place): Violation[] {
  const { seq, id } = event
  const log = ledger.logs.get(conversationId)
  return (log?.holdings ?? []).flatMap(({ device, conversation, ids }) => {
    if (!log || ids.has(id) || !covers(conversation, seq)) return []
    if (!maySee(log, ledger.userOf(device), seq)) return []
    const sentence = `Message ${id} was acknowledged at ${seq} in ${conversationId}, and ${device}, which holds what is before and after it, lacks it.`
    return [{ invariant: 'I1', sentence, device, conversationId, seq, ids: [id] }]
  })
}

function readMarkKept(ledger: Ledger, { invocation, userId }: Operation, seq: number | undefined) {
  const { conversationId, device } = invocation
  const server = ledger.logs.get(conversationId)?.server
  const member = server?.members.find((one) => one.userId === userId)
  if (!member || seq === undefined || member.readSeq >= Math.min(seq, server?.lastSeq ?? 0))
    return []
  const sentence = `${device} was told that it has read ${conversationId} up to ${seq}, and the server remembers ${member.readSeq}.`
  return [{ invariant: 'I1', sentence, device, conversationId, seq } as const]
}
