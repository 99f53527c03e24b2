/** Pages in the order of names, read along an index that holds all that a search asks for. */
import { sql, type SelectQueryBuilder } from 'kysely'

import { parseCursor, toPage } from '../cursor.ts'
import type { Schema } from '../storage/schema.ts'

/** @param keys those that are asked for; what else is told of a page is read by its ids */
export async function pageByName<Table extends 'users' | 'conversations'>(
  keys: SelectQueryBuilder<Schema, Table, { searchName: string; id: string }>,
  { cursor, limit = 30 }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<{ ids: string[]; nextCursor?: string }> {
  let after = keys
  if (cursor !== undefined) {
    const { key, id } = parseCursor(cursor)
    after = keys.where(sql<boolean>`("searchName", "id") > (${key}, ${id})`)
  }
  const found = await after
    .orderBy('searchName')
    .orderBy('id')
    .limit(limit + 1)
    .execute()
  const { rows, ...next } = toPage(found, limit, (last) => [last.searchName, last.id])
  return { ids: rows.map(({ id }) => id), ...next }
}
