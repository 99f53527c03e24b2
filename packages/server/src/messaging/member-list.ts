/** Who is in a conversation. */
import { fold, type Member, type User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { contains, parseCursor, toCursor } from '../cursor.ts'
import { requireReader } from './access.ts'

/** By name, a page at a time. */
export async function listMembers(
  core: Core,
  request: {
    conversationId: string
    userId: string
    query?: string | undefined
    cursor?: string | undefined
    limit?: number | undefined
  },
): Promise<{ members: (Member & { user: User })[]; nextCursor?: string }> {
  const { conversationId, userId, limit = 50 } = request
  return core.database.read(async (db) => {
    await requireReader(db, conversationId, userId)
    let query = db
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.userId')
      .select(['m.userId', 'm.role', 'u.kind', 'u.username', 'u.name', 'u.picture'])
      .select('u.searchName')
      .where('m.conversationId', '=', conversationId)
      .where('m.leftSeq', 'is', null)
    const wanted = fold(request.query ?? '').trim()
    if (wanted !== '')
      query = query.where(sql<boolean>`"u"."searchName" like ${contains(wanted)} escape '\\'`)
    if (request.cursor !== undefined) {
      const { key, id } = parseCursor(request.cursor)
      query = query.where(sql<boolean>`("u"."searchName", "u"."id") > (${key}, ${id})`)
    }
    const rows = await query
      .orderBy('u.searchName')
      .orderBy('u.id')
      .limit(limit + 1)
      .execute()
    const last = rows.at(limit - 1)
    return {
      members: rows.slice(0, limit).map(({ userId: id, role, kind, username, name, picture }) => ({
        userId: id,
        role,
        user: { id, kind, username, name, picture },
      })),
      ...(rows.length > limit && last && { nextCursor: toCursor(last.searchName, last.userId) }),
    }
  })
}
