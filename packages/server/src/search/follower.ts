/** What keeps an index at the state of the logs, on either engine, in the search worker. */
import type { Hit, Wanted } from './search-index.ts'

export interface Follower {
  /** How many events are not indexed yet, as far as it knows. */
  pending(): number
  /** Something happened in these conversations: they are looked at before the rest. */
  notice(conversationIds: readonly string[]): void
  hasNoticed(): boolean
  /** The next step looks for what happened unnoticed, because a hint was lost. */
  lookAround(): void
  /** Does some milliseconds of work, in one transaction. Resolves to whether there is more. */
  step(): Promise<boolean>
  find(wanted: Wanted): Promise<Hit[]>
  close(): Promise<void>
}

/** The index cannot be used any more, and has been taken away: the next follower makes another. */
export class DamagedIndexError extends Error {}

/** Events per transaction: about 15 ms of work. */
export const EVENTS_PER_STEP = 500
/** Taking words out costs more than putting them in: they are overwritten where they stand. */
export const COST_OF_CHANGE = 10
