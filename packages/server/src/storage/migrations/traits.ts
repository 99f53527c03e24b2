/** What a migration may know of the engine it runs on. */
import type { RawBuilder } from 'kysely'

export interface Traits {
  /** Appended to a table whose rows are to lie in the order of its primary key. */
  readonly clustered: RawBuilder<unknown>
  /** The types in which better-auth's adapter keeps its dates and flags on this engine. */
  readonly date: 'text' | 'timestamptz'
  readonly flag: 'integer' | 'boolean'
  readonly no: 0 | false
}
