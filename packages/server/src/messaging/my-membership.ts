/** My own view of a conversation: pinned, muted, archived. Nobody else is told. */
import type { Membership, UpdateMembership } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { requireMember } from './access.ts'
import { appendUserEvent } from './user-events.ts'

export async function updateMembership(
  core: Core,
  request: { conversationId: string; userId: string } & UpdateMembership,
): Promise<Membership> {
  const { conversationId, userId, mutedUntil, pinned, archived } = request
  return core.database.write(async (tx) => {
    await requireMember(tx.db, conversationId, userId)
    const before = await tx.db
      .selectFrom('memberships')
      .select(['role', 'readSeq', 'deliveredSeq', 'notify', 'mutedUntil', 'pinnedAt', 'archivedAt'])
      .where('conversationId', '=', conversationId)
      .where('userId', '=', userId)
      .executeTakeFirstOrThrow()
    const since = (on: boolean, at: number | null) => (on ? (at ?? core.now()) : null)
    const change = {
      mutedUntil: mutedUntil === undefined ? before.mutedUntil : mutedUntil,
      pinnedAt: pinned === undefined ? before.pinnedAt : since(pinned, before.pinnedAt),
      archivedAt: archived === undefined ? before.archivedAt : since(archived, before.archivedAt),
    }
    if (
      change.mutedUntil === before.mutedUntil &&
      change.pinnedAt === before.pinnedAt &&
      change.archivedAt === before.archivedAt
    )
      return before
    await tx.db
      .updateTable('memberships')
      .set(change)
      .where('conversationId', '=', conversationId)
      .where('userId', '=', userId)
      .execute()
    const id = newId(core)
    await appendUserEvent(core, tx, { userId, id, type: 'membership.changed', conversationId })
    return { ...before, ...change }
  })
}
