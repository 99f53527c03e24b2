/** Coming back after an absence: what a client has, and what it missed. */
import * as z from 'zod/mini'

import { event, logged, unknownEvent, userEvent } from './event.ts'
import { id, seq, seqOrZero } from './ids.ts'
import { limits } from './limits.ts'
import { message } from './message.ts'
import { user } from './user.ts'

/** How far a client has come in a conversation. With `eventId`, a log that was restored is noticed. */
export const logCursor = z.strictObject({
  conversationId: id,
  seq: seqOrZero,
  eventId: z.optional(id).check(z.describe('id of the event at that seq')),
})
export type LogCursor = z.infer<typeof logCursor>

/**
 * `heads` are answered in their order while there is room for events: name first what is on the screen.
 * Who is in more conversations names some, and compares the others by themselves.
 */
export const syncRequest = z.strictObject({
  epoch: z.string().check(z.maxLength(64)),
  userSeq: seqOrZero,
  heads: z.array(logCursor).check(z.maxLength(limits.syncHeadsMax)),
})
export type SyncRequest = z.infer<typeof syncRequest>

const syncedConversation = z.object({
  conversationId: id,
  lastSeq: seqOrZero,
  lastEventId: z.string(),
  events: z
    .nullable(z.array(logged))
    .check(
      z.describe(
        'all from the cursor to lastSeq. null: more than there is room for, or not named: ask for them',
      ),
    ),
})

/**
 * From the state that the client named to that of now. With another `epoch`, a `userSeq` below the
 * client's or anything `foreign`, no cursor of the client is worth anything: read all of it anew.
 */
export const syncReply = z.object({
  epoch: z.string(),
  userSeq: seqOrZero,
  unchanged: z.boolean(),
  userEvents: z
    .nullable(z.array(z.object({ seq, event: userEvent })))
    .check(
      z.describe(
        'of my own log: the last of each kind that still says something; they lead to userSeq. null: read the list anew',
      ),
    ),
  conversations: z
    .array(syncedConversation)
    .check(z.describe('in which I am further than was named, or which were not named')),
  gone: z.array(id).check(z.describe('named, and I am not in them any more')),
  foreign: z.array(id).check(z.describe("the cursor is not of this server's log")),
  users: z.array(user),
})
export type SyncReply = z.infer<typeof syncReply>
/** The same as a client reads it: events of unknown types pass. */
export const lenientSyncReply = z.extend(syncReply, {
  userEvents: z.nullable(z.array(z.object({ seq, event: z.union([userEvent, unknownEvent]) }))),
  conversations: z.array(
    z.extend(syncedConversation, {
      events: z.nullable(z.array(z.object({ seq, event: z.union([event, unknownEvent]) }))),
    }),
  ),
})

/**
 * For a client that holds some messages of a log that has gone far ahead: it keeps them, corrected.
 * `lastSeq` is where the log stands, and to where they are corrected.
 */
export const changesPage = z.object({
  messages: z.array(message),
  users: z.array(user),
  lastSeq: seqOrZero,
  lastEventId: z.string(),
})
