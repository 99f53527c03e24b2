/** Joining and adding: each is one event, one line in the timeline and one interval of seqs. */
import type { SystemContent } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import {
  directStays,
  lockAccess,
  lockRoom,
  requireMember,
  requireOpen,
  requireRole,
  type Access,
} from './access.ts'
import { insertMembership, requirePeople } from './conversations.ts'
import { hashRequest } from './events.ts'
import { findRepeat } from './repeats.ts'
import { appendWithLine } from './system-messages.ts'

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
    if (await findRepeat(core, tx, { id, actorId: userId, requestHash })) return
    if (access.role !== null) return
    requireOpen(access)
    await appendJoined(core, tx, { access, id, actorId: userId, userId, requestHash })
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
    const repeat = await findRepeat(core, tx, { id, actorId: userId, requestHash })
    if (repeat) return { userId: addedId, seq: repeat.seq, created: false }
    requireOpen(access)
    if (await isMember(tx, conversationId, addedId))
      return { userId: addedId, seq: access.lastSeq, created: false }
    await requirePeople(tx, [addedId], 'userId')
    const join = { access, id, actorId: userId, userId: addedId, requestHash }
    return { userId: addedId, seq: await appendJoined(core, tx, join), created: true }
  })
}

/**
 * Makes someone a member of a room, private or not, in a write of the caller's: whoever holds an
 * invitation has been let in. `actorId` is who did it, themselves or another.
 */
export async function addToRoom(
  core: Core,
  tx: Tx,
  added: { conversationId: string; userId: string; actorId: string },
): Promise<void> {
  const { conversationId, userId, actorId } = added
  const access = await lockRoom(tx, conversationId, userId)
  if (access.role !== null) return
  requireOpen(access)
  const requestHash = hashRequest('invited', conversationId, userId)
  await appendJoined(core, tx, { access, id: newId(core), actorId, userId, requestHash })
}

/** The check that {@link addMember} makes, for requests that turn out malformed. */
export async function checkMayAdd(db: Db, conversationId: string, userId: string): Promise<void> {
  requireAdding(await requireMember(db, conversationId, userId))
}

function requireAdding(access: Access): void {
  if (access.kind === 'direct') throw directStays()
  if (requireRole(access) === 'member' && access.visibility === 'private')
    throw new AppError('forbidden', 'Only owners and administrators add people to a private room.')
}

async function isMember(tx: Tx, conversationId: string, userId: string): Promise<boolean> {
  return (await findRole(tx, conversationId, userId)) !== undefined
}

/** The role of somebody else; undefined for who is not in it. */
export async function findRole(tx: Tx, conversationId: string, userId: string) {
  const row = await tx.db
    .selectFrom('memberships')
    .select('role')
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .where('leftSeq', 'is', null)
    .executeTakeFirst()
  return row?.role
}

export const noSuchMember = () =>
  new AppError('not_found', 'There is no such member.', { field: 'userId' })

async function appendJoined(
  core: Core,
  tx: Tx,
  join: {
    /** Of whoever comes or brings them. */
    access: Access
    id: string
    actorId: string
    userId: string
    requestHash: string
  },
): Promise<number> {
  const { access, id, actorId, userId, requestHash } = join
  const { conversationId, history } = access
  const role = (await isAbandoned(tx, access)) ? 'owner' : 'member'
  await changeCount(tx, conversationId, 1)
  const content: SystemContent = {
    action: actorId === userId ? 'joined' : 'added',
    userId,
    ...(role === 'owner' && { role }),
  }
  const fromSeq = await appendWithLine(core, tx, {
    event: {
      conversationId,
      id,
      actorId,
      type: 'member.joined',
      subjectId: userId,
      requestHash,
      at: core.now(),
    },
    content,
    tell: (base, message) => ({
      ...base,
      type: 'member.joined',
      member: { userId, role },
      message,
    }),
  })
  await insertMembership(core, tx, { conversationId, userId, role, fromSeq, history })
  return fromSeq
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

export async function changeCount(tx: Tx, conversationId: string, by: 1 | -1): Promise<void> {
  await tx.db
    .updateTable('conversations')
    .set((eb) => ({ memberCount: eb('memberCount', '+', by) }))
    .where('id', '=', conversationId)
    .execute()
}
