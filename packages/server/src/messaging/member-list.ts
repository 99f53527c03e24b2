/** Who is in a conversation, by name, a page at a time. */
import type { Member, User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { parseCursor, toPage } from '../cursor.ts'
import { hasWords, selectIds, typedWords } from '../name-words.ts'
import { userColumns } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { requireReader } from './access.ts'

interface Page {
  readonly conversationId: string
  readonly userId: string
  readonly query?: string | undefined
  readonly cursor?: string | undefined
  readonly limit?: number | undefined
}

/** Above this many, members are found along everybody's names, without sorting them. */
const MANY = 500

interface MemberPage {
  readonly members: (Member & { user: User })[]
  readonly nextCursor?: string
}

export async function listMembers(core: Core, page: Page): Promise<MemberPage> {
  const { conversationId, userId } = page
  return core.database.read(async (db) => {
    const { memberCount } = await requireReader(db, conversationId, userId)
    return readMembers(db, { ...page, memberCount })
  })
}

/** The same for whoever may see them by other means than being there. */
export async function readMembers(
  db: Db,
  page: Omit<Page, 'userId'> & { memberCount: number },
): Promise<MemberPage> {
  const { conversationId, memberCount, limit = 50 } = page
  const typed = typedWords(page.query)
  if (typed.length === 0 && (page.query ?? '').trim() !== '') return { members: [] }
  const { key: name, id } = page.cursor === undefined ? start : parseCursor(page.cursor)
  const members = memberCount > MANY ? alongNames(db, typed) : alongMembers(db, typed)
  const rows = await members
    .select(userColumns.map((column) => `u.${column}` as const))
    .select(['m.role', 'u.searchName'])
    .whereRef('u.id', '=', 'm.userId')
    .where('m.conversationId', '=', conversationId)
    .where('m.leftSeq', 'is', null)
    .where(sql<boolean>`("u"."searchName", "u"."id") > (${name}, ${id})`)
    .orderBy('u.searchName')
    .orderBy('u.id')
    .limit(limit + 1)
    .execute()
  const { rows: people, ...next } = toPage(rows, limit, (last) => [last.searchName, last.id])
  return {
    members: people.map(({ role, searchName: _name, ...user }) => ({
      userId: user.id,
      role,
      user,
    })),
    ...next,
  }
}

const start = { key: '', id: '' }

function alongMembers(db: Db, typed: readonly string[]) {
  // A cross join pins which table is read first.
  return db.selectFrom('memberships as m').crossJoin('users as u').where(hasWords('u.id', typed))
}

function alongNames(db: Db, typed: readonly string[]) {
  const people = db
    .selectFrom('users as u')
    .crossJoin('memberships as m')
    // In the words of the partial index, so that it is used.
    .where(sql<boolean>`"u"."kind" in ('person', 'bot')`)
  return typed.length === 0 ? people : people.where('u.id', 'in', selectIds(db, 'user', typed))
}
