import { z } from 'zod'

import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { line } from './text.ts'

/** What any member may know of another. `placeholder` is the author of imported messages. */
export const user = z.object({
  id,
  kind: z.string().describe('person, bot, placeholder or deleted'),
  username: z.string().nullable(),
  name: z.string(),
  picture: id.nullable().describe('GET /api/v1/pictures/:id'),
})
export type User = z.infer<typeof user>

/** One person's page. */
export const profile = user.extend({ about: z.string().nullable() })
export type Profile = z.infer<typeof profile>

/** What someone may do on the whole server, as distinct from their role in a room. */
export const serverRole = z.enum(['owner', 'admin', 'user'])
export type ServerRole = z.infer<typeof serverRole>

/** The signed-in user, as only they see themselves. */
export const me = profile.extend({
  email: z.string(),
  role: serverRole,
  locale: z.string().nullable().describe('BCP 47; null follows the device'),
  timeZone: z.string().nullable().describe('IANA; null follows the device'),
  sessionId: id,
  resetLinkMadeAt: time
    .nullable()
    .describe('when an administrator made a reset link for this account, until it is acknowledged'),
})
export type Me = z.infer<typeof me>

export const updateMe = z.strictObject({
  name: line(limits.displayNameMax).optional(),
  about: line(limits.aboutMax).nullable().optional(),
  /** I have seen that a reset link was made. */
  resetLinkSeen: z.literal(true).optional(),
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/)
    .nullable()
    .optional(),
  timeZone: z
    .string()
    .max(64)
    .regex(/^[A-Za-z0-9_+/-]+$/)
    .nullable()
    .optional(),
})
export type UpdateMe = z.infer<typeof updateMe>
