/** People, as other members see them. */
import { fold, limits, type Me, type Profile, type User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { contains, parseCursor, toCursor } from '../cursor.ts'
import { notFound } from '../errors.ts'
import type { Db } from '../storage/database.ts'

const columns = ['id', 'kind', 'username', 'name', 'picture'] as const

export async function usersByIds(db: Db, ids: readonly string[]): Promise<User[]> {
  const unique = [...new Set(ids)]
  if (unique.length === 0) return []
  return db.selectFrom('users').select(columns).where('id', 'in', unique).execute()
}

/** The name and user name of someone, as they are searched. */
export function searchNameOf(name: string, username: string): string {
  return fold(`${name} ${username}`)
}

/** Orders by folded name; a page ends with a cursor while there is more. */
export async function findUsers(
  core: Core,
  request: { query?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
): Promise<{ users: User[]; nextCursor?: string }> {
  const limit = request.limit ?? 30
  const wanted = fold(request.query ?? '').trim()
  return core.database.read(async (db) => {
    let query = db
      .selectFrom('users')
      .select([...columns, 'searchName'])
      // In the words of the partial index, so that it is used.
      .where(sql<boolean>`"kind" in ('person', 'bot')`)
      .where('banned', '=', 0)
    if (wanted !== '')
      query = query.where(sql<boolean>`"searchName" like ${contains(wanted)} escape '\\'`)
    if (request.cursor !== undefined) {
      const after = parseCursor(request.cursor)
      query = query.where(sql<boolean>`("searchName", "id") > (${after.key}, ${after.id})`)
    }
    const rows = await query
      .orderBy('searchName')
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      users: page.map(({ searchName: _searchName, ...user }) => user),
      ...(rows.length > limit && last && { nextCursor: toCursor(last.searchName, last.id) }),
    }
  })
}

export async function readProfile(core: Core, userId: string): Promise<Profile> {
  const profile = await core.database.read((db) =>
    db
      .selectFrom('users')
      .select([...columns, 'about'])
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
      .select([...columns, 'about', 'email', 'role', 'locale', 'timeZone', 'resetLinkMadeAt'])
      .where('id', '=', userId)
      .executeTakeFirst(),
  )
  if (!row) throw notFound()
  const role = row.role === 'owner' || row.role === 'admin' ? row.role : 'user'
  return { ...row, email: row.email ?? '', role, sessionId }
}
