/** Who may see a conversation, and who may write to it. Every path asks here. */
import { sql, type RawBuilder } from 'kysely'

import { AppError, notFound } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'

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
  const row = await selectAccess(db, conversationId, userId)
  if (!row || (row.role === null && row.visibility === 'private')) throw notFound()
  return row
}

function selectAccess(db: Db, conversationId: string, userId: string): Promise<Access | undefined> {
  return db
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
}

export async function requireMember(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<Access & { role: 'owner' | 'admin' | 'member' }> {
  const access = await findAccess(db, conversationId, userId)
  return { ...access, role: requireRole(access) }
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

/** Of the conversations in a statement, as `c`: those that somebody may read from their beginning. */
export function mayReadAll(userId: string): RawBuilder<boolean> {
  return sql<boolean>`(
    "c"."deletedAt" is null and "c"."history" = 'all'
    and ("c"."visibility" = 'public' or exists (
      select 1 from "memberships" as "mine"
      where "mine"."conversationId" = "c"."id" and "mine"."userId" = ${userId}
        and "mine"."leftSeq" is null)))`
}

/** Reads the access under the conversation's lock, so that it holds until the commit. */
export async function lockAccess(tx: Tx, conversationId: string, userId: string): Promise<Access> {
  await lock(tx, conversationId)
  return findAccess(tx.db, conversationId, userId)
}

/** The same for an administrator of the server, who need not be a member: rooms only. */
export async function lockRoom(tx: Tx, conversationId: string, userId: string): Promise<Access> {
  await lock(tx, conversationId)
  const row = await selectAccess(tx.db, conversationId, userId)
  if (row?.kind !== 'room') throw notFound()
  return row
}

async function lock(tx: Tx, conversationId: string): Promise<void> {
  await tx.db
    .updateTable('conversations')
    .set((eb) => ({ lastSeq: eb.ref('lastSeq') }))
    .where('id', '=', conversationId)
    .execute()
}

/** For what only members do. */
export function requireRole(access: Access): 'owner' | 'admin' | 'member' {
  if (access.role === null) throw joinFirst()
  return access.role
}

/** For what owners and administrators do in a room, and nobody in a direct chat. */
export function requireRoomAdmin(access: Access): 'owner' | 'admin' {
  if (access.kind === 'direct') throw directStays()
  const role = requireRole(access)
  if (role === 'member')
    throw new AppError('forbidden', 'Only the owner and the administrators of the room do this.')
  return role
}

/** An archived room is read and left, not written to. */
export function requireOpen({ archivedAt }: Access): void {
  if (archivedAt !== null) throw roomArchived()
}

export const roomArchived = () =>
  new AppError('forbidden', 'This room is archived. It can be read, not written to.', {
    reason: 'room_archived',
  })
export const directStays = () =>
  new AppError('forbidden', 'A direct chat is between two people. Make a room instead.')
export const joinFirst = () =>
  new AppError('forbidden', 'Join the room first.', { reason: 'join_first' })
