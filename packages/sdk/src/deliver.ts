/** How each kind of write goes to the server, what follows from its answer, and what a refusal means. */
import type { Event, Message } from '@roost/protocol'

import { ApiError } from './errors.ts'
import type { Log } from './log.ts'
import type { Rest } from './rest.ts'
import type { ConversationState, PendingChange, PendingWrite } from './state.ts'

/**
 * Sends a write, once. What the answer tells is in the state when it resolves.
 * @returns the seq at which the log will show it, of a message
 */
export async function deliver(
  { rest, log }: { rest: Rest; log: Log },
  entry: PendingWrite,
): Promise<number | undefined> {
  const { clientId, conversationId: id } = entry
  switch (entry.type) {
    case 'send': {
      const { body, replyTo, mentions } = entry
      const message = await rest.call('sendMessage', {
        params: { id },
        body: {
          clientId,
          body,
          ...(replyTo !== undefined && { replyTo }),
          ...(mentions && { mentions: [...mentions] }),
        },
      })
      log.receive(id, message.seq, createdEvent(message))
      return message.seq
    }
    case 'edit':
    case 'delete':
    case 'reaction':
      await deliverChange(rest, entry)
      return undefined
    case 'join': {
      const answer = await rest.call('join', { params: { id }, body: { clientId } })
      const { users, ...conversation } = answer
      log.insert([conversation], users)
      return undefined
    }
    case 'leave': {
      const { seq } = await rest.call('leave', { params: { id }, body: { clientId } })
      log.remove(id, seq)
      return undefined
    }
    case 'read':
      log.mark(id, await rest.call('markRead', { params: { id }, body: { seq: entry.upTo } }))
      return undefined
  }
}

function createdEvent(message: Message): Event {
  const { id, senderId, createdAt } = message
  return { id, type: 'message.created', actorId: senderId, createdAt, message }
}

function deliverChange(rest: Rest, entry: PendingChange) {
  const { clientId } = entry
  const params = { id: entry.messageId }
  switch (entry.type) {
    case 'edit': {
      const { body, mentions } = entry
      return rest.call('editMessage', {
        params,
        body: { clientId, body, mentions: [...mentions] },
      })
    }
    case 'delete':
      return rest.call('deleteMessage', { params, body: { clientId } })
    case 'reaction':
      return rest.call(entry.on ? 'react' : 'unreact', {
        params: { ...params, emoji: entry.emoji },
        body: { clientId },
      })
  }
}

/**
 * What a refusal for good means to whoever did it. `done`: it is so already. `moot`: what it was about
 * is gone, and there is nothing to try again. `failed`: something to be told of.
 */
export function weighRefusal(
  entry: PendingWrite,
  error: unknown,
  conversation: ConversationState | undefined,
): 'done' | 'moot' | 'failed' {
  if (entry.type === 'read') return 'moot'
  if (!(error instanceof ApiError)) return 'failed'
  const { status, reason } = error
  if (entry.type === 'leave')
    return status === 404 || (status === 403 && conversation?.kind !== 'direct') ? 'done' : 'failed'
  if (!('messageId' in entry)) return 'failed'
  const gone = status === 404 || reason === 'message_deleted'
  if (gone) return entry.type === 'delete' ? 'done' : 'moot'
  return 'failed'
}
