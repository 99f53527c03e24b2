/**
 * What is not worth sending any more: a text that was edited before it went out, a reaction taken back,
 * a message deleted before anybody saw it. Only what the server cannot have is changed or left out. Pure.
 */
import { isChange, isMutable, isSend, isWaiting } from './pending-write.ts'
import type {
  PendingChange,
  PendingMembership,
  PendingMessage,
  PendingRead,
  PendingReaction,
  PendingWrite,
} from './state.ts'

type Outbox = readonly PendingWrite[]
type Holds = (entry: PendingReaction | PendingMembership) => boolean

/**
 * @param holds whether what an entry wants is so already, as far as the log tells
 * @returns the very same outbox when all of it is needed
 */
export function collapse(outbox: Outbox, holds: Holds): Outbox {
  let collapsed: PendingWrite[] = []
  for (const entry of outbox) {
    const placed = place(collapsed, entry, holds)
    if (placed) collapsed = placed
    else collapsed.push(entry)
  }
  const same =
    collapsed.length === outbox.length && collapsed.every((entry, at) => entry === outbox[at])
  return same ? outbox : collapsed
}

/** What becomes of those before an entry, and of itself; null when it simply follows. */
function place(before: Outbox, entry: PendingWrite, holds: Holds): PendingWrite[] | null {
  if (entry.type === 'read') return placeRead(before, entry)
  // What went out, or was refused, replaces nothing.
  if (entry.type === 'send' || entry.tried || !isWaiting(entry)) return null
  if (!isChange(entry)) return replace(before, entry, takenBack(before, entry), holds)
  const send = before.find(
    (other): other is PendingMessage => isSend(other) && other.clientId === entry.messageId,
  )
  if (entry.type !== 'reaction' && send && isMutable(send)) return foldInto(before, send, entry)
  const overtaken = before.filter((other) => isMutable(other) && replaces(entry, other))
  if (entry.type === 'reaction') return replace(before, entry, overtaken, holds)
  return [...before.filter((other) => !overtaken.includes(other)), entry]
}

/** The message has not gone out: it goes with the new words, or not at all. */
function foldInto(before: Outbox, send: PendingMessage, change: PendingChange): PendingWrite[] {
  if (change.type === 'edit') {
    const { body, mentions } = change
    return before.map((other) => (other === send ? { ...send, body, mentions } : other))
  }
  return before.filter(
    (other) => other !== send && !(isChange(other) && other.messageId === send.clientId),
  )
}

/** In place of what it overtakes, and not needed either if it only takes that back. */
function replace(
  before: Outbox,
  entry: PendingReaction | PendingMembership,
  overtaken: Outbox,
  holds: Holds,
): PendingWrite[] {
  const rest = before.filter((other) => !overtaken.includes(other))
  const takesBack = overtaken.some(isWaiting) && holds(entry) && !rest.some(sameMatterAs(entry))
  return takesBack ? rest : [...rest, entry]
}

/** Of reading only how far counts. */
function placeRead(before: Outbox, entry: PendingRead): PendingWrite[] {
  const held = before.find(
    (other): other is PendingRead =>
      other.type === 'read' && other.conversationId === entry.conversationId,
  )
  if (held && held.upTo >= entry.upTo) return [...before]
  return [...before.filter((other) => other !== held), entry]
}

/** Joining and leaving in turn, with nothing done there in between. */
function takenBack(before: Outbox, entry: PendingMembership): Outbox {
  const last = before.findLast(
    ({ conversationId, type }) => conversationId === entry.conversationId && type !== 'read',
  )
  return last && isMutable(last) && sameMatterAs(entry)(last) ? [last] : []
}

/** Whether a later change of a message makes an earlier one pointless. */
export function replaces(later: PendingChange, earlier: PendingWrite): boolean {
  if (!isChange(earlier) || earlier.messageId !== later.messageId) return false
  if (later.type === 'delete') return true
  return later.type === 'edit' ? earlier.type === 'edit' : sameMatterAs(later)(earlier)
}

function sameMatterAs(entry: PendingReaction | PendingMembership) {
  return (other: PendingWrite): boolean => {
    if (entry.type === 'reaction')
      return (
        other.type === 'reaction' &&
        other.messageId === entry.messageId &&
        other.emoji === entry.emoji
      )
    const membership = other.type === 'join' || other.type === 'leave'
    return membership && other.conversationId === entry.conversationId
  }
}
