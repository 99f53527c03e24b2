import * as z from 'zod/mini'

import { event, unknownEvent, userEvent } from './event.ts'
import { id, seq, seqOrZero, time } from './ids.ts'
import { limits } from './limits.ts'
import { logCursor } from './sync.ts'
import { user } from './user.ts'

/** Why the server ended a socket. 4000–4499: connect again; 4500–4999: do not. */
export const closeCodes = {
  draining: 4000,
  tooSlow: 4001,
  idle: 4002,
  badFrame: 4500,
  sessionEnded: 4501,
  tooManySockets: 4502,
} as const

/** Never stored, never numbered, may be dropped; each expires by itself. */
export const signal = z.discriminatedUnion('type', [
  z.object({ type: z.literal('typing'), conversationId: id, userId: id }),
  z.object({
    type: z.literal('presence'),
    userId: id,
    online: z.boolean(),
    lastSeenAt: z.nullable(time),
  }),
  z.object({
    type: z.literal('receipt'),
    conversationId: id,
    userId: id,
    deliveredSeq: seqOrZero,
    readSeq: seqOrZero,
  }),
  /** Somebody who shares a conversation with me has another name or picture. */
  z.object({ type: z.literal('user'), user }),
])
export type Signal = z.infer<typeof signal>

const head = z.object({ conversationId: id, lastSeq: seqOrZero, readSeq: seqOrZero })

const eventFrame = z.object({ type: z.literal('event'), conversationId: id, seq, event })
const userEventFrame = z.object({ type: z.literal('userEvent'), seq, event: userEvent })
const signalFrame = z.object({ type: z.literal('signal'), signal })
/**
 * Where the log stands: the answer to `hello`, and what a slow socket gets in place of the events it
 * missed. `heads` holds the conversations in which the client is behind, or all of them when it named
 * none; one that the client named and is not a member of any more is in `gone`. `foreign` are those
 * whose cursor is not of this server's log: it was restored from a copy, and every cursor of the
 * client is worth nothing, as with another `epoch` or a `userSeq` below the client's.
 */
const headsFrame = z.object({
  type: z.literal('heads'),
  epoch: z.string(),
  userSeq: seqOrZero,
  heads: z.array(head),
  gone: z.array(id),
  foreign: z.array(id),
})
/** `sent` counts the event and userEvent frames sent on this socket so far. */
const pingFrame = z.object({ type: z.literal('ping'), sent: z.int().check(z.nonnegative()) })
/**
 * The server is stopping, and closes this socket next (4000): connect again in `retryAfter` seconds,
 * which are others for every socket, so that they do not all come at once.
 */
const drainingFrame = z.object({ type: z.literal('draining'), retryAfter: z.number() })
/** A frame of the client was refused; the socket goes on. */
const errorFrame = z.object({ type: z.literal('error'), code: z.string(), message: z.string() })

/** What the server sends. */
export const serverFrame = z.discriminatedUnion('type', [
  eventFrame,
  userEventFrame,
  signalFrame,
  headsFrame,
  pingFrame,
  drainingFrame,
  errorFrame,
])
export type ServerFrame = z.infer<typeof serverFrame>
export type HeadsFrame = z.infer<typeof headsFrame>

/** The same as a client reads it: events, user events and signals of unknown types pass. */
export const lenientServerFrame = z.discriminatedUnion('type', [
  z.extend(eventFrame, { event: z.union([event, unknownEvent]) }),
  z.extend(userEventFrame, { event: z.union([userEvent, unknownEvent]) }),
  z.extend(signalFrame, { signal: z.union([signal, z.looseObject({ type: z.string() })]) }),
  headsFrame,
  pingFrame,
  drainingFrame,
  errorFrame,
])
export type LenientServerFrame = z.infer<typeof lenientServerFrame>

/** What a client sends, at most 64 KB each. Everything is optional: a silent socket gets live events too. */
export const clientFrame = z.discriminatedUnion('type', [
  /** Resumes: answered by `heads`. Leave `heads` out when it would not fit a frame. */
  z.strictObject({
    type: z.literal('hello'),
    protocol: z.literal(1),
    epoch: z.optional(z.string().check(z.maxLength(64))),
    userSeq: z.optional(seqOrZero),
    heads: z.optional(z.array(logCursor).check(z.maxLength(2_000))),
  }),
  z.strictObject({ type: z.literal('pong') }),
  z.strictObject({ type: z.literal('typing'), conversationId: id }),
  /** Everything up to `seq` has arrived on this device. */
  z.strictObject({ type: z.literal('delivered'), conversationId: id, seq }),
  /** Replaces the set of people whose presence this socket follows; answered by their presence now. */
  z.strictObject({
    type: z.literal('watch'),
    userIds: z.array(id).check(z.maxLength(limits.watchedUsersMax)),
  }),
])
export type ClientFrame = z.infer<typeof clientFrame>
