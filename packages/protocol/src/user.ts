import { z } from 'zod'

import { id } from './ids.ts'

/** What any member may know of another. `placeholder` is the author of imported messages. */
export const user = z.object({
  id,
  kind: z.string().describe('person, bot, placeholder or deleted'),
  username: z.string().nullable(),
  name: z.string(),
})
export type User = z.infer<typeof user>

/** The signed-in user, as only they see themselves. */
export const me = user.extend({
  email: z.string(),
  role: z.enum(['owner', 'admin', 'user']),
  locale: z.string().nullable().describe('BCP 47; null follows the device'),
  timeZone: z.string().nullable().describe('IANA; null follows the device'),
  sessionId: id,
})
export type Me = z.infer<typeof me>

export const updateMe = z.strictObject({
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
