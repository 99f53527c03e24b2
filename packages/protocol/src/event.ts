import * as z from 'zod/mini'

import { conversation, conversationBase } from './conversation.ts'
import { id, seq, seqOrZero, time } from './ids.ts'
import { member, membership } from './membership.ts'
import { message } from './message.ts'
import { user } from './user.ts'

const base = { id, actorId: id, createdAt: time }

/**
 * The durable events of a conversation, numbered by `seq` without gaps. Every member gets the same
 * bytes, but for what tells of messages from before they were there, in a room that hides its past:
 * that is `message.hidden`, and the `replyTo` of a later message has an empty `excerpt`. Where an event puts a line into the timeline, that line is its `message`, at the same seq;
 * `message.changed` alone speaks of an earlier one. What an event tells of a message is how it is
 * when the event is sent or replayed, so later changes may be in it already: applying one twice, or
 * an old one after a newer, leaves the same result as the log in its order.
 */
export const event = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('conversation.created'),
    conversation: conversationBase,
    message: z.optional(message),
  }),
  z.object({ ...base, type: z.literal('member.joined'), member, message }),
  z.object({ ...base, type: z.literal('member.left'), userId: id, message }),
  z.object({
    ...base,
    type: z.literal('conversation.changed'),
    conversation: conversationBase,
    message,
  }),
  /** Somebody has another role. */
  z.object({ ...base, type: z.literal('member.changed'), member, message }),
  z.object({ ...base, type: z.literal('message.created'), message }),
  z.object({
    ...base,
    type: z.literal('message.changed'),
    message: message.check(
      z.describe('edited, or deleted: see deletedAt. Without my reactions marked'),
    ),
    mentionsBefore: z.array(id).check(z.describe('whom it named before this change, for counting')),
  }),
  z.object({
    ...base,
    type: z.literal('reaction.changed'),
    messageId: id,
    messageSeq: seq,
    userId: id,
    emoji: z.string(),
    on: z.boolean(),
    count: z.int().check(z.nonnegative(), z.describe('how many have this reaction now')),
  }),
  /**
   * Something about a message from before I was there, in a room that hides its past: it moves the
   * cursor and says nothing else.
   */
  z.object({ ...base, type: z.literal('message.hidden') }),
])
export type Event = z.infer<typeof event>
export type EventType = Event['type']

/** An event of a type newer than this client: it moves the cursor and nothing else. */
export const unknownEvent = z.looseObject({ id, type: z.string() })

export const logged = z.object({ seq, event })
export type LoggedEvent = z.infer<typeof logged>

/** A stretch of the log, ascending. It is complete up to its last event, or to `lastSeq` when shorter than asked. */
export const eventPage = z.object({
  events: z.array(logged),
  lastSeq: seqOrZero,
  firstSeq: seq,
  users: z.array(user),
})
/** The same as a client reads it: events of unknown types pass. */
export const lenientEventPage = z.extend(eventPage, {
  events: z.array(z.object({ seq, event: z.union([event, unknownEvent]) })),
})

/**
 * What concerns one user alone, numbered by a `seq` of their own. Replay shows the present:
 * `conversation.joined` carries the conversation as it is now.
 */
export const userEvent = z.discriminatedUnion('type', [
  z.object({
    id,
    type: z.literal('conversation.joined'),
    conversation,
    users: z.array(user),
  }),
  z.object({ id, type: z.literal('conversation.left'), conversationId: id, seq }),
  z.object({
    id,
    type: z.literal('read.changed'),
    conversationId: id,
    readSeq: seqOrZero,
    /** Counted in the state after event `lastSeq`. */
    unread: z.int().check(z.nonnegative()),
    mentions: z.int().check(z.nonnegative()),
    lastSeq: seqOrZero,
  }),
  /** I pinned, muted or archived it. */
  z.object({
    id,
    type: z.literal('membership.changed'),
    conversationId: id,
    membership: z.pick(membership, {
      notify: true,
      mutedUntil: true,
      pinnedAt: true,
      archivedAt: true,
    }),
  }),
  z.object({ id, type: z.literal('me.changed') }),
])
export type UserEvent = z.infer<typeof userEvent>
export type UserEventType = UserEvent['type']
