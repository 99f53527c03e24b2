/** The directory of public rooms. */
import { fold, type RoomListing } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { contains, parseCursor, toCursor } from '../cursor.ts'
import { toBase } from './conversation-rows.ts'

export async function listRooms(
  core: Core,
  request: {
    userId: string
    query?: string | undefined
    cursor?: string | undefined
    limit?: number | undefined
  },
): Promise<{ rooms: RoomListing[]; nextCursor?: string }> {
  const { userId, limit = 30 } = request
  return core.database.read(async (db) => {
    let query = db
      .selectFrom('conversations as c')
      .leftJoin('memberships as m', (join) =>
        join
          .onRef('m.conversationId', '=', 'c.id')
          .on('m.userId', '=', userId)
          .on('m.leftSeq', 'is', null),
      )
      .select(['c.id', 'c.kind', 'c.name', 'c.topic', 'c.visibility', 'c.history', 'c.memberCount'])
      .select(['c.picture', 'c.archivedAt', 'c.createdAt', 'c.searchName', 'm.userId as memberId'])
      // In the words of the partial index, so that it is used.
      .where(sql<boolean>`"c"."visibility" = 'public'`)
    const wanted = fold(request.query ?? '').trim()
    if (wanted !== '')
      query = query.where(sql<boolean>`"c"."searchName" like ${contains(wanted)} escape '\\'`)
    if (request.cursor !== undefined) {
      const { key, id } = parseCursor(request.cursor)
      query = query.where(sql<boolean>`("c"."searchName", "c"."id") > (${key}, ${id})`)
    }
    const rows = await query
      .orderBy('c.searchName')
      .orderBy('c.id')
      .limit(limit + 1)
      .execute()
    const last = rows.at(limit - 1)
    return {
      rooms: rows.slice(0, limit).map((row) => ({ ...toBase(row), joined: row.memberId !== null })),
      ...(rows.length > limit && last && { nextCursor: toCursor(last.searchName, last.id) }),
    }
  })
}
