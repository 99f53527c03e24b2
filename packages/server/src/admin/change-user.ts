/** Renaming and disabling accounts, and giving them other roles. */
import type { ServerRole } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { appendUserEvent } from '../messaging/user-events.ts'
import { renameUser } from '../people/settings.ts'
import type { Tx } from '../storage/database.ts'
import { record, type ActorId } from './audit.ts'
import {
  keepAnOwner,
  ownerOnly,
  refuseOneself,
  requireAdministrator,
  requireManaged,
  type Account,
} from './authority.ts'
import { shutOut } from './sign-out.ts'

interface Change {
  readonly name?: string | undefined
  readonly role?: ServerRole | undefined
  readonly disabled?: boolean | undefined
}

/** All that is asked for, or nothing. What is so already is no act. */
export async function changeUser(
  core: Core,
  request: { actorId: ActorId; userId: string } & Change,
): Promise<void> {
  const { actorId, userId, name, role, disabled } = request
  await core.database.write(async (tx) => {
    const account = await requireManaged(tx.db, { actorId, userId })
    const by = { actorId, account }
    if (name !== undefined && name !== account.name) await rename(core, tx, { ...by, name })
    if (role !== undefined && role !== account.role) await setRole(core, tx, { ...by, role })
    if (disabled !== undefined && disabled !== account.disabled)
      await (disabled ? disable : enable)(core, tx, {
        actorId,
        account: { ...account, role: role ?? account.role },
      })
  })
}

interface By {
  readonly actorId: ActorId
  readonly account: Account
}

async function rename(core: Core, tx: Tx, { actorId, account, name }: By & { name: string }) {
  await renameUser(core, tx, { userId: account.id, name })
  await record(core, tx, {
    actorId,
    action: 'user.renamed',
    subject: account,
    details: { from: account.name, to: name },
  })
}

async function setRole(core: Core, tx: Tx, { actorId, account, role }: By & { role: ServerRole }) {
  const { owner } = await requireAdministrator(tx.db, actorId)
  if (!owner) throw ownerOnly()
  const { id: userId } = account
  await keepAnOwner(tx, account)
  await tx.db.updateTable('users').set({ role }).where('id', '=', userId).execute()
  await appendUserEvent(core, tx, { userId, id: newId(core), type: 'me.changed' })
  await record(core, tx, {
    actorId,
    action: 'user.role',
    subject: account,
    details: { from: account.role, to: role },
  })
  tx.afterCommit(() => core.bus.publish({ type: 'role', userId }))
}

async function disable(core: Core, tx: Tx, { actorId, account }: By): Promise<void> {
  refuseOneself(actorId, account.id)
  await keepAnOwner(tx, account)
  await tx.db.updateTable('users').set({ banned: 1 }).where('id', '=', account.id).execute()
  await shutOut(core, tx, account.id)
  await record(core, tx, { actorId, action: 'user.disabled', subject: account })
}

async function enable(core: Core, tx: Tx, { actorId, account }: By): Promise<void> {
  await tx.db.updateTable('users').set({ banned: 0 }).where('id', '=', account.id).execute()
  await record(core, tx, { actorId, action: 'user.enabled', subject: account })
}
