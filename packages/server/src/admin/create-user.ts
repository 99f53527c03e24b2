/** Making an account for someone else. */
import type { ResetLink, ServerRole } from '@roost/protocol'

import type { NewAccount } from '../auth/accounts.ts'
import type { Administration } from './administration.ts'
import { record, type ActorId } from './audit.ts'
import { ownerOnly, requireAdministrator } from './authority.ts'

/** Without a password there is a link by which its owner sets one. */
export async function createUser(
  { core, accounts, credentials }: Pick<Administration, 'core' | 'accounts' | 'credentials'>,
  request: { actorId: ActorId; account: NewAccount; admin: boolean },
): Promise<{ userId: string; role: ServerRole; resetLink?: ResetLink }> {
  const { actorId, account, admin } = request
  let resetLink: ResetLink | undefined
  const made = await accounts.create(account, {
    admin,
    async also(tx, { userId, role }) {
      const { owner } = await requireAdministrator(tx.db, actorId)
      if (admin && !owner) throw ownerOnly()
      if (account.password === undefined) resetLink = await credentials.makeResetLink(tx, userId)
      await record(core, tx, {
        actorId,
        action: 'user.created',
        subject: { id: userId, name: account.name },
        details: { username: account.username, role },
      })
    },
  })
  return { ...made, ...(resetLink && { resetLink }) }
}
