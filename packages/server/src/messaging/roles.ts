/** Who may do what in a room: owner, administrators, members. There is one owner, who makes the others. */
import type { Member, Role } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import { lockAccess, requireMember, requireRoomAdmin } from './access.ts'
import { hashRequest } from './events.ts'
import { findRole, noSuchMember } from './memberships.ts'
import { findRepeat } from './repeats.ts'
import { appendWithLine } from './system-messages.ts'

/** The owner gives roles, and with `owner` hands the room over; administrators may lay theirs down. */
export async function updateMember(
  core: Core,
  request: {
    conversationId: string
    userId: string
    memberId: string
    role: Role
    clientId?: string | undefined
  },
): Promise<Member> {
  const { conversationId, userId: actorId, memberId: userId, role } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('role', conversationId, userId, role)
  return core.database.write(async (tx) => {
    const access = await lockAccess(tx, conversationId, actorId)
    if (await findRepeat(core, tx, { id, actorId, requestHash })) return { userId, role }
    const mine = requireRoomAdmin(access)
    const theirs = await findRole(tx, conversationId, userId)
    if (theirs === undefined) throw noSuchMember()
    if (mine !== 'owner' && !(userId === actorId && role === 'member'))
      throw new AppError('forbidden', 'Only the owner of the room gives roles.')
    if (theirs === role) return { userId, role }
    if (userId === actorId && mine === 'owner')
      throw new AppError('forbidden', 'Hand the room over to somebody else first.', {
        reason: 'last_owner',
      })
    const change = { conversationId, actorId, requestHash }
    await setRole(core, tx, { ...change, id, userId, role })
    if (role === 'owner')
      await setRole(core, tx, { ...change, id: newId(core), userId: actorId, role: 'admin' })
    return { userId, role }
  })
}

/** Writes a role, and tells everyone. */
export async function setRole(
  core: Core,
  tx: Tx,
  change: {
    conversationId: string
    id: string
    actorId: string
    userId: string
    role: Role
    requestHash: string
  },
): Promise<void> {
  const { conversationId, id, actorId, userId, role, requestHash } = change
  await tx.db
    .updateTable('memberships')
    .set({ role })
    .where('conversationId', '=', conversationId)
    .where('userId', '=', userId)
    .execute()
  await appendWithLine(core, tx, {
    event: {
      conversationId,
      id,
      actorId,
      type: 'member.changed',
      subjectId: userId,
      requestHash,
      at: core.now(),
    },
    content: { action: 'role', userId, role },
    tell: (base, message) => ({
      ...base,
      type: 'member.changed',
      member: { userId, role },
      message,
    }),
  })
}

/** For owners and administrators only: the check before a malformed request is called that. */
export async function checkRoomAdmin(
  db: Db,
  conversationId: string,
  userId: string,
): Promise<void> {
  requireRoomAdmin(await requireMember(db, conversationId, userId))
}
