/** What a migration may know of the engine it runs on. */
import type { RawBuilder } from 'kysely'

export interface Traits {
  /** Appended to a table whose rows are to lie in the order of its primary key. */
  readonly clustered: RawBuilder<unknown>
  /** Words that are compared by their code points, on every engine alike. */
  readonly text: 'text' | RawBuilder<unknown>
  /** The engine's own clock, in milliseconds since the epoch, where several processes share it. */
  readonly moment?: RawBuilder<unknown>
}
