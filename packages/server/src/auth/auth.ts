/** better-auth, set up for Roost: it keeps accounts, hashes passwords and makes sessions. */
import { kyselyAdapter } from '@better-auth/kysely-adapter'
import { limits, normalizeUsername, username as usernameSchema } from '@roost/protocol'
import { betterAuth, type BetterAuthOptions } from 'better-auth'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { admin, bearer, username } from 'better-auth/plugins'

import { newId, type Core } from '../core.ts'
import { hashSessionTokens } from './hashed-sessions.ts'
import { hashing } from './hashing.ts'
import { revokeSession } from './revocations.ts'

export interface AuthOptions {
  readonly secret: string
  /** Under https the cookie carries the `__Host-` prefix and is never sent in the clear. */
  readonly secure: boolean
}

/** What better-auth believes to be its address. Origins are checked by us before a request gets there. */
export const AUTH_ORIGIN = 'http://roost.internal'
/** Where better-auth looks for the client's address; set by us on every request. */
export const ADDRESS_HEADER = 'x-roost-address'

export function cookieNameFor({ secure }: Pick<AuthOptions, 'secure'>): string {
  return secure ? '__Host-roost' : 'roost'
}

const MONTH = 30 * 24 * 60 * 60

export function createAuth(core: Core, options: AuthOptions) {
  const adapter = kyselyAdapter(core.database.forAuth, { type: 'sqlite', transaction: false })
  return betterAuth({
    baseURL: AUTH_ORIGIN,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [AUTH_ORIGIN],
    database: (all: BetterAuthOptions) => hashSessionTokens(adapter(all)),
    // What is no refusal is ours to answer and to log: it would go to the console instead.
    onAPIError: { throw: true },
    logger: { level: 'error', log: (_level, message) => core.report(new Error(message)) },
    emailAndPassword: {
      enabled: true,
      minPasswordLength: limits.passwordMin,
      maxPasswordLength: limits.passwordMax,
      password: {
        hash: (password) => hashing.take(() => hashPassword(password)),
        verify: (claim) => hashing.take(() => verifyPassword(claim)),
      },
    },
    user: {
      modelName: 'users',
      additionalFields: {
        searchName: { type: 'string', required: false, input: false, returned: false },
      },
    },
    session: { modelName: 'sessions', expiresIn: 3 * MONTH, cookieCache: { enabled: false } },
    account: { modelName: 'accounts' },
    verification: { modelName: 'verifications' },
    databaseHooks: {
      session: { delete: { after: ({ id, userId }) => revokeSession(core, { id, userId }) } },
    },
    // Ours count by account as well as by address: see auth-routes.ts.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      database: { generateId: () => newId(core) },
      // Whole: it is shown to whom the session belongs.
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER], ipv6Subnet: 128 },
      // Left alone it would be off wherever NODE_ENV is "test".
      disableOriginCheck: false,
      useSecureCookies: false,
      cookiePrefix: cookieNameFor(options),
      cookies: { session_token: { name: cookieNameFor(options) } },
      defaultCookieAttributes: {
        sameSite: 'lax',
        httpOnly: true,
        path: '/',
        secure: options.secure,
      },
    },
    plugins: [
      username({
        minUsernameLength: limits.userNameMin,
        // Counted in UTF-16 units there, in characters by the validator.
        maxUsernameLength: limits.userNameMax * 2,
        usernameValidator: (name) => usernameSchema.safeParse(name).success,
        usernameNormalization: normalizeUsername,
      }),
      admin(),
      bearer(),
    ],
  })
}
export type Auth = ReturnType<typeof createAuth>
