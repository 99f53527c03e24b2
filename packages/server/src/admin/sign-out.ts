/** Ending what lets somebody in. */
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

/** Somebody is not to come in any more, by what they have or have given to others. */
export async function shutOut(core: Core, tx: Tx, userId: string): Promise<void> {
  await revokeAllSessions(core, tx, userId)
}
