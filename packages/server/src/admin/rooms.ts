/** Rooms, as administrators find and see them: private ones too, direct chats never. */
import { fold, type AdminRoom, type User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { contains } from '../cursor.ts'
import { notFound } from '../errors.ts'
import { baseColumns, toBase } from '../messaging/conversation-rows.ts'
import { readMembers } from '../messaging/member-list.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { pageByName } from './name-order.ts'

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
  const { query = '' } = search
  return core.database.read(async (db) => {
    // First along an index that holds all this asks for, then the few rooms themselves.
    let keys = db
      .selectFrom('conversations')
      .select(['searchName', 'id'])
      .where(isRoom)
      .where('deletedAt', 'is', null)
    const wanted = fold(query).trim()
    if (wanted !== '')
      keys = keys.where(sql<boolean>`"searchName" like ${contains(wanted)} escape '\\'`)
    const { ids, ...next } = await pageByName(keys, search)
    const rooms = await readRooms(db, ids)
    return {
      rooms,
      users: await usersByIds(
        db,
        rooms.flatMap(({ ownerId }) => ownerId ?? []),
      ),
      ...next,
    }
  })
}

/** Whoever it belongs to, a room; what is none does not exist here. */
export async function requireRoom(db: Db, roomId: string): Promise<AdminRoom> {
  const [room] = await readRooms(db, [roomId])
  if (!room) throw notFound()
  return room
}

/** Those of these that are rooms, in the order of the ids. */
async function readRooms(db: Db, ids: readonly string[]): Promise<AdminRoom[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('conversations')
    .select([...baseColumns, 'lastActivityAt'])
    .where('id', 'in', ids)
    .where('kind', '=', 'room')
    .where('deletedAt', 'is', null)
    .execute()
  const owners = await findOwners(db, ids)
  const rooms = new Map(
    rows.map((row) => [
      row.id,
      {
        ...toBase(row),
        lastActivityAt: row.lastActivityAt,
        ownerId: owners.get(row.id) ?? null,
      },
    ]),
  )
  return ids.flatMap((id) => rooms.get(id) ?? [])
}

export async function listRoomMembers(
  core: Core,
  { roomId, ...search }: { roomId: string } & ListSearch,
): ReturnType<typeof readMembers> {
  return core.database.read(async (db) => {
    const { memberCount } = await requireRoom(db, roomId)
    return readMembers(db, { conversationId: roomId, memberCount, ...search })
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
