import { z } from 'zod'

import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { user } from './user.ts'

/** An invitation to the server, or with a `conversationId` to one room and with it to the server. */
export const invite = z.object({
  id,
  conversationId: id.nullable(),
  roomName: z.string().nullable(),
  createdBy: id,
  createdAt: time,
  expiresAt: time.nullable(),
  maxUses: z.int().positive().nullable(),
  uses: z.int().nonnegative(),
})
export type Invite = z.infer<typeof invite>

/** Absent limits are the defaults, a week and any number of uses; null is no limit. */
export const createInvite = z.strictObject({
  conversationId: id.optional(),
  expiresIn: z
    .int()
    .min(limits.inviteLifeMin)
    .max(limits.inviteLifeMax)
    .nullable()
    .optional()
    .describe('milliseconds'),
  maxUses: z.int().min(1).max(limits.inviteUsesMax).nullable().optional(),
})
export type CreateInvite = z.infer<typeof createInvite>

/** `token` is told this once; the server keeps only its hash. The link is `<origin>/invite/<token>`. */
export const createdInvite = z.object({ invite, token: z.string() })

export const invitePage = z.object({
  invites: z.array(invite),
  users: z.array(user),
  nextCursor: z.string().optional(),
})

export const inviteToken = z.strictObject({ token: z.string().max(200) })

/** What somebody who holds a link may know before using it. */
export const inviteFace = z.object({
  serverName: z.string(),
  inviterName: z.string(),
  room: z
    .object({ id, name: z.string(), topic: z.string().nullable(), memberCount: z.int() })
    .nullable(),
  expiresAt: time.nullable(),
})
export type InviteFace = z.infer<typeof inviteFace>
