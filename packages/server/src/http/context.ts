/** What routes work with. */
import type { Administration } from '../admin/administration.ts'
import type { Accounts } from '../auth/accounts.ts'
import type { Auth } from '../auth/auth.ts'
import type { Credentials } from '../auth/credentials.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Config } from '../config.ts'
import type { Core } from '../core.ts'
import type { Limiter } from '../rate-limit.ts'

export interface Context {
  readonly core: Core
  readonly config: Config
  readonly auth: Auth
  readonly accounts: Accounts
  readonly credentials: Credentials
  readonly sessions: Sessions
  readonly limiters: Limiters
  readonly administration: Administration
}

export interface Limiters {
  /** Per user. */
  readonly requests: Limiter
  readonly sends: Limiter
  /** What walks an index for whatever somebody types. */
  readonly searches: Limiter
  /** Pictures. */
  readonly uploads: Limiter
  /** Per account as it was typed, and per address. */
  readonly signInsByAccount: Limiter
  readonly signInsByAddress: Limiter
  readonly signUpsByAddress: Limiter
}
