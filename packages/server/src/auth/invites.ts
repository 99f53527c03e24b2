/**
 * Invite links: to the server, or into a room and with it to the server. A link is worth what its
 * maker may do at the moment it is used: nobody comes back by one they made before they were removed.
 */
import { randomBytes } from 'node:crypto'

import type { CreateInvite, Invite, InviteFace, ServerRole, User } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { parseKeys, toPage } from '../cursor.ts'
import { AppError, notFound } from '../errors.ts'
import { findAccess, requireMember, requireOpen, type Access } from '../messaging/access.ts'
import { addToRoom } from '../messaging/memberships.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db, Tx } from '../storage/database.ts'
import { hashToken } from './hashed-sessions.ts'

const WEEK = 7 * 24 * 60 * 60 * 1_000

interface Actor {
  readonly userId: string
  readonly role: ServerRole
}
interface Page {
  readonly invites: Invite[]
  readonly users: User[]
  readonly nextCursor?: string
}
interface PageRequest {
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export function createInvite(
  core: Core,
  actor: Actor,
  request: CreateInvite,
): Promise<{ invite: Invite; token: string }> {
  return core.database.write((tx) => createInviteIn(core, tx, { actor, ...request }))
}

/** The same in a write of the caller's. */
export async function createInviteIn(
  core: Core,
  { db }: Tx,
  { actor, ...request }: CreateInvite & { actor: Actor },
): Promise<{ invite: Invite; token: string }> {
  const { conversationId = null, expiresIn = WEEK, maxUses = null } = request
  const token = randomBytes(24).toString('base64url')
  const id = newId(core)
  const now = core.now()
  if (conversationId === null) requireServerInviter(core, actor)
  else await requireRoomInviter(db, conversationId, actor.userId)
  await db
    .insertInto('invites')
    .values({
      id,
      tokenHash: hashToken(token),
      conversationId,
      createdBy: actor.userId,
      createdAt: now,
      expiresAt: expiresIn === null ? null : now + expiresIn,
      maxUses,
      revokedAt: null,
    })
    .execute()
  return { invite: await inForce(core, db).where('i.id', '=', id).executeTakeFirstOrThrow(), token }
}

/** Those in force that someone made; with a room, those into it: all of them for who administers it. */
export async function listInvites(
  core: Core,
  {
    userId,
    conversationId,
    ...page
  }: PageRequest & { userId: string; conversationId?: string | undefined },
): Promise<Page> {
  return core.database.read(async (db) => {
    let query = inForce(core, db)
    if (conversationId === undefined) query = query.where('i.createdBy', '=', userId)
    else {
      const { role } = await requireMember(db, conversationId, userId)
      query = query.where('i.conversationId', '=', conversationId)
      if (role === 'member') query = query.where('i.createdBy', '=', userId)
    }
    return readInvites(db, query, page)
  })
}

/** Everybody's, for administrators of the server. */
export async function listAllInvites(core: Core, page: PageRequest): Promise<Page> {
  return core.database.read((db) => readInvites(db, inForce(core, db), page))
}

/** Ends a link: by who made it, who administers its room, and administrators of the server. */
export async function revokeInviteIn(
  core: Core,
  { db }: Tx,
  { actor, inviteId }: { actor: Actor; inviteId: string },
): Promise<{ createdBy: string; roomName: string | null }> {
  const invite = await db
    .selectFrom('invites as i')
    .leftJoin('conversations as c', 'c.id', 'i.conversationId')
    .select(['i.createdBy', 'i.conversationId', 'c.name as roomName'])
    .where('i.id', '=', inviteId)
    .executeTakeFirst()
  if (!invite || !(await mayRevoke(db, actor, invite))) throw notFound()
  await db
    .updateTable('invites')
    .set({ revokedAt: core.now() })
    .where('id', '=', inviteId)
    .where('revokedAt', 'is', null)
    .execute()
  return invite
}

async function mayRevoke(
  db: Db,
  { userId, role }: Actor,
  invite: { createdBy: string; conversationId: string | null },
): Promise<boolean> {
  if (invite.createdBy === userId || role !== 'user') return true
  if (invite.conversationId === null) return false
  const access = await findAccess(db, invite.conversationId, userId).catch(unlessHidden)
  return access?.role === 'owner' || access?.role === 'admin'
}

/** What somebody who holds a link may know before using it. */
export async function describeInvite(core: Core, token: string): Promise<InviteFace> {
  const { serverName } = core.settings.get()
  return core.database.read(async (db) => {
    const { inviterName, expiresAt, conversationId } = await findInvite(core, db, token)
    const room =
      conversationId === null
        ? null
        : await db
            .selectFrom('conversations')
            .select(['id', 'name', 'topic', 'memberCount'])
            .where('id', '=', conversationId)
            .executeTakeFirstOrThrow()
    return {
      serverName,
      inviterName,
      expiresAt,
      room: room && { ...room, name: room.name ?? '' },
    }
  })
}

/** Takes someone who has an account into the room. Who is in it already spends nothing. */
export async function redeemInvite(
  core: Core,
  request: { token: string; userId: string },
): Promise<{ conversationId: string | null }> {
  return core.database.write(async (tx) => {
    const { conversationId } = await findInvite(core, tx.db, request.token)
    if (conversationId === null) return { conversationId }
    const access = await findAccess(tx.db, conversationId, request.userId).catch(unlessHidden)
    if (!access || access.role === null) await useInvite(core, tx, request)
    return { conversationId }
  })
}

/** Spends one use of a link and takes the user into its room, if it leads to one. */
export async function useInvite(
  core: Core,
  tx: Tx,
  { token, userId }: { token: string; userId: string },
): Promise<void> {
  const { id, conversationId } = await findInvite(core, tx.db, token)
  const used = await tx.db
    .updateTable('invites')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', id)
    .where((eb) => eb.or([eb('maxUses', 'is', null), eb('uses', '<', eb.ref('maxUses'))]))
    .returning('id')
    .executeTakeFirst()
  if (!used) throw invalid()
  if (conversationId !== null)
    await addToRoom(core, tx, { conversationId, userId, actorId: userId })
}

/** The invite of a link that may be used at this moment; else one refusal for every reason. */
export async function findInvite(
  core: Core,
  db: Db,
  token: string,
): Promise<Invite & { inviterName: string }> {
  const invite = await inForce(core, db)
    .innerJoin('users as u', 'u.id', 'i.createdBy')
    .select(['u.name as inviterName', 'u.role', 'u.banned', 'u.kind'])
    .where('i.tokenHash', '=', hashToken(token))
    .executeTakeFirst()
  if (!invite || invite.banned !== 0 || invite.kind === 'deleted') throw invalid()
  const { role, banned: _banned, kind: _kind, ...found } = invite
  const { createdBy: userId, conversationId } = found
  const maker = { userId, role: role === 'owner' || role === 'admin' ? role : 'user' } as const
  try {
    if (conversationId === null) requireServerInviter(core, maker)
    else await requireRoomInviter(db, conversationId, userId)
  } catch (error) {
    throw error instanceof AppError ? invalid() : error
  }
  return found
}

function requireServerInviter(core: Core, { role }: Actor): void {
  const { signUp, invites } = core.settings.get()
  if (signUp === 'closed')
    throw new AppError('forbidden', 'Only administrators make accounts on this server.', {
      reason: 'sign_up_closed',
    })
  if (invites === 'admins' && role === 'user')
    throw new AppError('forbidden', 'Only administrators invite people to this server.', {
      reason: 'admin_only',
    })
}

/** Whoever may add members: anyone in a public room, owners and administrators in a private one. */
async function requireRoomInviter(db: Db, conversationId: string, userId: string): Promise<Access> {
  const access = await requireMember(db, conversationId, userId)
  if (access.kind === 'direct')
    throw new AppError('forbidden', 'A direct chat is between two people. Make a room instead.')
  if (access.visibility === 'private' && access.role === 'member')
    throw new AppError('forbidden', 'Only owners and administrators invite to a private room.')
  requireOpen(access)
  return access
}

function inForce(core: Core, db: Db) {
  return db
    .selectFrom('invites as i')
    .leftJoin('conversations as c', 'c.id', 'i.conversationId')
    .select(['i.id', 'i.conversationId', 'c.name as roomName', 'i.createdBy'])
    .select(['i.createdAt', 'i.expiresAt', 'i.maxUses', 'i.uses'])
    .where('i.revokedAt', 'is', null)
    .where('c.deletedAt', 'is', null)
    .where((eb) => eb.or([eb('i.expiresAt', 'is', null), eb('i.expiresAt', '>', core.now())]))
    .where((eb) => eb.or([eb('i.maxUses', 'is', null), eb('i.uses', '<', eb.ref('i.maxUses'))]))
}

/** Newest first. */
async function readInvites(
  db: Db,
  query: ReturnType<typeof inForce>,
  { cursor, limit = 30 }: PageRequest,
): Promise<Page> {
  const after = cursor === undefined ? undefined : parseKeys(cursor, 1)[0]
  const rows = await query
    .$if(after !== undefined, (q) => q.where('i.id', '<', after ?? ''))
    .orderBy('i.id', 'desc')
    .limit(limit + 1)
    .execute()
  const { rows: invites, ...next } = toPage(rows, limit, (last) => [last.id])
  return {
    invites,
    users: await usersByIds(
      db,
      invites.map(({ createdBy }) => createdBy),
    ),
    ...next,
  }
}

const invalid = () =>
  new AppError('forbidden', 'This invite link is not valid, or not any more. Ask for a new one.', {
    reason: 'invite_invalid',
  })

function unlessHidden(error: unknown): undefined {
  if (!(error instanceof AppError)) throw error
}
