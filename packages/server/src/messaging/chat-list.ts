/** Conversations as one user sees them: the chat list, and single ones. A fixed number of statements. */
import { limits, type Conversation, type Receipt, type User } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { parseCursor, toPage } from '../cursor.ts'
import { notFound } from '../errors.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { findAccess } from './access.ts'
import { otherOf, toBase } from './conversation-rows.ts'
import { describeMessages, peopleIn } from './message-rows.ts'
import { mentionCount, unreadCount } from './messages.ts'

type Which =
  /** These, whether the user is a member or not: the caller has checked. */
  | { readonly ids: readonly string[] }
  /** Those they are a member of, newest activity first. */
  | { readonly cursor: string | undefined; readonly limit: number }

const ref = (name: string) => sql.ref(name)

/** A message has the id of the event that made it, and its row is looked up anyway. */
const lastEventId = sql<string | null>`coalesce(
  (select "l"."id" from "messages" as "l"
    where "l"."conversationId" = "c"."id" and "l"."seq" = "c"."lastSeq"),
  (select "e"."id" from "events" as "e"
    where "e"."conversationId" = "c"."id" and "e"."seq" = "c"."lastSeq"))`

function selectRows(db: Db, userId: string) {
  const mine = { conversationId: ref('c.id'), userId, readSeq: ref('m.readSeq') }
  return db
    .selectFrom('conversations as c')
    .leftJoin('memberships as m', (join) =>
      join
        .onRef('m.conversationId', '=', 'c.id')
        .on('m.userId', '=', userId)
        .on('m.leftSeq', 'is', null),
    )
    .select(['c.id', 'c.kind', 'c.name', 'c.topic', 'c.visibility', 'c.history', 'c.memberCount'])
    .select(['c.createdAt', 'c.lastSeq', 'c.firstSeq', 'c.lastMessageSeq', 'c.lastActivityAt'])
    .select(['c.directKey', 'c.picture', 'c.archivedAt', 'm.role', 'm.readSeq', 'm.deliveredSeq'])
    .select(['m.notify', 'm.mutedUntil', 'm.pinnedAt', 'm.archivedAt as shelvedAt'])
    .select([unreadCount(mine).as('unread'), mentionCount(mine).as('mentions')])
    .select(lastEventId.as('lastEventId'))
    .where('c.deletedAt', 'is', null)
}

async function findRows(db: Db, userId: string, which: Which) {
  const query = selectRows(db, userId)
  if ('ids' in which) return query.where('c.id', 'in', which.ids).execute()
  // Chosen before anything is counted: of those that are not on the page nothing is looked up.
  let page = db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .select('c.id')
    .where('m.userId', '=', userId)
    .where('m.leftSeq', 'is', null)
    .where('c.deletedAt', 'is', null)
  if (which.cursor !== undefined) {
    const { key, id } = parseCursor(which.cursor)
    page = page.where(sql<boolean>`("c"."lastActivityAt", "c"."id") < (${Number(key)}, ${id})`)
  }
  const chosen = page
    .orderBy('c.lastActivityAt', 'desc')
    .orderBy('c.id', 'desc')
    .limit(which.limit + 1)
  return query
    .where('c.id', 'in', chosen)
    .orderBy('c.lastActivityAt', 'desc')
    .orderBy('c.id', 'desc')
    .execute()
}
type Row = Awaited<ReturnType<typeof findRows>>[number]

export async function loadConversations(
  db: Db,
  userId: string,
  which: Which,
): Promise<{ conversations: Conversation[]; users: User[]; rows: Row[] }> {
  const rows = await findRows(db, userId, which)
  const messages = await describeMessages(
    db,
    {
      // Whoever looks in from outside reads nothing of a room that hides its past.
      keys: rows
        .filter(({ lastMessageSeq, role, history }) => {
          return lastMessageSeq > 0 && (role !== null || history === 'all')
        })
        .map(({ id, lastMessageSeq }) => ({ conversationId: id, seq: lastMessageSeq })),
    },
    userId,
  )
  const lastMessages = new Map(messages.map((message) => [message.conversationId, message]))
  // In the list only a tick of one's own needs them.
  const ticked = rows.filter(
    ({ id, role, memberCount }) =>
      role !== null &&
      memberCount <= limits.smallRoomMax &&
      ('ids' in which || lastMessages.get(id)?.senderId === userId),
  )
  const receipts = await readReceipts(
    db,
    ticked.map(({ id }) => id),
    userId,
  )
  const conversations = rows.map((row): Conversation => {
    const { role, readSeq, deliveredSeq, notify, mutedUntil, pinnedAt, shelvedAt } = row
    const member = role !== null && readSeq !== null && deliveredSeq !== null && notify !== null
    return {
      ...toBase(row),
      directUserId: row.directKey === null ? null : otherOf(row.directKey, userId),
      lastSeq: row.lastSeq,
      lastEventId: row.lastEventId ?? '',
      firstSeq: row.firstSeq,
      membership: member
        ? {
            role,
            readSeq,
            deliveredSeq,
            notify,
            mutedUntil,
            pinnedAt,
            archivedAt: shelvedAt,
          }
        : null,
      unread: member ? row.unread : 0,
      mentions: member ? row.mentions : 0,
      lastMessage: lastMessages.get(row.id) ?? null,
      receipts: receipts.get(row.id) ?? [],
    }
  })
  const people = conversations.flatMap(({ directUserId }) => directUserId ?? [])
  const users = await usersByIds(db, [userId, ...people, ...peopleIn(messages)])
  return { conversations, users, rows }
}

async function readReceipts(
  db: Db,
  ids: readonly string[],
  userId: string,
): Promise<Map<string, Receipt[]>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('memberships')
    .select(['conversationId', 'userId', 'deliveredSeq', 'readSeq'])
    .where('conversationId', 'in', ids)
    .where('userId', '<>', userId)
    .where('leftSeq', 'is', null)
    .execute()
  const receipts = new Map<string, Receipt[]>()
  for (const { conversationId, ...receipt } of rows) {
    const list = receipts.get(conversationId)
    if (list) list.push(receipt)
    else receipts.set(conversationId, [receipt])
  }
  return receipts
}

export async function readChatList(
  core: Core,
  request: { userId: string; cursor?: string | undefined; limit?: number | undefined },
) {
  const { userId, cursor, limit = 50 } = request
  return core.database.read(async (db) => {
    const { conversations, users, rows } = await loadConversations(db, userId, { cursor, limit })
    const { rows: page, ...next } = toPage(rows, limit, (last) => [last.lastActivityAt, last.id])
    return {
      conversations: conversations.slice(0, page.length),
      users,
      epoch: core.database.epoch,
      userSeq: await readUserSeq(db, userId),
      ...next,
    }
  })
}

async function readUserSeq(db: Db, userId: string): Promise<number> {
  const head = await db
    .selectFrom('userHeads')
    .select('lastSeq')
    .where('userId', '=', userId)
    .executeTakeFirst()
  return head?.lastSeq ?? 0
}

export async function readConversation(
  core: Core,
  request: { conversationId: string; userId: string },
) {
  const { conversationId, userId } = request
  return core.database.read(async (db) => {
    await findAccess(db, conversationId, userId)
    const { conversations, users } = await loadConversations(db, userId, { ids: [conversationId] })
    const [conversation] = conversations
    if (!conversation) throw notFound()
    return { ...conversation, users }
  })
}
