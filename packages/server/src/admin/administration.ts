/** What administrative acts work with: built once, in app.ts. */
import type { Accounts } from '../auth/accounts.ts'
import type { Credentials } from '../auth/credentials.ts'
import type { Core } from '../core.ts'
import type { RoomRemoval } from '../messaging/room-deletion.ts'
import type { Presence } from '../people/presence.ts'
import type { Erasures } from './erasures.ts'
import type { HealthCheck } from './health.ts'

export interface Administration {
  readonly core: Core
  readonly accounts: Accounts
  readonly credentials: Credentials
  /** Whether a mail server is set. */
  readonly hasMail: boolean
  readonly presence: Presence
  /** What goes on after an act has been answered. */
  readonly erasures: Erasures
  readonly roomRemoval: RoomRemoval
  readonly health: HealthCheck
  /** Open at this moment, of everyone. */
  readonly openSockets: () => number
  readonly version: string
  readonly startedAt: number
  /** The public one; undefined where none is configured. */
  readonly origin: string | undefined
  /** Where this machine reaches the server. */
  readonly localOrigin: () => string
}
