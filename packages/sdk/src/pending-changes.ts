/** Messages as they look with the changes that are under way. Pure; an unchanged message stays itself. */
import type { Message } from '@roost/protocol'

import { withQuoteOf, withReaction } from './changed-messages.ts'
import type { PendingChange } from './state.ts'

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
      return { ...rest, body: '', mentions: [], reactions: [], deletedAt: change.at }
    }
    case 'reaction':
      return reacted(message, change)
  }
}

function withQuoteChanged(message: Message, change: PendingChange): Message {
  if (message.replyTo?.deletedAt !== undefined || change.type === 'reaction') return message
  return change.type === 'edit'
    ? withQuoteOf(message, change)
    : withQuoteOf(message, { body: '', deletedAt: change.at })
}

function reacted(
  message: Message,
  { emoji, on }: Extract<PendingChange, { type: 'reaction' }>,
): Message {
  const held = message.reactions.find((one) => one.emoji === emoji)
  if ((held?.mine === true) === on) return message
  return withReaction(message, { emoji, count: (held?.count ?? 0) + (on ? 1 : -1), mine: on })
}
