import * as z from 'zod/mini'

import { id, seqOrZero, time } from './ids.ts'
import { user } from './user.ts'

export const role = z.enum(['owner', 'admin', 'member'])
export type Role = z.infer<typeof role>

/** Someone in a conversation, as its other members see them. */
export const member = z.object({ userId: id, role })
export type Member = z.infer<typeof member>

/** My own membership. Marks only grow. */
export const membership = z.object({
  role,
  readSeq: seqOrZero,
  deliveredSeq: seqOrZero,
  notify: z.string().check(z.describe('all, mentions or none')),
  mutedUntil: z.nullable(time),
  pinnedAt: z.nullable(time),
  archivedAt: z.nullable(time),
})
export type Membership = z.infer<typeof membership>

/** My own view of a conversation. `null` in `mutedUntil` ends the silence; a far time never does. */
export const updateMembership = z.strictObject({
  mutedUntil: z.optional(z.nullable(time.check(z.nonnegative()))),
  pinned: z.optional(z.boolean()),
  archived: z.optional(z.boolean()),
})
export type UpdateMembership = z.infer<typeof updateMembership>

/** How far one member has got: everything up to these seqs. */
export const receipt = z.object({ userId: id, deliveredSeq: seqOrZero, readSeq: seqOrZero })
export type Receipt = z.infer<typeof receipt>

export const memberPage = z.object({
  members: z.array(z.extend(member, { user })),
  nextCursor: z.optional(z.string()),
})
