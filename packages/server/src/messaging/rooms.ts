/** The directory of public rooms: by name, or by the words of their names and topics. */
import type { RoomListing } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { parseKeys, toPage } from '../cursor.ts'
import { selectNamed, typedWords } from '../name-words.ts'
import type { Db } from '../storage/database.ts'
import { baseColumns, toBase } from './conversation-rows.ts'

interface Search {
  readonly userId: string
  readonly query?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

export async function listRooms(
  core: Core,
  search: Search,
): Promise<{ rooms: RoomListing[]; nextCursor?: string }> {
  const { limit = 30 } = search
  const typed = typedWords(search.query)
  if (typed.length === 0 && (search.query ?? '').trim() !== '') return { rooms: [] }
  const rows = await core.database.read(async (db) =>
    typed.length > 0 ? findRooms(db, typed, search) : readDirectory(db, search),
  )
  const { rows: found, ...next } = toPage(rows, limit, ({ place }) => place)
  return { rooms: found.map(({ room }) => room), ...next }
}

const columns = baseColumns.map((column) => `c.${column}` as const)
// In the words of the partial index, so that it is used.
const isOpen = sql<boolean>`
  "c"."visibility" = 'public' and "c"."archivedAt" is null and "c"."deletedAt" is null`

const toListing = ({
  joined,
  ...row
}: Parameters<typeof toBase>[0] & { joined: string | null }) => ({
  ...toBase(row),
  joined: joined !== null,
})

async function readDirectory(db: Db, { userId, cursor, limit = 30 }: Search) {
  const [name = '', id = ''] = cursor === undefined ? [] : parseKeys(cursor, 2)
  const rows = await db
    .selectFrom('conversations as c')
    .leftJoin('memberships as m', (join) =>
      join
        .onRef('m.conversationId', '=', 'c.id')
        .on('m.userId', '=', userId)
        .on('m.leftSeq', 'is', null),
    )
    .select(columns)
    .select(['c.searchName', 'm.userId as joined'])
    .where(isOpen)
    .where(sql<boolean>`("c"."searchName", "c"."id") > (${name}, ${id})`)
    .orderBy('c.searchName')
    .orderBy('c.id')
    .limit(limit + 1)
    .execute()
  return rows.map((row) => ({ room: toListing(row), place: [row.searchName, row.id] }))
}

async function findRooms(db: Db, typed: readonly string[], { userId, cursor, limit = 30 }: Search) {
  const after = cursor === undefined ? undefined : parseKeys(cursor, 3)
  const rows = await selectNamed(db, { kind: 'room', typed, after })
    // Pins the order of the join: a few names, then whose they are.
    .crossJoin('conversations as c')
    .leftJoin('memberships as m', (join) =>
      join
        .onRef('m.conversationId', '=', 'c.id')
        .on('m.userId', '=', userId)
        .on('m.leftSeq', 'is', null),
    )
    .select(columns)
    .select(['w.word', 'w.sortName', 'm.userId as joined'])
    .whereRef('c.id', '=', 'w.id')
    .where(isOpen)
    .limit(limit + 1)
    .execute()
  return rows.map((row) => ({ room: toListing(row), place: [row.word, row.sortName, row.id] }))
}
