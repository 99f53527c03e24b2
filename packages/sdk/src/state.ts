/** What a client knows: the only copy of server data in a program that uses the SDK. Immutable. */
import type { Conversation, Me, Message, Receipt, ServerInfo, User } from '@roost/protocol'

export interface State {
  /** `starting` until it is known whether there is a session. */
  readonly session: 'starting' | 'signedOut' | 'signedIn'
  readonly connection: Connection
  readonly me: Me | null
  readonly server: ServerInfo | null
  readonly users: Readonly<Record<string, User>>
  readonly presence: Readonly<Record<string, Presence>>
  readonly conversations: Readonly<Record<string, ConversationState>>
  /** False until the whole chat list has been read once. */
  readonly conversationsLoaded: boolean
  /** From which state of the server the chat list is; null until all of it is from the same one. */
  readonly cursor: ListCursor | null
  /** What I did and the server has not confirmed, or the log not shown, in the order of doing. */
  readonly outbox: readonly PendingWrite[]
}

export interface Connection {
  readonly status: 'connecting' | 'online' | 'offline'
  /** When the connection was lost, in milliseconds of the injected clock; null while online. */
  readonly since: number | null
}

/** My own log has been applied up to its event `userSeq`, of the server's history `epoch`. */
export interface ListCursor {
  readonly epoch: string
  readonly userSeq: number
}

export interface Presence {
  readonly online: boolean
  readonly lastSeenAt: number | null
}

/**
 * A conversation after its event `lastSeq` (the cursor): every event up to there is applied, none
 * beyond. `receipts` hold the others' marks by user; a mark that never arrived is missing.
 */
export interface ConversationState extends Omit<Conversation, 'receipts'> {
  readonly receipts: Readonly<Record<string, Receipt>>
  /** Who is typing now, with the time at which that stops being believed. */
  readonly typing: Readonly<Record<string, number>>
  /** The stretch of messages in memory; absent until the conversation is opened. */
  readonly window?: MessageWindow
  /** For counting unread anew: see {@link Recent}. Absent: nothing applied since this was read. */
  readonly recent?: Recent
}

/**
 * What the events after `since` did to what is unread, up to the cursor. A read mark that the server
 * counted a few events ago is brought up to date by it.
 */
export interface Recent {
  readonly since: number
  readonly steps: readonly CountStep[]
}

/** Event `seq` changed what message `target` counts for. */
export interface CountStep {
  readonly seq: number
  readonly target: number
  readonly before: Weight
  readonly after: Weight
}

/** What one message counts for: itself, and its naming me. */
export interface Weight {
  readonly unread: 0 | 1
  readonly mentions: 0 | 1
}

/** A gapless, ascending stretch of messages. Live messages are appended while `hasAfter` is false. */
export interface MessageWindow {
  readonly messages: readonly Message[]
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

interface Pending {
  /** Minted when I acted: the id of the event that it makes. */
  readonly clientId: string
  readonly conversationId: string
  readonly createdAt: number
  /** Set before it goes out for the first time: the server may have it, and it does not change any more. */
  readonly tried?: true | undefined
  /** Set when the server refused it for good: shown until the user retries or deletes it. */
  readonly failed?: Refusal | undefined
}

/** Why a write was refused: as in `ApiError`, and `expired` for what went out never and is too old now. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly reason?: string | undefined
}

/** A message on its way. Its `clientId` becomes the id of the message. */
export interface PendingMessage extends Pending {
  readonly type: 'send'
  readonly senderId: string
  readonly body: string
  readonly replyTo?: string | undefined
  readonly mentions?: readonly string[] | undefined
  /** Set when the server has stored it, for the moment until the log shows it. */
  readonly seq?: number | undefined
}

interface PendingOfMessage extends Pending {
  /** Of a message that may be on its way itself. */
  readonly messageId: string
  /** Set when the server has confirmed it, for the moment until the log shows it. */
  readonly done?: true | undefined
}

export interface PendingEdit extends PendingOfMessage {
  readonly type: 'edit'
  readonly body: string
  readonly mentions: readonly string[]
}

export interface PendingDeletion extends PendingOfMessage {
  readonly type: 'delete'
}

export interface PendingReaction extends PendingOfMessage {
  readonly type: 'reaction'
  readonly emoji: string
  readonly on: boolean
}

/** A change of a message. */
export type PendingChange = PendingEdit | PendingDeletion | PendingReaction

export interface PendingMembership extends Pending {
  readonly type: 'join' | 'leave'
}

/** I have read up to the message `upTo`. */
export interface PendingRead extends Pending {
  readonly type: 'read'
  readonly upTo: number
}

/** Whatever I did that has not arrived yet. */
export type PendingWrite = PendingMessage | PendingChange | PendingMembership | PendingRead
