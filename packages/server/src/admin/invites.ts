/** Invite links: what the command line and administrators do with them. */
import type { CreateInvite, Invite, ServerRole } from '@roost/protocol'

import { createInviteIn, revokeInviteIn } from '../auth/invites.ts'
import type { Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { record } from './audit.ts'
import { namedActor } from './authority.ts'
import { requireRoom } from './rooms.ts'

/** For the command line. A link is somebody's: this one is the owner's, of the room or the server. */
export async function createOwnersInvite(
  core: Core,
  request: CreateInvite,
): Promise<{ invite: Invite; token: string }> {
  const { conversationId } = request
  return core.database.write(async (tx) => {
    const room = conversationId === undefined ? undefined : await requireRoom(tx.db, conversationId)
    if (room?.ownerId === null)
      throw new AppError('forbidden', 'This room has no owner in whose name it could invite.')
    const userId = room?.ownerId ?? (await namedActor(tx.db, null))
    const actor = { userId, role: 'owner' } as const
    const made = await createInviteIn(core, tx, { actor, ...request })
    const { id, roomName, expiresAt, maxUses } = made.invite
    await record(core, tx, {
      actorId: null,
      action: 'invite.created',
      subject: { id, name: roomName },
      details: { createdBy: userId, expiresAt, maxUses },
    })
    return made
  })
}

/** By whoever may. What is done to somebody else's link by an administrator is recorded. */
export async function revokeInvite(
  core: Core,
  actor: { userId: string; role: ServerRole } | null,
  inviteId: string,
): Promise<void> {
  await core.database.write(async (tx) => {
    const by = actor ?? { userId: await namedActor(tx.db, null), role: 'owner' as const }
    const { createdBy, roomName } = await revokeInviteIn(core, tx, { actor: by, inviteId })
    if (actor && (actor.role === 'user' || actor.userId === createdBy)) return
    await record(core, tx, {
      actorId: actor?.userId ?? null,
      action: 'invite.revoked',
      subject: { id: inviteId, name: roomName },
      details: { createdBy },
    })
  })
}
