/**
 * A link by which somebody sets a new password. It is a way into their account, and they are told. Not
 * for oneself: whoever finds a session of an administrator open has not got the password by that.
 */
import type { ResetLink } from '@roost/protocol'

import type { Administration } from './administration.ts'
import { record, type ActorId } from './audit.ts'
import { refuseOneself, requireManaged } from './authority.ts'

export async function makeResetLink(
  { core, credentials }: Pick<Administration, 'core' | 'credentials'>,
  request: { actorId: ActorId; userId: string },
): Promise<ResetLink> {
  const { actorId, userId } = request
  return core.database.write(async (tx) => {
    const subject = await requireManaged(tx.db, request)
    refuseOneself(actorId, userId)
    const link = await credentials.makeResetLink(tx, userId)
    const { expiresAt } = link
    await record(core, tx, { actorId, action: 'user.reset_link', subject, details: { expiresAt } })
    return link
  })
}
