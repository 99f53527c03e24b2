import * as z from 'zod/mini'

import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { line } from './text.ts'

/** What any member may know of another. `placeholder` is the author of imported messages. */
export const user = z.object({
  id,
  kind: z.string().check(z.describe('person, bot, placeholder or deleted')),
  username: z.nullable(z.string()),
  name: z.string(),
  picture: z.nullable(id).check(z.describe('GET /api/v1/pictures/:id')),
})
export type User = z.infer<typeof user>

/** One person's page. */
export const profile = z.extend(user, { about: z.nullable(z.string()) })
export type Profile = z.infer<typeof profile>

/** What someone may do on the whole server, as distinct from their role in a room. */
export const serverRole = z.enum(['owner', 'admin', 'user'])
export type ServerRole = z.infer<typeof serverRole>

/** The signed-in user, as only they see themselves. */
export const me = z.extend(profile, {
  email: z.string(),
  role: serverRole,
  locale: z.nullable(z.string()).check(z.describe('BCP 47; null follows the device')),
  timeZone: z.nullable(z.string()).check(z.describe('IANA; null follows the device')),
  sessionId: id,
  resetLinkMadeAt: z
    .nullable(time)
    .check(
      z.describe(
        'when an administrator made a reset link for this account, until it is acknowledged',
      ),
    ),
})
export type Me = z.infer<typeof me>

export const updateMe = z.strictObject({
  name: z.optional(line(limits.displayNameMax)),
  about: z.optional(z.nullable(line(limits.aboutMax))),
  /** I have seen that a reset link was made. */
  resetLinkSeen: z.optional(z.literal(true)),
  locale: z.optional(
    z.nullable(z.string().check(z.maxLength(35), z.regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/))),
  ),
  timeZone: z.optional(
    z.nullable(z.string().check(z.maxLength(64), z.regex(/^[A-Za-z0-9_+/-]+$/))),
  ),
})
export type UpdateMe = z.infer<typeof updateMe>
