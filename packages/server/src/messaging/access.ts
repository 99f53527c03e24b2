/** Who may see a conversation, and who may write to it. Every path asks here. */
import { AppError, notFound } from '../errors.ts'
import type { Db } from '../storage/database.ts'

export interface Access {
  readonly conversationId: string
  readonly kind: 'direct' | 'room'
  readonly visibility: 'public' | 'private'
  readonly history: 'all' | 'sinceJoin'
  readonly memberCount: number
  readonly lastSeq: number
  readonly firstSeq: number
  readonly archivedAt: number | null
  /** null: not a member, or not any more */
  readonly role: 'owner' | 'admin' | 'member' | null
}

/** Anyone's view of a conversation they may know of: their own, and public rooms. Else `not_found`. */
export async function findAccess(db: Db, conversationId: string, userId: string): Promise<Access> {
  const row = await db
    .selectFrom('conversations as c')
    .leftJoin('memberships as m', (join) =>
      join
        .onRef('m.conversationId', '=', 'c.id')
        .on('m.userId', '=', userId)
        .on('m.leftSeq', 'is', null),
    )
    .select(['c.id as conversationId', 'c.kind', 'c.visibility', 'c.history', 'c.memberCount'])
    .select(['c.lastSeq', 'c.firstSeq', 'c.archivedAt', 'm.role'])
    .where('c.id', '=', conversationId)
    .where('c.deletedAt', 'is', null)
    .executeTakeFirst()
  if (!row || (row.role === null && row.visibility === 'private')) throw notFound()
  return row
}

export async function requireMember(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<Access & { role: 'owner' | 'admin' | 'member' }> {
  const access = await findAccess(db, conversationId, userId)
  const { role } = access
  if (role === null) throw joinFirst()
  return { ...access, role }
}

/** A public room shows its messages to anyone, unless it hides its past even from those who join. */
export async function requireReader(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<Access> {
  const access = await findAccess(db, conversationId, userId)
  if (access.role === null && access.history === 'sinceJoin') throw joinFirst()
  return access
}

export const joinFirst = () =>
  new AppError('forbidden', 'Join the room first.', { reason: 'join_first' })
