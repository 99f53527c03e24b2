/**
 * The contract of the bus: a doorbell, never the record. A note may be lost, repeated or late; the
 * event log is the truth, and whoever listens repairs from it. In memory or over Redis a note
 * re-enters through the same handler.
 */
import type { Event, Signal, User, UserEventType } from '@roost/protocol'

/** What an event of a user's own log concerns. */
export interface UserChange {
  readonly event: UserEventType
  readonly conversationId: string | null
  readonly conversationSeq: number | null
  /** With `conversation.joined`: what they see of its log. */
  readonly sight?: 'all' | readonly { readonly fromSeq: number; readonly toSeq: number | null }[]
}

export type Note =
  /** Event `seq` of a conversation is durable. `event` is missing where it must be read from the log. */
  | {
      readonly type: 'event'
      readonly conversationId: string
      readonly seq: number
      readonly event?: Event
    }
  /** So is this event of one user. Without `change` it must be read from their log. */
  | {
      readonly type: 'userEvent'
      readonly userId: string
      readonly seq: number
      readonly change?: UserChange
    }
  /** Something that will be forgotten: to the members of a conversation, except one of them. */
  | {
      readonly type: 'signal'
      readonly conversationId: string
      readonly except: string
      readonly signal: Signal
    }
  /** Someone came or went: to whoever watches them. */
  | {
      readonly type: 'presence'
      readonly userId: string
      readonly online: boolean
      readonly lastSeenAt: number | null
    }
  /** The product settings are others now: read them again. */
  | { readonly type: 'settings' }
  /**
   * Someone has another name or picture: to those who share a conversation with them, and to themselves.
   * With the conversations they are in, if they are about to leave them all.
   */
  | { readonly type: 'user'; readonly user: User; readonly conversationIds?: readonly string[] }
  /** A conversation has been deleted: nobody is in it any more. */
  | { readonly type: 'deleted'; readonly conversationId: string }
  /** An account has been erased, of which something is left to do. */
  | { readonly type: 'erasing' }
  /** Someone has another role on the server. */
  | { readonly type: 'role'; readonly userId: string }
  /** A session ended before its time. */
  | { readonly type: 'revoked'; readonly userId: string; readonly sessionId: string }

export interface Bus {
  /** Never throws and never waits. */
  publish(note: Note): void
  subscribe(handler: (note: Note) => void): () => void
  /** Tells those who listen in this process alone: what the repair sweep has found. */
  hear(note: Note): void
}

/** Said once each time: until it is there again, messages reach other processes by the repair sweep. */
export class BusAwayError extends Error {
  /** @param cause what was last wrong with the connection, if anything was said */
  constructor(cause?: unknown) {
    super(
      'Redis does not answer. Messages reach people on other processes up to a second later until it does.',
      { cause },
    )
  }
}
