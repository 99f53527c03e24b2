/** Rooms, as administrators find and see them: private ones too, direct chats never. */
import { fold, type AdminRoom, type Member, type User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { contains, parseCursor, toCursor } from '../cursor.ts'
import { notFound } from '../errors.ts'
import { baseColumns, toBase } from '../messaging/conversation-rows.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'

export interface ListSearch {
  readonly query?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** In the words of the partial index, so that it is used. */
const isRoom = sql<boolean>`"kind" = 'room'`

/** By name. `users` are the owners. */
export async function listRooms(
  core: Core,
  search: ListSearch,
): Promise<{ rooms: AdminRoom[]; users: User[]; nextCursor?: string }> {
  const { query = '', cursor, limit = 30 } = search
  return core.database.read(async (db) => {
    let rows = db
      .selectFrom('conversations')
      .select([...baseColumns, 'lastActivityAt', 'searchName'])
      .where(isRoom)
      .where('deletedAt', 'is', null)
    const wanted = fold(query).trim()
    if (wanted !== '')
      rows = rows.where(sql<boolean>`"searchName" like ${contains(wanted)} escape '\\'`)
    if (cursor !== undefined) {
      const { key, id } = parseCursor(cursor)
      rows = rows.where(sql<boolean>`("searchName", "id") > (${key}, ${id})`)
    }
    const found = await rows
      .orderBy('searchName')
      .orderBy('id')
      .limit(limit + 1)
      .execute()
    const page = found.slice(0, limit)
    const last = page.at(-1)
    const owners = await findOwners(
      db,
      page.map(({ id }) => id),
    )
    return {
      rooms: page.map((row) => toAdminRoom(row, owners.get(row.id))),
      users: await usersByIds(db, [...owners.values()]),
      ...(found.length > limit && last && { nextCursor: toCursor(last.searchName, last.id) }),
    }
  })
}

/** Whoever it belongs to, a room; what is none does not exist here. */
export async function requireRoom(db: Db, roomId: string): Promise<AdminRoom> {
  const row = await db
    .selectFrom('conversations')
    .select([...baseColumns, 'lastActivityAt'])
    .where('id', '=', roomId)
    .where('kind', '=', 'room')
    .where('deletedAt', 'is', null)
    .executeTakeFirst()
  if (!row) throw notFound()
  return toAdminRoom(row, (await findOwners(db, [roomId])).get(roomId))
}

export async function listRoomMembers(
  core: Core,
  { roomId, query = '', cursor, limit = 50 }: { roomId: string } & ListSearch,
): Promise<{ members: (Member & { user: User })[]; nextCursor?: string }> {
  return core.database.read(async (db) => {
    await requireRoom(db, roomId)
    let rows = db
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.userId')
      .select(['m.role', 'u.id', 'u.kind', 'u.username', 'u.name', 'u.picture', 'u.searchName'])
      .where('m.conversationId', '=', roomId)
      .where('m.leftSeq', 'is', null)
    const wanted = fold(query).trim()
    if (wanted !== '')
      rows = rows.where(sql<boolean>`"u"."searchName" like ${contains(wanted)} escape '\\'`)
    if (cursor !== undefined) {
      const { key, id } = parseCursor(cursor)
      rows = rows.where(sql<boolean>`("u"."searchName", "u"."id") > (${key}, ${id})`)
    }
    const found = await rows
      .orderBy('u.searchName')
      .orderBy('u.id')
      .limit(limit + 1)
      .execute()
    const last = found.at(limit - 1)
    return {
      members: found
        .slice(0, limit)
        .map(({ role, searchName: _searchName, ...user }) => ({ userId: user.id, role, user })),
      ...(found.length > limit && last && { nextCursor: toCursor(last.searchName, last.id) }),
    }
  })
}

/** The owner of each room that has one. */
async function findOwners(db: Db, roomIds: readonly string[]): Promise<Map<string, string>> {
  if (roomIds.length === 0) return new Map()
  const rows = await db
    .selectFrom('memberships')
    .select(['conversationId', 'userId'])
    .where('conversationId', 'in', roomIds)
    .where('role', '=', 'owner')
    .where('leftSeq', 'is', null)
    .execute()
  return new Map(rows.map(({ conversationId, userId }) => [conversationId, userId]))
}

type RoomRow = Parameters<typeof toBase>[0] & { readonly lastActivityAt: number }

function toAdminRoom(row: RoomRow, ownerId: string | undefined): AdminRoom {
  return { ...toBase(row), lastActivityAt: row.lastActivityAt, ownerId: ownerId ?? null }
}
