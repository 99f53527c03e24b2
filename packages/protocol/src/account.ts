import * as z from 'zod/mini'

import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { line, username } from './text.ts'

/** The fields of a new account. `name` is what others read; it may be the user name. */
const account = {
  username,
  name: line(limits.displayNameMax),
  email: z.email().check(z.maxLength(254)),
  password: z.string().check(z.maxLength(1_000)),
}
/** `POST /api/auth/sign-up/email`. Answers `{token, user}` and sets the session cookie. */
export const signUp = z.strictObject({
  ...account,
  /** The token of an invite link, where the server asks for one or the link leads to a room. */
  invite: z.optional(z.string().check(z.maxLength(200))),
})
export type SignUp = z.infer<typeof signUp>

/** `POST /api/v1/setup`: the owner's account, by the one-time token that the first start printed. */
export const setUp = z.strictObject({ ...account, token: z.string().check(z.maxLength(200)) })
export type SetUp = z.infer<typeof setUp>

/** `POST /api/auth/sign-in/username`, or `sign-in/email` with `email` in place of `username`. */
export const signInUsername = z.strictObject({
  username: z.string().check(z.maxLength(200)),
  password: z.string().check(z.maxLength(1_000)),
  rememberMe: z.optional(z.boolean()),
})
export const signInEmail = z.strictObject({
  email: z.string().check(z.maxLength(254)),
  password: z.string().check(z.maxLength(1_000)),
  rememberMe: z.optional(z.boolean()),
})

/** The answer to signing up, setting up or in. `token` works as `Authorization: Bearer`. */
export const signedIn = z.object({ token: z.string(), user: z.object({ id: z.string() }) })
export type SignedIn = z.infer<typeof signedIn>

/** `login` is a user name or an e-mail address. The answer is the same whether or not it exists. */
export const requestPasswordReset = z.strictObject({ login: z.string().check(z.maxLength(254)) })
export const resetPassword = z.strictObject({
  token: z.string().check(z.maxLength(200)),
  newPassword: account.password,
})
export const changePassword = z.strictObject({
  currentPassword: z.string().check(z.maxLength(1_000)),
  newPassword: account.password,
})
/** Where mail about the account goes; it takes the password, since mail can reset it. */
export const changeEmail = z.strictObject({
  password: z.string().check(z.maxLength(1_000)),
  email: account.email,
})
export const done = z.object({ success: z.literal(true) })

/** A device that is signed in. */
export const session = z.object({
  id,
  current: z.boolean(),
  device: z.string().check(z.describe('the program, as it named itself; may be empty')),
  address: z.nullable(z.string()),
  createdAt: time,
  lastSeenAt: time,
})
export type Session = z.infer<typeof session>
