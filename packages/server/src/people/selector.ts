/**
 * Finding people to talk to: those I talk to first, latest first, then everyone else by name. A walk
 * keeps to the order it began with, whoever writes, comes or goes meanwhile: nobody twice, nobody missed.
 */
import type { User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { foreignCursor, parseKeys, toCursor } from '../cursor.ts'
import { otherOf } from '../messaging/conversation-rows.ts'
import { hasWords, selectNamed, typedWords } from '../name-words.ts'
import type { Db } from '../storage/database.ts'
import { userColumns } from './profiles.ts'

/** Most people who come first, and most chats looked at to find them. */
const RECENT = 50
const CHATS = 500

export interface Search {
  readonly userId: string
  readonly query?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}
type Found = { users: User[]; nextCursor?: string }

interface Walk {
  /** Whom this walk began with. */
  readonly recent: readonly string[]
  /** How many of them were given. */
  readonly given: number
  /** The last of the others who was given. */
  readonly after?: readonly string[] | undefined
}

export async function findUsers(core: Core, search: Search): Promise<Found> {
  const { userId, limit = 30 } = search
  const typed = typedWords(search.query)
  if (typed.length === 0 && (search.query ?? '').trim() !== '') return { users: [] }
  return core.database.read(async (db) => {
    const walk =
      search.cursor === undefined
        ? { recent: await findRecent(db, userId, typed), given: 0 }
        : parseWalk(search.cursor, typed.length > 0 ? 3 : 2)
    const { recent } = walk
    const first = await readInOrder(db, recent.slice(walk.given, walk.given + limit))
    const given = Math.min(recent.length, walk.given + limit)
    const room = limit - first.length
    // One more than fits, to know whether there is another page.
    const others =
      given < recent.length ? [] : await findOthers(db, { ...walk, typed, limit: room + 1 })
    const shown = others.slice(0, room)
    const last = shown.at(-1)
    const more = given < recent.length || others.length > shown.length
    return {
      users: [...first, ...shown.map(({ user }) => user)],
      ...(more && { nextCursor: toWalk({ recent, given, after: last?.place ?? walk.after }) }),
    }
  })
}

/** The people of my latest direct chats whose names have these words. */
async function findRecent(db: Db, userId: string, typed: readonly string[]): Promise<string[]> {
  const chats = await db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .select('c.directKey')
    .where('m.userId', '=', userId)
    .where('m.leftSeq', 'is', null)
    .where('c.directKey', 'is not', null)
    .orderBy('c.lastActivityAt', 'desc')
    .limit(CHATS)
    .execute()
  const partners = chats.flatMap(({ directKey }) =>
    directKey === null ? [] : otherOf(directKey, userId),
  )
  if (typed.length === 0) return partners.slice(0, RECENT)
  if (partners.length === 0) return []
  const matching = await db
    .selectFrom('users')
    .select('id')
    .where('id', 'in', partners)
    .where(hasWords('users.id', typed))
    .execute()
  const ids = new Set(matching.map(({ id }) => id))
  return partners.filter((id) => ids.has(id)).slice(0, RECENT)
}

async function readInOrder(db: Db, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return []
  const rows = await db
    .selectFrom('users')
    .select(userColumns)
    .where('id', 'in', ids)
    .where('kind', 'in', ['person', 'bot'])
    .where('banned', '=', 0)
    .execute()
  const users = new Map(rows.map((user) => [user.id, user]))
  return ids.flatMap((id) => users.get(id) ?? [])
}

async function findOthers(
  db: Db,
  walk: Walk & { typed: readonly string[]; limit: number },
): Promise<{ user: User; place: readonly string[] }[]> {
  const { recent, typed, after, limit } = walk
  if (typed.length > 0) {
    const rows = await selectNamed(db, { kind: 'user', typed, after })
      // Pins the order of the join: a few names, then whose they are.
      .crossJoin('users as u')
      .select(userColumns.map((column) => `u.${column}` as const))
      .select(['w.word', 'w.sortName'])
      .whereRef('u.id', '=', 'w.id')
      .where('u.kind', 'in', ['person', 'bot'])
      .where('u.banned', '=', 0)
      .where('w.id', 'not in', [...recent, ''])
      .limit(limit)
      .execute()
    return rows.map(({ word, sortName, ...user }) => ({ user, place: [word, sortName, user.id] }))
  }
  const [name = '', id = ''] = after ?? []
  const rows = await db
    .selectFrom('users')
    .select([...userColumns, 'searchName'])
    // In the words of the partial index, so that it is used.
    .where(sql<boolean>`"kind" in ('person', 'bot')`)
    .where('banned', '=', 0)
    .where('id', 'not in', [...recent, ''])
    .where(sql<boolean>`("searchName", "id") > (${name}, ${id})`)
    .orderBy('searchName')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ searchName, ...user }) => ({ user, place: [searchName, user.id] }))
}

/** Ids are sixteen bytes each, so that fifty fit into an address. */
function toWalk({ recent, given, after = [] }: Walk): string {
  const packed = Buffer.from(recent.join('').replaceAll('-', ''), 'hex').toString('base64url')
  return toCursor(given, after.length, ...after, packed)
}

function parseWalk(cursor: string, places: number): Walk {
  const [given = '', length = '', ...rest] = parseKeys(cursor)
  const after = rest.slice(0, -1)
  const packed = Buffer.from(rest.at(-1) ?? '', 'base64url').toString('hex')
  const recent = Array.from(packed.matchAll(/(.{8})(.{4})(.{4})(.{4})(.{12})/g), ([, ...parts]) =>
    parts.join('-'),
  )
  const isOurs =
    /^\d{1,3}$/.test(given) &&
    (after.length === 0 || after.length === places) &&
    Number(length) === after.length &&
    recent.length <= RECENT
  if (!isOurs) throw foreignCursor()
  return { recent, given: Number(given), after: after.length > 0 ? after : undefined }
}
