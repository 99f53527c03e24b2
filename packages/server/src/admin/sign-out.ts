/** Ending what lets somebody in. */
import { removeResetLinks } from '../auth/credentials.ts'
import { revokeAllSessions } from '../auth/revocations.ts'
import type { Core } from '../core.ts'
import type { Tx } from '../storage/database.ts'
import { record, type ActorId } from './audit.ts'
import { requireManaged } from './authority.ts'

export async function signOutUser(
  core: Core,
  request: { actorId: ActorId; userId: string },
): Promise<void> {
  const { actorId, userId } = request
  await core.database.write(async (tx) => {
    const subject = await requireManaged(tx.db, request)
    await revokeAllSessions(core, tx, userId)
    await record(core, tx, { actorId, action: 'user.signed_out', subject })
  })
}

/** Nothing that somebody has lets them in. Their invites lead nowhere while they are shut out. */
export async function shutOut(core: Core, tx: Tx, userId: string): Promise<void> {
  await revokeAllSessions(core, tx, userId)
  await removeResetLinks(tx, userId)
}
