/**
 * The contract of a search index: finds where words stand, newest first. It runs behind the log,
 * may be deleted and builds itself again from it. It knows nothing of who may see what: whoever
 * asks must read the messages themselves, by the rules of access, before showing any.
 */
import type { Phrase } from './query.ts'

export interface SearchIndex {
  /** Throws `unavailable` while the index cannot be asked. */
  find(wanted: Wanted): Promise<Found>
  /** How many events are not indexed yet. */
  pending(): number
  /** Begins to follow the log. Nothing waits for it. */
  start(): void
  /** Something happened in this conversation, or it was deleted: its log is to be looked at. */
  noticed(conversationId: string): void
  close(): Promise<void>
}

export interface Wanted {
  readonly phrases: readonly Phrase[]
  /** Where to look. Hits elsewhere may be among the answer, when these are very many. */
  readonly in: readonly string[] | 'rooms'
  readonly senderId?: string | undefined
  /** Sent at or after the first, and before the second: epoch milliseconds. */
  readonly after?: number | undefined
  readonly before?: number | undefined
  /** Only what stands further down than this. */
  readonly below?: number | undefined
  readonly limit: number
}

export interface Found {
  /** Fewer than asked when there are no more. */
  readonly hits: readonly Hit[]
  /** false while much is not indexed yet */
  readonly complete: boolean
}

export interface Hit {
  readonly conversationId: string
  readonly seq: number
  /** Where it stands among all messages: higher is newer. */
  readonly place: number
}
