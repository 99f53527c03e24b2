/** Joining, leaving and adding: each is one event, one line in the timeline and one interval of seqs. */
import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import { findAccess, requireMember, type Access } from './access.ts'
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
    const role = (await isAbandoned(tx, access)) ? 'owner' : 'member'
    await appendJoined(core, tx, { conversationId, id, actorId: userId, userId, role, requestHash })
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
      role: 'member',
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
    role: 'owner' | 'member'
    requestHash: string
  },
): Promise<number> {
  const { conversationId, id, actorId, userId, role, requestHash } = join
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
  await insertMembership(core, tx, { conversationId, userId, role, fromSeq: seq })
  return seq
}

/** Made by people who have all left: whoever comes next has it. An imported room has no owner. */
async function isAbandoned(tx: Tx, { conversationId, memberCount }: Access): Promise<boolean> {
  if (memberCount > 0) return false
  const { importKey } = await tx.db
    .selectFrom('conversations')
    .select('importKey')
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  return importKey === null
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
    const heir = access.role === 'owner' ? await findHeir(tx, conversationId, userId) : undefined
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
    if (heir) await makeOwner(tx, conversationId, heir.userId)
    await tellLeft(core, tx, { conversationId, userId, seq, heir })
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

interface Heir {
  readonly userId: string
  /** By which they joined. */
  readonly fromSeq: number
}

/** To the leaver that they are out; to the heir what they are now: roles are in no other event. */
async function tellLeft(
  core: Core,
  tx: Tx,
  left: { conversationId: string; userId: string; seq: number; heir: Heir | undefined },
): Promise<void> {
  const { conversationId, userId, seq, heir } = left
  const out = { userId, type: 'conversation.left', conversationSeq: seq } as const
  const up = heir && {
    userId: heir.userId,
    type: 'conversation.joined' as const,
    conversationSeq: heir.fromSeq,
  }
  const news = up ? [out, up].toSorted((a, b) => (a.userId < b.userId ? -1 : 1)) : [out]
  for (const one of news)
    await appendUserEvent(core, tx, { ...one, id: newId(core), conversationId })
}

/** A room is never without an owner while it has members: an administrator follows, else the longest-standing one. */
function findHeir(tx: Tx, conversationId: string, userId: string): Promise<Heir | undefined> {
  return tx.db
    .selectFrom('memberships as m')
    .innerJoin('membershipIntervals as i', (join) =>
      join
        .onRef('i.conversationId', '=', 'm.conversationId')
        .onRef('i.userId', '=', 'm.userId')
        .on('i.toSeq', 'is', null),
    )
    .select(['m.userId', 'i.fromSeq'])
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
}

async function makeOwner(tx: Tx, conversationId: string, userId: string): Promise<void> {
  await tx.db
    .updateTable('memberships')
    .set({ role: 'owner' })
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .execute()
}

async function changeCount(tx: Tx, conversationId: string, by: 1 | -1): Promise<void> {
  await tx.db
    .updateTable('conversations')
    .set((eb) => ({ memberCount: eb('memberCount', '+', by) }))
    .where('id', '=', conversationId)
    .execute()
}
