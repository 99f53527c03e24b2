/**
 * What one run of a fault test wrote down: who asked for what and what they were told, what each
 * device applied and held, and what the server's database says at the end. Plain JSON. The order of
 * `entries` is the order in which things happened, as seen by the one process that records.
 */

export interface History {
  /** Every device that took part, by name. */
  readonly devices: Readonly<Record<string, DeviceFacts>>
  readonly entries: readonly Entry[]
  readonly server: ServerState
  readonly finals: readonly FinalState[]
}

export interface DeviceFacts {
  readonly userId: string
  /** It sends one thing after the other: what it was given in an order has that order in the log. */
  readonly inOrder: boolean
}

/** An operation is named by `op`: the `clientId`, unless one `clientId` is used for two things. */
export type Entry =
  | Invocation
  /**
   * The server said yes. `seq`: of the message that was sent, of the read mark, of what was looked at.
   * `id`: of what was made, or was there already.
   */
  | { readonly type: 'ok'; readonly op: string; readonly seq?: number; readonly id?: string }
  /** The server said no for good. */
  | { readonly type: 'fail'; readonly op: string; readonly code: string }
  /** No answer, or one that leaves open whether it happened. It may be tried again. */
  | { readonly type: 'unknown'; readonly op: string }
  /** A frame of the socket brought this event. */
  | ({ readonly type: 'received' } & Sighting)
  /** The device took this event into its state, as the one after its cursor. */
  | ({ readonly type: 'applied' } & Sighting)
  /** The device shows this message, however it got it. */
  | ({ readonly type: 'saw' } & Sighting)
  /** The device shows this message, and beside it the same one as still waiting to be sent. */
  | ({ readonly type: 'doubled' } & Sighting)
  /** Its cursor stands here now without having applied each event: a snapshot, a fresh page. */
  | ({ readonly type: 'jumped' } & Cursor)
  /** The cursor with which it came back after a reload or a crash. */
  | ({ readonly type: 'restored' } & Cursor)
  /** It dropped what it knew of a conversation, or of all: it left, or the server is another one. */
  | { readonly type: 'forgot'; readonly device: string; readonly conversationId: string | null }
  /** Marks as a device shows them, of its own user or of another. */
  | {
      readonly type: 'marks'
      readonly device: string
      readonly conversationId: string
      readonly userId: string
      readonly deliveredSeq: number
      readonly readSeq: number
    }
  /** Its session has been ended from elsewhere: it hears and does nothing more, until it is signed in. */
  | { readonly type: 'sessionEnded' | 'signedIn'; readonly device: string }
  /** The server was put back to an earlier state on purpose: what came before proves nothing any more. */
  | { readonly type: 'rolledBack' }
  /** All faults are over, at this time in milliseconds. */
  | { readonly type: 'healed'; readonly at: number }

export interface Invocation {
  readonly type: 'invoke'
  readonly op: string
  readonly clientId: string
  readonly device: string
  readonly conversationId: string
  readonly write: Write
}

/** `look` writes nothing: it asks how far the log has got. */
export type Write =
  | { readonly type: 'send'; readonly body: string }
  | { readonly type: 'edit'; readonly messageId: string; readonly body: string }
  | { readonly type: 'delete'; readonly messageId: string }
  | {
      readonly type: 'reaction'
      readonly messageId: string
      readonly emoji: string
      readonly on: boolean
    }
  | { readonly type: 'join' | 'leave' }
  | { readonly type: 'add' | 'remove'; readonly userId: string }
  /** Makes the conversation of the write's own id, with these people besides its maker. */
  | {
      readonly type: 'create'
      readonly kind: 'direct' | 'room'
      readonly userIds: readonly string[]
    }
  | { readonly type: 'read'; readonly seq: number }
  | { readonly type: 'look' }

export interface Sighting {
  readonly device: string
  readonly conversationId: string
  readonly seq: number
  /** Of the event; a message has the id of the event that made it. */
  readonly eventId: string
}

export interface Cursor {
  readonly device: string
  readonly conversationId: string
  readonly seq: number
}

export interface ServerState {
  readonly conversations: readonly ServerConversation[]
}

/** A conversation as the database has it. */
export interface ServerConversation {
  readonly id: string
  readonly kind: 'direct' | 'room'
  readonly history: 'all' | 'sinceJoin'
  readonly visibility: 'public' | 'private'
  readonly lastSeq: number
  /** Older events are pruned. */
  readonly firstSeq: number
  /** Events up to this seq were there before the recording began: nobody was seen asking for them. */
  readonly before: number
  readonly events: readonly ServerEvent[]
  readonly messages: readonly HeldMessage[]
  readonly members: readonly ServerMember[]
  readonly intervals: readonly {
    readonly userId: string
    readonly fromSeq: number
    /** The event by which they left; null: to this day. */
    readonly toSeq: number | null
  }[]
}

export interface ServerEvent {
  readonly seq: number
  readonly id: string
  readonly type: string
  readonly actorId: string
  /** The message it is about, where that is an earlier one. */
  readonly targetSeq: number | null
  /** The user it is about. */
  readonly subjectId: string | null
}

export interface ServerMember {
  readonly userId: string
  readonly readSeq: number
  readonly unread: number
  readonly mentions: number
}

/** A message in the form in which a device and the database are compared. */
export interface HeldMessage {
  readonly seq: number
  readonly id: string
  readonly senderId: string
  readonly kind: string
  readonly body: string
  readonly edited: boolean
  readonly deleted: boolean
  /** How many have given which emoji. */
  readonly reactions: Readonly<Record<string, number>>
}

/** What a device knows when the run is over. */
export interface FinalState {
  readonly device: string
  /** When it was taken, or, where it was waited for, when it was level. Milliseconds. */
  readonly at: number
  /** The ids of writes that still wait to be sent. Refused ones that are shown are none. */
  readonly waiting: readonly string[]
  /** Those that were refused and are shown, to be tried again or deleted. */
  readonly refused: readonly string[]
  /** All that it knows its user to be in. */
  readonly conversations: readonly HeldConversation[]
}

export interface HeldConversation {
  readonly id: string
  /** The cursor, and the event at it where the device knows. */
  readonly lastSeq: number
  readonly lastEventId?: string
  /** Absent where the device does not count. */
  readonly readSeq?: number
  readonly unread?: number
  readonly mentions?: number
  /** A gapless stretch of the timeline; absent when it holds none. */
  readonly stretch?: {
    readonly messages: readonly HeldMessage[]
    readonly hasBefore: boolean
    readonly hasAfter: boolean
  }
}
