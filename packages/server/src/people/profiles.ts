/** People, as other members see them. */
import { limits, type Me, type Profile, type User } from '@roost/protocol'

import { chunksOf } from '../chunks.ts'
import type { Core } from '../core.ts'
import { notFound } from '../errors.ts'
import { sortNameOf } from '../name-words.ts'
import type { Db } from '../storage/database.ts'

/** What of a row makes a `User`. */
export const userColumns = ['id', 'kind', 'username', 'name', 'picture'] as const

const CHUNK = 1_000

/** A statement for every 1,000 of them. */
export async function usersByIds(db: Db, ids: readonly string[]): Promise<User[]> {
  const users: User[] = []
  for (const chunk of chunksOf([...new Set(ids)], CHUNK))
    users.push(
      ...(await db.selectFrom('users').select(userColumns).where('id', 'in', chunk).execute()),
    )
  return users
}

/** The name and user name of someone, as people are ordered. */
export function searchNameOf(name: string, username: string): string {
  return sortNameOf(name, username)
}

export async function readProfile(core: Core, userId: string): Promise<Profile> {
  const profile = await core.database.read((db) =>
    db
      .selectFrom('users')
      .select([...userColumns, 'about'])
      .where('id', '=', userId)
      .executeTakeFirst(),
  )
  if (!profile) throw notFound()
  return profile
}

/** The people among these ids, in no promised order; unknown ids are left out. */
export function readUsers(core: Core, ids: readonly string[]): Promise<User[]> {
  return core.database.read((db) => usersByIds(db, ids.slice(0, limits.pageMax)))
}

export async function readMe(core: Core, userId: string, sessionId: string): Promise<Me> {
  const row = await core.database.read((db) =>
    db
      .selectFrom('users')
      .select([...userColumns, 'about', 'email', 'role', 'locale', 'timeZone', 'resetLinkMadeAt'])
      .where('id', '=', userId)
      .executeTakeFirst(),
  )
  if (!row) throw notFound()
  const role = row.role === 'owner' || row.role === 'admin' ? row.role : 'user'
  return { ...row, email: row.email ?? '', role, sessionId }
}
