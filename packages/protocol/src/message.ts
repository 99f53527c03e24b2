import * as z from 'zod/mini'

import { clientId, id, seq, time } from './ids.ts'
import { limits } from './limits.ts'
import { role } from './membership.ts'
import { messageText } from './text.ts'
import { user } from './user.ts'

/** The quoted message, as it is now: an edited or deleted one changes here too. */
export const quote = z.object({
  id,
  seq,
  senderId: id,
  excerpt: z.string().check(z.describe('empty where I may not see that message, or it is deleted')),
  deletedAt: z.optional(time),
})
export type Quote = z.infer<typeof quote>

/** What a message of kind `system` says. `userId` is whom it was done to, the sender who did it. */
export const systemContent = z.object({
  action: z.enum([
    'created',
    'joined',
    'added',
    'left',
    'removed',
    'renamed',
    'topic',
    'picture',
    'visibility',
    'role',
    'archived',
    'unarchived',
  ]),
  userId: z.optional(id),
  /** What it is now, where the action is about it. */
  name: z.optional(z.string()),
  topic: z.optional(z.nullable(z.string())),
  visibility: z.optional(z.enum(['public', 'private'])),
  role: z.optional(role),
})
export type SystemContent = z.infer<typeof systemContent>

/**
 * A message. `id` is the `clientId` under which it was sent: one identity from pending to confirmed.
 * An unknown `kind` is to be shown as a plain line.
 */
export const message = z.object({
  id,
  conversationId: id,
  seq,
  senderId: id,
  kind: z.string().check(z.describe('text or system; later file, voice, poll, call')),
  body: z.string(),
  content: z
    .optional(z.unknown())
    .check(z.describe('what the kind defines; for system see SystemContent')),
  createdAt: time,
  editedAt: z.optional(time),
  deletedAt: z.optional(time),
  replyTo: z.optional(quote),
  mentions: z.array(id),
  attachments: z.array(z.unknown()),
  reactions: z.array(
    z.object({ emoji: z.string(), count: z.int(), mine: z.optional(z.boolean()) }),
  ),
})
export type Message = z.infer<typeof message>

export const sendMessage = z.strictObject({
  clientId,
  body: messageText,
  replyTo: z.optional(id),
  mentions: z.optional(z.array(id).check(z.maxLength(limits.mentionsMax))),
})
export type SendMessage = z.infer<typeof sendMessage>

export const editMessage = z.strictObject({
  clientId,
  body: messageText,
  /** Replaces the mentions; absent means none. */
  mentions: z.optional(z.array(id).check(z.maxLength(limits.mentionsMax))),
})
export type EditMessage = z.infer<typeof editMessage>

/** Counts characters, not code units: half of one is no text. */
const excerpt = new RegExp(`^[\\s\\S]{0,${limits.excerptLength}}`, 'u')

/** The words of a message that a reply to it quotes: its first {@link limits.excerptLength} characters. */
export function excerptOf(body: string): string {
  return excerpt.exec(body)?.[0] ?? ''
}

/** A page by seq, ascending. `users` are the people it speaks of, for their names. */
export const messagePage = z.object({
  messages: z.array(message),
  hasBefore: z.boolean(),
  hasAfter: z.boolean(),
  users: z.array(user),
})
export type MessagePage = z.infer<typeof messagePage>
