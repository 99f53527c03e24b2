/** Messages as they look with the changes that are under way. Pure; an unchanged message stays itself. */
import { excerptOf, type Message } from '@roost/protocol'

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
      return withReaction(message, change)
  }
}

function withQuoteChanged(message: Message, change: PendingChange): Message {
  const { replyTo } = message
  if (!replyTo || replyTo.deletedAt !== undefined || change.type === 'reaction') return message
  const quoted =
    change.type === 'edit'
      ? { ...replyTo, excerpt: excerptOf(change.body) }
      : { ...replyTo, excerpt: '', deletedAt: change.at }
  return { ...message, replyTo: quoted }
}

function withReaction(
  message: Message,
  { emoji, on }: Extract<PendingChange, { type: 'reaction' }>,
): Message {
  const held = message.reactions.find((one) => one.emoji === emoji)
  if ((held?.mine === true) === on) return message
  const count = (held?.count ?? 0) + (on ? 1 : -1)
  const others = message.reactions.filter((one) => one !== held)
  if (count === 0) return { ...message, reactions: others }
  const next = { emoji, count, ...(on && { mine: true }) }
  const reactions = held
    ? message.reactions.map((one) => (one === held ? next : one))
    : [...others, next]
  return { ...message, reactions }
}
