/** Leaving a room, and being removed from it: nothing that comes after is theirs any more. */
import { seeded } from '@roost/protocol/seeded-bugs'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import type { Tx } from '../storage/database.ts'
import { lockAccess, requireRoomAdmin } from './access.ts'
import { hashRequest } from './events.ts'
import { changeCount, findRole, noSuchMember } from './memberships.ts'
import { findRepeat } from './repeats.ts'
import { setRole } from './roles.ts'
import { appendWithLine } from './system-messages.ts'
import { appendUserEvent } from './user-events.ts'

interface Request {
  readonly conversationId: string
  readonly userId: string
  readonly clientId?: string | undefined
}

/** Whoever leaves as the last owner leaves the room to somebody. */
export async function leaveRoom(core: Core, request: Request): Promise<{ seq: number }> {
  const { conversationId, userId } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('leave', conversationId)
  return core.database.write(async (tx) => {
    // Asked first: after leaving, a private room may not even be known to exist.
    const repeat = await findRepeat(core, tx, { id, actorId: userId, requestHash })
    if (repeat) return { seq: repeat.seq }
    const access = await lockAccess(tx, conversationId, userId)
    if (access.kind === 'direct') throw new AppError('forbidden', 'A direct chat cannot be left.')
    if (access.role === null) throw new AppError('forbidden', 'You are not in this room.')
    const seq = await appendLeft(core, tx, {
      conversationId,
      id,
      actorId: userId,
      userId,
      requestHash,
    })
    const heir = access.role === 'owner' ? await findHeir(tx, conversationId) : undefined
    if (heir)
      await setRole(core, tx, {
        conversationId,
        id: newId(core),
        actorId: userId,
        userId: heir,
        role: 'owner',
        requestHash,
      })
    await tellLeft(core, tx, { conversationId, userId, seq })
    return { seq }
  })
}

/** The owner removes anyone, administrators remove members. */
export async function removeMember(
  core: Core,
  request: Request & { removedId: string },
): Promise<{ userId: string; seq: number }> {
  const { conversationId, userId: actorId, removedId: userId } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('remove', conversationId, userId)
  return core.database.write(async (tx) => {
    const role = requireRoomAdmin(await lockAccess(tx, conversationId, actorId))
    const repeat = await findRepeat(core, tx, { id, actorId, requestHash })
    if (repeat) return { userId, seq: repeat.seq }
    const theirs = await findRole(tx, conversationId, userId)
    if (theirs === undefined) throw noSuchMember()
    if (userId === actorId)
      throw new AppError('forbidden', 'Nobody removes themselves. Leave the room instead.')
    if (role === 'admin' && theirs !== 'member')
      throw new AppError('forbidden', 'Only the owner removes owners and administrators.')
    const seq = await appendLeft(core, tx, { conversationId, id, actorId, userId, requestHash })
    await tellLeft(core, tx, { conversationId, userId, seq })
    return { userId, seq }
  })
}

/** The event, its line, and the end of the membership. */
async function appendLeft(
  core: Core,
  tx: Tx,
  left: {
    conversationId: string
    id: string
    actorId: string
    userId: string
    requestHash: string
  },
): Promise<number> {
  const { conversationId, id, actorId, userId, requestHash } = left
  await changeCount(tx, conversationId, -1)
  const seq = await appendWithLine(core, tx, {
    event: {
      conversationId,
      id,
      actorId,
      type: 'member.left',
      subjectId: userId,
      requestHash,
      at: core.now(),
    },
    content: { action: actorId === userId ? 'left' : 'removed', userId },
    tell: (base, message) => ({ ...base, type: 'member.left', userId, message }),
  })
  await tx.db
    .updateTable('memberships')
    .set({ leftSeq: seq, role: 'member' })
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .execute()
  await tx.db
    .updateTable('membershipIntervals')
    .set({ toSeq: seq })
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .where('toSeq', 'is', null)
    .execute()
  return seq
}

async function tellLeft(
  core: Core,
  tx: Tx,
  left: { conversationId: string; userId: string; seq: number },
): Promise<void> {
  if (seeded?.('leaving-not-told')) return
  const { conversationId, userId, seq: conversationSeq } = left
  await appendUserEvent(core, tx, {
    userId,
    id: newId(core),
    type: 'conversation.left',
    conversationId,
    conversationSeq,
  })
}

/** A room is never without an owner while it has members: an administrator follows, else the longest-standing one. */
async function findHeir(tx: Tx, conversationId: string): Promise<string | undefined> {
  const heir = await tx.db
    .selectFrom('memberships as m')
    .innerJoin('membershipIntervals as i', (join) =>
      join
        .onRef('i.conversationId', '=', 'm.conversationId')
        .onRef('i.userId', '=', 'm.userId')
        .on('i.toSeq', 'is', null),
    )
    .select(['m.userId', 'm.role'])
    .where('m.conversationId', '=', conversationId)
    .where('m.leftSeq', 'is', null)
    .orderBy((eb) =>
      eb
        .case()
        .when('m.role', '=', 'owner')
        .then(0)
        .when('m.role', '=', 'admin')
        .then(1)
        .else(2)
        .end(),
    )
    .orderBy('i.fromSeq')
    .limit(1)
    .executeTakeFirst()
  // With another owner there is nothing to inherit.
  return heir?.role === 'owner' ? undefined : heir?.userId
}
