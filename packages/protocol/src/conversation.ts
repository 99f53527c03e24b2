import { z } from 'zod'

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
  name: z.string().nullable().describe('null in a direct chat: show the other person'),
  topic: z.string().nullable(),
  visibility,
  history,
  memberCount: z.int().nonnegative(),
  picture: id.nullable().describe('GET /api/v1/pictures/:id'),
  archivedAt: time.nullable().describe('an archived room can be read, not written to'),
  createdAt: time,
})
export type ConversationBase = z.infer<typeof conversationBase>

/**
 * A conversation as one member sees it, in the state after its event `lastSeq`.
 * `membership` is null when looking into a public room without having joined.
 */
export const conversation = conversationBase.extend({
  directUserId: id
    .nullable()
    .describe('the other person of a direct chat; oneself in notes to self'),
  lastSeq: seqOrZero,
  firstSeq: seq.describe('older events are no longer replayed'),
  membership: membership.nullable(),
  unread: z.int().nonnegative().describe(`exact to ${limits.unreadMax}; one more means "more"`),
  mentions: z.int().nonnegative().describe('unread messages that name me'),
  lastMessage: message.nullable(),
  receipts: z
    .array(receipt)
    .describe(
      `of the others, in conversations of at most ${limits.smallRoomMax} members; in the chat list only where the last message is mine`,
    ),
})
export type Conversation = z.infer<typeof conversation>

export const conversationReply = conversation.extend({ users: z.array(user) })

/** Newest activity first. `epoch` and `userSeq` tell from which state of the server it is. */
export const conversationPage = z.object({
  conversations: z.array(conversation),
  users: z.array(user),
  epoch: z.string(),
  userSeq: seqOrZero,
  nextCursor: z.string().optional(),
})

export const createConversation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('direct'), clientId: clientId.optional(), userId: id }),
  z.strictObject({
    kind: z.literal('room'),
    clientId: clientId.optional(),
    name: line(limits.roomNameMax),
    topic: line(limits.topicMax).optional(),
    visibility,
    history: history.optional(),
    /** Who is in it from the start, beside its maker. */
    userIds: z.array(id).max(limits.pageMax).optional(),
  }),
])
export type CreateConversation = z.infer<typeof createConversation>

/** For the owner and the administrators of a room. */
export const updateConversation = z.strictObject({
  clientId: clientId.optional(),
  name: line(limits.roomNameMax).optional(),
  topic: line(limits.topicMax).nullable().optional(),
  visibility: visibility.optional(),
})
export type UpdateConversation = z.infer<typeof updateConversation>

/** A line of the room directory. */
export const roomListing = conversationBase.extend({ joined: z.boolean() })
export type RoomListing = z.infer<typeof roomListing>
export const roomPage = z.object({
  rooms: z.array(roomListing),
  nextCursor: z.string().optional(),
})
