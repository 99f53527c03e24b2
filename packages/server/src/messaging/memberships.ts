/** Joining, leaving and adding: each is one event, one line in the timeline and one interval of seqs. */
import { fold, type Member, type User } from '@roost/protocol'
import { sql } from 'kysely'

import { newId, type Core } from '../core.ts'
import { contains, parseCursor, toCursor } from '../cursor.ts'
import { AppError } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import { findAccess, requireMember, requireReader, type Access } from './access.ts'
import { insertMembership } from './conversations.ts'
import { appendEvent, findRepeat, hashRequest } from './events.ts'
import { writeSystemMessage } from './system-messages.ts'
import { appendUserEvent } from './user-events.ts'

interface Request {
  readonly conversationId: string
  readonly userId: string
  readonly clientId: string | undefined
}

export async function joinRoom(core: Core, request: Request): Promise<void> {
  const { conversationId, userId } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('join', conversationId)
  await core.database.write(async (tx) => {
    const access = await lockAccess(tx, conversationId, userId)
    if (await findRepeat(tx, { id, actorId: userId, requestHash })) return
    if (access.role !== null) return
    await appendJoined(core, tx, { conversationId, id, actorId: userId, userId, requestHash })
  })
}

/** Adds someone else: any member may in a public room, owners and administrators in a private one. */
export async function addMember(
  core: Core,
  request: Request & { addedId: string },
): Promise<{ userId: string; seq: number; created: boolean }> {
  const { conversationId, userId, addedId } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('add', conversationId, addedId)
  return core.database.write(async (tx) => {
    const access = await lockAccess(tx, conversationId, userId)
    requireAdding(access)
    const repeat = await findRepeat(tx, { id, actorId: userId, requestHash })
    if (repeat) return { userId: addedId, seq: repeat.seq, created: false }
    const added = await tx.db
      .selectFrom('users as u')
      .leftJoin('memberships as m', (join) =>
        join
          .onRef('m.userId', '=', 'u.id')
          .on('m.conversationId', '=', conversationId)
          .on('m.leftSeq', 'is', null),
      )
      .select(['u.kind', 'm.userId as memberId'])
      .where('u.id', '=', addedId)
      .executeTakeFirst()
    if (added?.kind !== 'person' && added?.kind !== 'bot')
      throw new AppError('not_found', 'There is no such person.', { field: 'userId' })
    if (added.memberId !== null) return { userId: addedId, seq: access.lastSeq, created: false }
    const seq = await appendJoined(core, tx, {
      conversationId,
      id,
      actorId: userId,
      userId: addedId,
      requestHash,
    })
    return { userId: addedId, seq, created: true }
  })
}

/** The check that {@link addMember} makes, for requests that turn out malformed. */
export async function checkMayAdd(db: Db, conversationId: string, userId: string): Promise<void> {
  requireAdding(await requireMember(db, conversationId, userId))
}

function requireAdding(access: Access): void {
  if (access.kind === 'direct')
    throw new AppError('forbidden', 'A direct chat is between two people. Make a room instead.')
  if (access.role === null)
    throw new AppError('forbidden', 'Join the room first.', { reason: 'join_first' })
  if (access.visibility === 'private' && access.role === 'member')
    throw new AppError('forbidden', 'Only owners and administrators add people to a private room.')
}

/** Reads the access under the conversation's lock, so that it holds until the commit. */
async function lockAccess(tx: Tx, conversationId: string, userId: string): Promise<Access> {
  await tx.db
    .updateTable('conversations')
    .set((eb) => ({ lastSeq: eb.ref('lastSeq') }))
    .where('id', '=', conversationId)
    .execute()
  return findAccess(tx.db, conversationId, userId)
}

async function appendJoined(
  core: Core,
  tx: Tx,
  join: {
    conversationId: string
    id: string
    actorId: string
    userId: string
    requestHash: string
  },
): Promise<number> {
  const { conversationId, id, actorId, userId, requestHash } = join
  const at = core.now()
  await changeCount(tx, conversationId, 1)
  const action = actorId === userId ? 'joined' : 'added'
  const seq = await appendEvent(
    core,
    tx,
    { conversationId, id, actorId, type: 'member.joined', subjectId: userId, requestHash, at },
    async (seq) => ({
      id,
      type: 'member.joined',
      actorId,
      createdAt: at,
      member: { userId, role: 'member' },
      message: await writeSystemMessage(tx, {
        conversationId,
        seq,
        id,
        senderId: actorId,
        content: { action, userId },
        at,
      }),
    }),
  )
  await insertMembership(core, tx, { conversationId, userId, role: 'member', fromSeq: seq })
  return seq
}

export async function leaveRoom(core: Core, request: Request): Promise<{ seq: number }> {
  const { conversationId, userId } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('leave', conversationId)
  return core.database.write(async (tx) => {
    // Asked first: after leaving, a private room may not even be known to exist.
    const repeat = await findRepeat(tx, { id, actorId: userId, requestHash })
    if (repeat) return { seq: repeat.seq }
    const access = await lockAccess(tx, conversationId, userId)
    if (access.kind === 'direct') throw new AppError('forbidden', 'A direct chat cannot be left.')
    if (access.role === null) throw new AppError('forbidden', 'You are not in this room.')
    if (access.role === 'owner') await passOwnership(tx, conversationId, userId)
    const at = core.now()
    await changeCount(tx, conversationId, -1)
    const seq = await appendEvent(
      core,
      tx,
      {
        conversationId,
        id,
        actorId: userId,
        type: 'member.left',
        subjectId: userId,
        requestHash,
        at,
      },
      async (seq) => ({
        id,
        type: 'member.left',
        actorId: userId,
        createdAt: at,
        userId,
        message: await writeSystemMessage(tx, {
          conversationId,
          seq,
          id,
          senderId: userId,
          content: { action: 'left', userId },
          at,
        }),
      }),
    )
    await endMembership(tx, { conversationId, userId, seq })
    await appendUserEvent(core, tx, {
      userId,
      id: newId(core),
      type: 'conversation.left',
      conversationId,
      conversationSeq: seq,
    })
    return { seq }
  })
}

async function endMembership(
  tx: Tx,
  end: { conversationId: string; userId: string; seq: number },
): Promise<void> {
  const { conversationId, userId, seq } = end
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
}

/** A room is never without an owner while it has members: an administrator follows, else the longest-standing one. */
async function passOwnership(tx: Tx, conversationId: string, userId: string): Promise<void> {
  const heir = await tx.db
    .selectFrom('memberships as m')
    .innerJoin('membershipIntervals as i', (join) =>
      join
        .onRef('i.conversationId', '=', 'm.conversationId')
        .onRef('i.userId', '=', 'm.userId')
        .on('i.toSeq', 'is', null),
    )
    .select('m.userId')
    .where('m.conversationId', '=', conversationId)
    .where('m.userId', '<>', userId)
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
  if (!heir) return
  await tx.db
    .updateTable('memberships')
    .set({ role: 'owner' })
    .where('conversationId', '=', conversationId)
    .where('userId', '=', heir.userId)
    .execute()
}

async function changeCount(tx: Tx, conversationId: string, by: 1 | -1): Promise<void> {
  await tx.db
    .updateTable('conversations')
    .set((eb) => ({ memberCount: eb('memberCount', '+', by) }))
    .where('id', '=', conversationId)
    .execute()
}

/** Who is in a conversation, by name, a page at a time. */
export async function listMembers(
  core: Core,
  request: {
    conversationId: string
    userId: string
    query?: string | undefined
    cursor?: string | undefined
    limit?: number | undefined
  },
): Promise<{ members: (Member & { user: User })[]; nextCursor?: string }> {
  const { conversationId, userId, limit = 50 } = request
  return core.database.read(async (db) => {
    await requireReader(db, conversationId, userId)
    let query = db
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.userId')
      .select(['m.userId', 'm.role', 'u.kind', 'u.username', 'u.name', 'u.searchName'])
      .where('m.conversationId', '=', conversationId)
      .where('m.leftSeq', 'is', null)
    const wanted = fold(request.query ?? '').trim()
    if (wanted !== '')
      query = query.where(sql<boolean>`"u"."searchName" like ${contains(wanted)} escape '\\'`)
    if (request.cursor !== undefined) {
      const { key, id } = parseCursor(request.cursor)
      query = query.where(sql<boolean>`("u"."searchName", "u"."id") > (${key}, ${id})`)
    }
    const rows = await query
      .orderBy('u.searchName')
      .orderBy('u.id')
      .limit(limit + 1)
      .execute()
    const last = rows.at(limit - 1)
    return {
      members: rows.slice(0, limit).map(({ userId: id, role, kind, username, name }) => ({
        userId: id,
        role,
        user: { id, kind, username, name },
      })),
      ...(rows.length > limit && last && { nextCursor: toCursor(last.searchName, last.userId) }),
    }
  })
}
