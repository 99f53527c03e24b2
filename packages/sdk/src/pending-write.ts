/** What can be said of a pending write, and how one is read back from storage. Pure. */
import { seeded } from '@roost/protocol/seeded-bugs'

import type { ConversationState, PendingChange, PendingMessage, PendingWrite } from './state.ts'

/** Confirmed by the server, and only waiting for the log to show it. */
export function isConfirmed(entry: PendingWrite): boolean {
  if (entry.type === 'send') return entry.seq !== undefined
  return 'done' in entry && entry.done === true
}

/** Whether it is to be sent: neither refused nor confirmed. */
export function isWaiting(entry: PendingWrite): boolean {
  return !entry.failed && !isConfirmed(entry)
}

/** A message that was refused is there to be retried: until then nothing can be done to it. */
export function isHeldUp(entry: PendingWrite, outbox: readonly PendingWrite[]): boolean {
  if (!isChange(entry)) return false
  const send = outbox.find(({ clientId }) => clientId === entry.messageId)
  return send !== undefined && isSend(send) && send.failed !== undefined
}

/** Whether the server cannot have it, so that it may still be changed or taken out. */
export function isMutable(entry: PendingWrite): boolean {
  return !isConfirmed(entry) && (!entry.tried || entry.failed !== undefined)
}

/** Whether the log of its conversation has got to a send, which is pending no longer then. */
export function hasArrived(
  entry: PendingWrite,
  conversation: ConversationState | undefined,
): boolean {
  if (entry.type !== 'send' || !conversation) return false
  if (entry.seq !== undefined && entry.seq <= conversation.lastSeq) return true
  // What has not gone out cannot be there, and is not looked for.
  if (!entry.tried || seeded?.('pending-kept-beside-stored')) return false
  const { lastMessage, window } = conversation
  const isIt = ({ id }: { id: string }) => id === entry.clientId
  return (lastMessage !== null && isIt(lastMessage)) || window?.messages.some(isIt) === true
}

export function isSend(entry: PendingWrite): entry is PendingMessage {
  return entry.type === 'send'
}

export function isChange(entry: PendingWrite): entry is PendingChange {
  return entry.type === 'edit' || entry.type === 'delete' || entry.type === 'reaction'
}

/** In the order in which they were made, which is that of their ids. */
export function inOrder(entries: readonly PendingWrite[]): PendingWrite[] {
  return entries.toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
}

type Fields = Readonly<Record<string, unknown>>

/** Reads what storage or another window holds; null for what is no write of this person's. */
export function parseWrite(value: unknown, meId: string): PendingWrite | null {
  if (typeof value !== 'object' || value === null) return null
  const fields: Fields = { ...value }
  const { clientId, conversationId, createdAt } = fields
  if (typeof clientId !== 'string' || typeof conversationId !== 'string') return null
  if (typeof createdAt !== 'number') return null
  const base = {
    clientId,
    conversationId,
    createdAt,
    ...(fields['tried'] === true && { tried: true as const }),
    ...parseFailed(fields['failed']),
  }
  return fields['type'] === 'send' ? parseSend(base, fields, meId) : parseOther(base, fields)
}

type Base = Pick<PendingWrite, 'clientId' | 'conversationId' | 'createdAt' | 'tried' | 'failed'>

function parseSend(base: Base, fields: Fields, meId: string): PendingMessage | null {
  const { senderId, body, replyTo, mentions, seq } = fields
  if (senderId !== meId || typeof body !== 'string') return null
  return {
    ...base,
    type: 'send',
    senderId: meId,
    body,
    ...(typeof replyTo === 'string' && { replyTo }),
    ...(isTexts(mentions) && { mentions }),
    ...(typeof seq === 'number' && { seq }),
  }
}

function parseOther(base: Base, fields: Fields): PendingWrite | null {
  const { type, messageId, body, mentions, emoji, on, done, upTo } = fields
  if (type === 'join' || type === 'leave') return { ...base, type }
  if (type === 'read') return typeof upTo === 'number' ? { ...base, type, upTo } : null
  if (typeof messageId !== 'string') return null
  const change = { ...base, messageId, ...(done === true && { done: true as const }) }
  if (type === 'delete') return { ...change, type }
  if (type === 'edit' && typeof body === 'string' && isTexts(mentions))
    return { ...change, type, body, mentions }
  if (type === 'reaction' && typeof emoji === 'string' && typeof on === 'boolean')
    return { ...change, type, emoji, on }
  return null
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((part) => typeof part === 'string')
}

function parseFailed(value: unknown): Pick<Base, 'failed'> {
  if (typeof value !== 'object' || value === null) return {}
  const { code, message, reason }: { code?: unknown; message?: unknown; reason?: unknown } = value
  if (typeof code !== 'string' || typeof message !== 'string') return {}
  return { failed: { code, message, ...(typeof reason === 'string' && { reason }) } }
}
