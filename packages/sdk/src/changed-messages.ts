/** How a message looks after somebody reacted, or after the one that it quotes was changed. Pure. */
import { excerptOf, type Message } from '@roost/protocol'

/** With so many of one reaction, mine among them or not; none takes it away. */
export function withReaction(
  message: Message,
  { emoji, count, mine }: { emoji: string; count: number; mine: boolean },
): Message {
  const held = message.reactions.find((one) => one.emoji === emoji)
  if (count === 0) return { ...message, reactions: message.reactions.filter((one) => one !== held) }
  const next = { emoji, count, ...(mine && { mine }) }
  const reactions = held
    ? message.reactions.map((one) => (one === held ? next : one))
    : [...message.reactions, next]
  return { ...message, reactions }
}

/** What quotes a message quotes its words of now; of a deleted one there are none. */
export function withQuoteOf(
  message: Message,
  { body, deletedAt }: Pick<Message, 'body' | 'deletedAt'>,
): Message {
  if (!message.replyTo) return message
  const replyTo = { ...message.replyTo, excerpt: excerptOf(body) }
  return { ...message, replyTo: deletedAt === undefined ? replyTo : { ...replyTo, deletedAt } }
}
