/**
 * Who may act on whom. Administrators manage members; owners manage everyone; the command line, whose
 * user holds the data anyway, does too. Asked inside the transaction of the act.
 */
import type { ServerRole } from '@roost/protocol'
import { sql } from 'kysely'

import { AppError, notFound } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { ActorId } from './audit.ts'

export interface Account {
  readonly id: string
  readonly name: string
  readonly username: string | null
  readonly email: string | null
  readonly role: ServerRole
  readonly disabled: boolean
}

/** Refuses whoever is no administrator any more; resolves to whether they act as an owner. */
export async function requireAdministrator(db: Db, actorId: ActorId): Promise<{ owner: boolean }> {
  if (actorId === null) return { owner: true }
  const actor = await findAccount(db, actorId)
  if (!actor || actor.disabled || actor.role === 'user')
    throw new AppError('forbidden', 'This is for administrators of the server.', {
      reason: 'admin_only',
    })
  return { owner: actor.role === 'owner' }
}

/** An account that the actor may change: not one of an owner or administrator, unless by an owner. */
export async function requireManaged(
  db: Db,
  { actorId, userId }: { actorId: ActorId; userId: string },
): Promise<Account> {
  const { owner } = await requireAdministrator(db, actorId)
  const account = await findAccount(db, userId)
  if (!account) throw notFound()
  if (!owner && account.role !== 'user' && account.id !== actorId) throw ownerOnly()
  return account
}

export const ownerOnly = () =>
  new AppError('forbidden', 'Only the owner changes owners and administrators.', {
    reason: 'owner_only',
  })

/** For what one does to others only: by mistake it would shut out whoever did it. */
export function refuseOneself(actorId: ActorId, userId: string): void {
  if (actorId === userId)
    throw new AppError('forbidden', 'You cannot do this to your own account here.', {
      reason: 'yourself',
    })
}

/** A server never is without an owner who can sign in. Holds until the commit. */
export async function keepAnOwner({ db }: Tx, leaving: Account): Promise<void> {
  if (leaving.role !== 'owner' || leaving.disabled) return
  // The owners' rows are locked, so that two who step down at once do not both see the other.
  const owners = await db
    .updateTable('users')
    .set((eb) => ({ role: eb.ref('role') }))
    .where(isAdministrator)
    .where('role', '=', 'owner')
    .returning(['id', 'banned'])
    .execute()
  if (owners.some(({ id, banned }) => id !== leaving.id && banned === 0)) return
  throw new AppError('forbidden', 'This is the only owner: make another one first.', {
    reason: 'last_owner',
  })
}

/** In the words of the partial index, so that it is used. */
export const isAdministrator = sql<boolean>`"role" in ('owner', 'admin')`

async function findAccount(db: Db, userId: string): Promise<Account | undefined> {
  const row = await db
    .selectFrom('users')
    .select(['id', 'name', 'username', 'email', 'role', 'banned'])
    .where('id', '=', userId)
    .where('kind', 'in', ['person', 'bot'])
    .executeTakeFirst()
  if (!row) return undefined
  const { banned, role, ...account } = row
  return { ...account, role: roleOf(role), disabled: banned !== 0 }
}

export function roleOf(stored: string | null): ServerRole {
  return stored === 'owner' || stored === 'admin' ? stored : 'user'
}

/**
 * In whose name something is written into a room's timeline: where the command line acts, that of the
 * owner who has been here longest.
 */
export async function namedActor(db: Db, actorId: ActorId): Promise<string> {
  if (actorId !== null) return actorId
  const owner = await db
    .selectFrom('users')
    .select('id')
    .where(isAdministrator)
    .where('role', '=', 'owner')
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst()
  if (!owner)
    throw new AppError('forbidden', 'This server has no owner yet: make the owner’s account first.')
  return owner.id
}
