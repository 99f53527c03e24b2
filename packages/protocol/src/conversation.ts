import * as z from 'zod/mini'

import { clientId, id, seq, seqOrZero, time } from './ids.ts'
import { limits } from './limits.ts'
import { membership, receipt } from './membership.ts'
import { message } from './message.ts'
import { line } from './text.ts'
import { user } from './user.ts'

export const visibility = z.enum(['public', 'private'])
export const history = z.enum(['all', 'sinceJoin'])

/** What everyone in a conversation sees alike. */
export const conversationBase = z.object({
  id,
  kind: z.enum(['direct', 'room']),
  name: z.nullable(z.string()).check(z.describe('null in a direct chat: show the other person')),
  topic: z.nullable(z.string()),
  visibility,
  history,
  memberCount: z.int().check(z.nonnegative()),
  picture: z.nullable(id).check(z.describe('GET /api/v1/pictures/:id')),
  archivedAt: z.nullable(time).check(z.describe('an archived room can be read, not written to')),
  createdAt: time,
})
export type ConversationBase = z.infer<typeof conversationBase>

/**
 * A conversation as one member sees it, in the state after its event `lastSeq`.
 * `membership` is null when looking into a public room without having joined.
 */
export const conversation = z.extend(conversationBase, {
  directUserId: z
    .nullable(id)
    .check(z.describe('the other person of a direct chat; oneself in notes to self')),
  lastSeq: seqOrZero,
  lastEventId: z.string().check(z.describe('id of the event at lastSeq; empty before the first')),
  firstSeq: seq.check(z.describe('older events are no longer replayed')),
  membership: z.nullable(membership),
  unread: z
    .int()
    .check(z.nonnegative(), z.describe(`exact to ${limits.unreadMax}; one more means "more"`)),
  mentions: z.int().check(z.nonnegative(), z.describe('unread messages that name me')),
  lastMessage: z.nullable(message),
  receipts: z
    .array(receipt)
    .check(
      z.describe(
        `of the others, in conversations of at most ${limits.smallRoomMax} members; in the chat list only where the last message is mine`,
      ),
    ),
})
export type Conversation = z.infer<typeof conversation>

export const conversationReply = z.extend(conversation, { users: z.array(user) })

/** Newest activity first. `epoch` and `userSeq` tell from which state of the server it is. */
export const conversationPage = z.object({
  conversations: z.array(conversation),
  users: z.array(user),
  epoch: z.string(),
  userSeq: seqOrZero,
  nextCursor: z.optional(z.string()),
})

export const createConversation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('direct'), clientId: z.optional(clientId), userId: id }),
  z.strictObject({
    kind: z.literal('room'),
    clientId: z.optional(clientId),
    name: line(limits.roomNameMax),
    topic: z.optional(line(limits.topicMax)),
    visibility,
    history: z.optional(history),
    /** Who is in it from the start, beside its maker. */
    userIds: z.optional(z.array(id).check(z.maxLength(limits.pageMax))),
  }),
])
export type CreateConversation = z.infer<typeof createConversation>

/** For the owner and the administrators of a room. */
export const updateConversation = z.strictObject({
  clientId: z.optional(clientId),
  name: z.optional(line(limits.roomNameMax)),
  topic: z.optional(z.nullable(line(limits.topicMax))),
  visibility: z.optional(visibility),
})
export type UpdateConversation = z.infer<typeof updateConversation>

/** A line of the room directory. */
export const roomListing = z.extend(conversationBase, { joined: z.boolean() })
export type RoomListing = z.infer<typeof roomListing>
export const roomPage = z.object({
  rooms: z.array(roomListing),
  nextCursor: z.optional(z.string()),
})
