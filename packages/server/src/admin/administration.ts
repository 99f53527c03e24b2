/** What administrative acts work with: built once, in app.ts. */
import type { Accounts } from '../auth/accounts.ts'
import type { Core } from '../core.ts'
import type { Presence } from '../people/presence.ts'

export interface Administration {
  readonly core: Core
  readonly accounts: Accounts
  readonly presence: Presence
  /** Open at this moment, of everyone. */
  readonly openSockets: () => number
  readonly version: string
  readonly startedAt: number
  /** The data folder. */
  readonly folder: string
  /** The public one; undefined where none is configured. */
  readonly origin: string | undefined
  /** Where this machine reaches the server. */
  readonly localOrigin: () => string
}
