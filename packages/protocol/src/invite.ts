import * as z from 'zod/mini'

import { id, time } from './ids.ts'
import { limits } from './limits.ts'
import { user } from './user.ts'

/** An invitation to the server, or with a `conversationId` to one room and with it to the server. */
export const invite = z.object({
  id,
  conversationId: z.nullable(id),
  roomName: z.nullable(z.string()),
  createdBy: id,
  createdAt: time,
  expiresAt: z.nullable(time),
  maxUses: z.nullable(z.int().check(z.positive())),
  uses: z.int().check(z.nonnegative()),
})
export type Invite = z.infer<typeof invite>

/** Absent limits are the defaults, a week and any number of uses; null is no limit. */
export const createInvite = z.strictObject({
  conversationId: z.optional(id),
  expiresIn: z
    .optional(
      z.nullable(z.int().check(z.minimum(limits.inviteLifeMin), z.maximum(limits.inviteLifeMax))),
    )
    .check(z.describe('milliseconds')),
  maxUses: z.optional(z.nullable(z.int().check(z.minimum(1), z.maximum(limits.inviteUsesMax)))),
})
export type CreateInvite = z.infer<typeof createInvite>

/** `token` is told this once; the server keeps only its hash. The link is `<origin>/invite/<token>`. */
export const createdInvite = z.object({ invite, token: z.string() })

export const invitePage = z.object({
  invites: z.array(invite),
  users: z.array(user),
  nextCursor: z.optional(z.string()),
})

export const inviteToken = z.strictObject({ token: z.string().check(z.maxLength(200)) })

/** What somebody who holds a link may know before using it. */
export const inviteFace = z.object({
  serverName: z.string(),
  inviterName: z.string(),
  room: z.nullable(
    z.object({ id, name: z.string(), topic: z.nullable(z.string()), memberCount: z.int() }),
  ),
  expiresAt: z.nullable(time),
})
export type InviteFace = z.infer<typeof inviteFace>
