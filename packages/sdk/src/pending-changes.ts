/** Messages as they look with the changes that are under way. Pure; an unchanged message stays itself. */
import type { Message } from '@roost/protocol'

import { withQuoteOf, withReaction } from './changed-messages.ts'
import { isChange, isSend } from './pending-write.ts'
import type { PendingChange, PendingMessage, PendingReaction, PendingWrite } from './state.ts'

/** Those of a conversation that are to be shown: what was refused is taken back. */
export function changesOf(
  outbox: readonly PendingWrite[],
  conversationId: string,
): readonly PendingChange[] {
  return outbox.filter(
    (entry): entry is PendingChange =>
      isChange(entry) && entry.conversationId === conversationId && !entry.failed,
  )
}

/** Sends of a conversation as they will go out: not the deleted ones, the edited ones edited. */
export function sendsOf(
  outbox: readonly PendingWrite[],
  conversationId: string,
): readonly PendingMessage[] {
  const sends = outbox.filter(isSend).filter((entry) => entry.conversationId === conversationId)
  if (sends.length === 0) return sends
  const changes = changesOf(outbox, conversationId)
  return changes.length === 0 ? sends : sends.flatMap((send) => reduceSend(send, changes) ?? [])
}

function reduceSend(
  send: PendingMessage,
  changes: readonly PendingChange[],
): PendingMessage | null {
  let now = send
  for (const change of changes) {
    if (change.messageId !== send.clientId) continue
    if (change.type === 'delete') return null
    if (change.type === 'edit') now = { ...now, body: change.body, mentions: change.mentions }
  }
  return now
}

/** One message with all of them, in their order. */
export function withChanges(message: Message, changes: readonly PendingChange[]): Message {
  return changes.reduce(withChange, message)
}

function withChange(message: Message, change: PendingChange): Message {
  if (change.messageId === message.replyTo?.id) return withQuoteChanged(message, change)
  if (change.messageId !== message.id || message.deletedAt !== undefined) return message
  switch (change.type) {
    case 'edit':
      if (change.body === message.body) return message
      return {
        ...message,
        body: change.body,
        mentions: [...change.mentions],
        editedAt: message.editedAt ?? message.createdAt,
      }
    case 'delete': {
      const { content: _content, editedAt: _editedAt, ...rest } = message
      return { ...rest, body: '', mentions: [], reactions: [], deletedAt: change.createdAt }
    }
    case 'reaction':
      return reacted(message, change)
  }
}

function withQuoteChanged(message: Message, change: PendingChange): Message {
  if (message.replyTo?.deletedAt !== undefined || change.type === 'reaction') return message
  return change.type === 'edit'
    ? withQuoteOf(message, change)
    : withQuoteOf(message, { body: '', deletedAt: change.createdAt })
}

function reacted(message: Message, { emoji, on }: PendingReaction): Message {
  const held = message.reactions.find((one) => one.emoji === emoji)
  if ((held?.mine === true) === on) return message
  return withReaction(message, { emoji, count: (held?.count ?? 0) + (on ? 1 : -1), mine: on })
}
