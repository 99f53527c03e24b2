/** Accounts, as administrators find and see them. */
import { fold, type AdminUser } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { contains } from '../cursor.ts'
import { notFound } from '../errors.ts'
import type { Presence } from '../people/presence.ts'
import type { Db } from '../storage/database.ts'
import { isAdministrator, roleOf } from './authority.ts'
import { pageByName } from './name-order.ts'

export interface UserSearch {
  readonly query?: string | undefined
  readonly filter?: 'all' | 'admins' | 'disabled' | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** In the words of the partial indexes, so that they are used. */
const filters = {
  all: sql<boolean>`"kind" in ('person', 'bot')`,
  admins: isAdministrator,
  disabled: sql<boolean>`"banned" <> ${sql.lit(0)}`,
}

/** By name; `query` is looked for anywhere in names and e-mail addresses. */
export async function listUsers(
  { core, presence }: { core: Core; presence: Presence },
  search: UserSearch,
): Promise<{ users: AdminUser[]; nextCursor?: string }> {
  const { query = '', filter = 'all' } = search
  const { users, next } = await core.database.read(async (db) => {
    // First along an index that holds all this asks for, then the few accounts themselves.
    let keys = db.selectFrom('users').select(['searchName', 'id']).where(filters[filter])
    const wanted = query.trim()
    if (wanted !== '') {
      const [name, address] = [contains(fold(wanted)), contains(wanted.toLowerCase())]
      keys = keys.where(
        sql<boolean>`("searchName" like ${name} escape '\\' or "email" like ${address} escape '\\')`,
      )
    }
    const { ids, ...next } = await pageByName(keys, search)
    return { users: await readAccounts(db, ids), next }
  })
  const online = await presence.findOnline(users.map(({ id }) => id))
  return {
    users: users.map((user) => (online.has(user.id) ? seenAt(user, core.now()) : user)),
    ...next,
  }
}

export async function readAdminUser(
  { core, presence }: { core: Core; presence: Presence },
  userId: string,
): Promise<AdminUser> {
  const [user] = await core.database.read((db) => readAccounts(db, [userId]))
  if (!user) throw notFound()
  const online = await presence.findOnline([userId])
  return online.has(userId) ? seenAt(user, core.now()) : user
}

const seenAt = (user: AdminUser, lastSeenAt: number): AdminUser => ({ ...user, lastSeenAt })

/** In the order of the ids. */
async function readAccounts(db: Db, ids: readonly string[]): Promise<AdminUser[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('users')
    .select(['id', 'kind', 'username', 'name', 'picture'])
    .select(['email', 'role', 'createdAt', 'lastSeenAt', 'banned'])
    .where('id', 'in', ids)
    .execute()
  const users = new Map(
    rows.map(({ banned, role, createdAt, ...user }) => [
      user.id,
      {
        ...user,
        role: roleOf(role),
        createdAt: Date.parse(createdAt),
        disabled: banned !== 0,
      },
    ]),
  )
  return ids.flatMap((id) => users.get(id) ?? [])
}
