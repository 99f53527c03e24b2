import { z } from 'zod'

import { conversation, conversationBase } from './conversation.ts'
import { id, seq, seqOrZero, time } from './ids.ts'
import { member } from './membership.ts'
import { message } from './message.ts'
import { user } from './user.ts'

const base = { id, actorId: id, createdAt: time }

/**
 * The durable events of a conversation, numbered by `seq` without gaps. Every member gets the same
 * bytes. Where an event puts a line into the timeline, that line is its `message`, at the same seq.
 */
export const event = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('conversation.created'),
    conversation: conversationBase,
    message: message.optional(),
  }),
  z.object({ ...base, type: z.literal('member.joined'), member, message }),
  z.object({ ...base, type: z.literal('member.left'), userId: id, message }),
  z.object({ ...base, type: z.literal('message.created'), message }),
])
export type Event = z.infer<typeof event>
export type EventType = Event['type']

/** An event of a type newer than this client: it moves the cursor and nothing else. */
export const unknownEvent = z.looseObject({ id, type: z.string() })

const logged = z.object({ seq, event })
export type LoggedEvent = z.infer<typeof logged>

/** A stretch of the log, ascending. It is complete up to its last event, or to `lastSeq` when shorter than asked. */
export const eventPage = z.object({
  events: z.array(logged),
  lastSeq: seqOrZero,
  firstSeq: seq,
  users: z.array(user),
})
/** The same as a client reads it: events of unknown types pass. */
export const lenientEventPage = eventPage.extend({
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
    unread: z.int().nonnegative(),
    mentions: z.int().nonnegative(),
    lastSeq: seqOrZero,
  }),
  z.object({ id, type: z.literal('me.changed') }),
])
export type UserEvent = z.infer<typeof userEvent>
export type UserEventType = UserEvent['type']
