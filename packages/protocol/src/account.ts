import { z } from 'zod'

import { limits } from './limits.ts'
import { line, username } from './text.ts'

/** The fields of a new account. `name` is what others read; it may be the user name. */
const account = {
  username,
  name: line(limits.displayNameMax),
  email: z.email().max(254),
  password: z.string().max(1_000),
}
/** `POST /api/auth/sign-up/email`. Answers `{token, user}` and sets the session cookie. */
export const signUp = z.strictObject(account)
export type SignUp = z.infer<typeof signUp>

/** `POST /api/v1/setup`: the owner's account, by the one-time token that the first start printed. */
export const setUp = z.strictObject({ ...account, token: z.string().max(200) })
export type SetUp = z.infer<typeof setUp>

/** `POST /api/auth/sign-in/username`, or `sign-in/email` with `email` in place of `username`. */
export const signInUsername = z.strictObject({
  username: z.string().max(200),
  password: z.string().max(1_000),
  rememberMe: z.boolean().optional(),
})
export const signInEmail = z.strictObject({
  email: z.string().max(254),
  password: z.string().max(1_000),
  rememberMe: z.boolean().optional(),
})

/** The answer to signing up, setting up or in. `token` works as `Authorization: Bearer`. */
export const signedIn = z.object({ token: z.string(), user: z.object({ id: z.string() }) })
export type SignedIn = z.infer<typeof signedIn>
