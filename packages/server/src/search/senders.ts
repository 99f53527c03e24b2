/**
 * Whom one may search messages by: the people one can talk to, and after them the authors of imported
 * messages, who have no account. Of these only whoever wrote where the search itself would look.
 */
import type { User } from '@roost/protocol'
import { sql, type RawBuilder } from 'kysely'

import type { Core } from '../core.ts'
import { foreignCursor, parseKeys, toCursor } from '../cursor.ts'
import { mayReadAll, requireReader } from '../messaging/access.ts'
import { selectNamed, typedWords } from '../name-words.ts'
import { userColumns } from '../people/profiles.ts'
import { findUsers } from '../people/selector.ts'
import type { Db } from '../storage/database.ts'

interface Search {
  readonly userId: string
  /** The one conversation that is searched; otherwise those that the asker is in. */
  readonly conversationId?: string | undefined
  readonly query?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}
type Found = { users: User[]; nextCursor?: string }

/** What the cursor of a page begins with that goes on among the authors. */
const AUTHORS = 'authors'
/** The last author who was given; nothing before the first of them. */
type Place = readonly string[]

export async function findSenders(core: Core, search: Search): Promise<Found> {
  const { userId, conversationId, query = '', cursor, limit = 30 } = search
  if (conversationId !== undefined)
    await core.database.read((db) => requireReader(db, conversationId, userId))
  const place = cursor === undefined ? undefined : parsePlace(cursor)
  const people: Found = place ? { users: [] } : await findUsers(core, search)
  if (people.nextCursor !== undefined) return people
  const typed = typedWords(query)
  if (typed.length === 0 && query.trim() !== '') return people
  const room = limit - people.users.length
  // One more than fits, to know whether there is another page.
  const wanted = { userId, conversationId, typed, place: place ?? [], limit: room + 1 }
  const authors = await core.database.read((db) => findAuthors(db, wanted))
  const shown = authors.slice(0, room)
  const last = shown.at(-1)?.place ?? wanted.place
  return {
    users: [...people.users, ...shown.map(({ user }) => user)],
    ...(authors.length > room && { nextCursor: toCursor(AUTHORS, ...last) }),
  }
}

interface Wanted {
  readonly userId: string
  readonly conversationId: string | undefined
  readonly typed: readonly string[]
  readonly place: Place
  readonly limit: number
}

async function findAuthors(db: Db, wanted: Wanted): Promise<{ user: User; place: Place }[]> {
  const { typed, place, limit } = wanted
  if (typed.length > 0) {
    const after = place.length > 0 ? place : undefined
    const rows = await selectNamed(db, { kind: 'author', typed, after })
      // Pins the order of the join: a few names, then whose they are.
      .crossJoin('users as u')
      .select(userColumns.map((column) => `u.${column}` as const))
      .select(['w.word', 'w.sortName'])
      .whereRef('u.id', '=', 'w.id')
      .where(wroteWhereSearched(wanted))
      .limit(limit)
      .execute()
    return rows.map(({ word, sortName, ...user }) => ({ user, place: [word, sortName, user.id] }))
  }
  const [, name = '', id = ''] = place
  const rows = await db
    .selectFrom('users as u')
    .select(userColumns.map((column) => `u.${column}` as const))
    .select('u.searchName')
    // In the words of the partial index, so that it is used.
    .where(sql<boolean>`"u"."kind" = 'placeholder'`)
    .where(sql<boolean>`("u"."searchName", "u"."id") > (${name}, ${id})`)
    .where(wroteWhereSearched(wanted))
    .orderBy('u.searchName')
    .orderBy('u.id')
    .limit(limit)
    .execute()
  return rows.map(({ searchName, ...user }) => ({ user, place: ['', searchName, user.id] }))
}

/** Of the authors in a statement, as `u`. */
function wroteWhereSearched({ userId, conversationId }: Wanted): RawBuilder<boolean> {
  const searched =
    conversationId === undefined
      ? sql`"c"."id" in (
          select "conversationId" from "memberships" where "userId" = ${userId} and "leftSeq" is null)`
      : sql`"c"."id" = ${conversationId}`
  return sql<boolean>`exists (
    select 1 from "authorships" as "a" join "conversations" as "c" on "c"."id" = "a"."conversationId"
    where "a"."userId" = "u"."id" and ${searched} and ${mayReadAll(userId)})`
}

/** Where a page goes on among the authors; undefined while it does so among the people. */
function parsePlace(cursor: string): Place | undefined {
  const [stage, ...place] = parseKeys(cursor)
  if (stage !== AUTHORS) return undefined
  if (place.length !== 0 && place.length !== 3) throw foreignCursor()
  return place
}
