/** The door for sends: what a caller hands in and gets back. Each engine stores batches in its own way. */

export interface Send {
  readonly id: string
  readonly conversationId: string
  readonly senderId: string
  readonly body: string
  readonly replyTo: string | undefined
  readonly mentions: readonly string[]
  readonly requestHash: string
  readonly at: number
}

export interface QuotedRow {
  readonly id: string
  readonly seq: number
  readonly senderId: string
  readonly excerpt: string
  readonly deletedAt: number | null
}

export interface StoredSend {
  readonly status: 'stored'
  readonly seq: number
  readonly replyTo: QuotedRow | undefined
  /** Those of `mentions` who are members. */
  readonly mentions: readonly string[]
}

/** Why a send was not stored; each send of a batch is answered on its own. */
export type SendOutcome =
  | StoredSend
  | { readonly status: 'repeated'; readonly seq: number }
  | {
      readonly status: 'conflict' | 'not_found' | 'join_first' | 'room_archived' | 'reply_not_found'
    }
