/** The log of what concerns one user alone: appending to it, and reading what it says now. */
import { limits, type Conversation, type User, type UserEvent } from '@roost/protocol'
import { sql, type Selectable } from 'kysely'

import type { UserChange } from '../bus/bus.ts'
import type { Core } from '../core.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Schema } from '../storage/schema.ts'
import { loadConversations } from './chat-list.ts'
import { mentionCount, unreadCount } from './messages.ts'
import { readSights, type Sight } from './visible-seqs.ts'

export interface NewUserEvent {
  readonly userId: string
  readonly id: string
  readonly type: UserEvent['type']
  readonly conversationId?: string
  readonly conversationSeq?: number
  /** With `conversation.joined`. */
  readonly sight?: Sight
}

/** Always after the conversation's own events: locks are taken conversation first, then users by id. */
export async function appendUserEvent(core: Core, tx: Tx, event: NewUserEvent): Promise<number> {
  const { userId, type, conversationId = null, conversationSeq = null } = event
  const { lastSeq: seq } = await tx.db
    .insertInto('userHeads')
    .values({ userId, lastSeq: 1 })
    .onConflict((c) =>
      c.column('userId').doUpdateSet((eb) => ({ lastSeq: eb('userHeads.lastSeq', '+', 1) })),
    )
    .returning('lastSeq')
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('userEvents')
    .values({
      userId,
      seq,
      id: event.id,
      type,
      conversationId,
      conversationSeq,
      createdAt: core.now(),
    })
    .execute()
  tx.afterCommit(() =>
    core.bus.publish({
      type: 'userEvent',
      userId,
      seq,
      change: {
        event: type,
        conversationId,
        conversationSeq,
        ...(event.sight && { sight: event.sight }),
      },
    }),
  )
  return seq
}

/** An event of a user's own log, as those who listen for them hear of it. */
export interface UserNote extends UserChange {
  readonly seq: number
}

/** What comes after a seq in a user's own log: what they would have heard of it. */
export function readUserNotes(
  core: Core,
  range: { userId: string; after: number; limit: number },
): Promise<UserNote[]> {
  const { userId, after, limit } = range
  return core.database.read(async (db) => {
    const rows = await db
      .selectFrom('userEvents as e')
      .leftJoin('conversations as c', 'c.id', 'e.conversationId')
      .select(['e.seq', 'e.type', 'e.conversationId', 'e.conversationSeq', 'c.history'])
      .where('e.userId', '=', userId)
      .where('e.seq', '>', after)
      .orderBy('e.seq')
      .limit(limit)
      .execute()
    const sights = rows.some(({ history }) => history === 'sinceJoin')
      ? await readSights(db, [userId])
      : undefined
    return rows.map(({ seq, type, conversationId, conversationSeq, history }) => ({
      seq,
      event: type,
      conversationId,
      conversationSeq,
      sight: history === 'all' ? history : (sights?.(userId, conversationId ?? '') ?? []),
    }))
  })
}

/** Reads one user event as it is now; undefined when what it spoke of is gone again. */
export async function readUserEvent(
  core: Core,
  place: { userId: string; seq: number },
): Promise<UserEvent | undefined> {
  const { userId, seq } = place
  return core.database.read(async (db) => {
    const rows = await selectRows(db, userId).where('seq', '=', seq).execute()
    const { events, users } = await tell(db, userId, rows)
    const event = events.at(0)?.event
    return event?.type === 'conversation.joined' ? { ...event, users } : event
  })
}

/**
 * What a user's own log says after a seq: of each conversation the last event of a kind, since all
 * tell of the present. null when it is too long to be told, or not theirs.
 */
export async function readUserEvents(
  db: Db,
  place: { userId: string; after: number; upTo: number },
): Promise<Told | null> {
  const { userId, after, upTo } = place
  const count = upTo - after
  if (count < 0 || count > limits.syncUserEventsMax) return null
  if (count === 0) return { events: [], users: [] }
  const rows = await selectRows(db, userId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(count)
    .execute()
  if (rows.length < count) return null
  const last = new Map(rows.map((row) => [`${row.type} ${row.conversationId}`, row]))
  return tell(
    db,
    userId,
    [...last.values()].toSorted((a, b) => a.seq - b.seq),
  )
}

type Row = Pick<
  Selectable<Schema['userEvents']>,
  'seq' | 'id' | 'type' | 'conversationId' | 'conversationSeq'
>
interface Told {
  readonly events: { seq: number; event: UserEvent }[]
  /** Of the conversations that were joined. */
  readonly users: User[]
}

function selectRows(db: Db, userId: string) {
  return db
    .selectFrom('userEvents')
    .select(['seq', 'id', 'type', 'conversationId', 'conversationSeq'])
    .where('userId', '=', userId)
}

/** What these say now. Of a conversation that is not theirs any more they say nothing but that. */
async function tell(db: Db, userId: string, rows: readonly Row[]): Promise<Told> {
  const places = await readPlaces(
    db,
    userId,
    rows.flatMap(({ conversationId }) => conversationId ?? []),
  )
  const joined = rows.flatMap(({ type, conversationId }) =>
    type === 'conversation.joined' ? (places.get(conversationId ?? '')?.conversationId ?? []) : [],
  )
  const { conversations, users } =
    joined.length === 0
      ? { conversations: [], users: [] }
      : await loadConversations(db, userId, { ids: joined })
  const joinedById = new Map(conversations.map((conversation) => [conversation.id, conversation]))
  const events = rows.flatMap((row) => {
    const id = row.conversationId ?? ''
    const event = describe(row, places.get(id), joinedById.get(id))
    return event ? { seq: row.seq, event } : []
  })
  return { events, users }
}

type Place = Awaited<ReturnType<typeof selectPlaces>>[number]

async function readPlaces(db: Db, userId: string, ids: readonly string[]) {
  const places = ids.length === 0 ? [] : await selectPlaces(db, userId, ids)
  return new Map(places.map((place) => [place.conversationId, place]))
}

/** Where somebody stands in these conversations. */
function selectPlaces(db: Db, userId: string, ids: readonly string[]) {
  const mine = { conversationId: sql.ref('c.id'), userId, readSeq: sql.ref('m.readSeq') }
  return db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .select(['m.conversationId', 'm.notify', 'm.mutedUntil', 'm.pinnedAt', 'm.archivedAt'])
    .select(['m.readSeq', 'c.lastSeq'])
    .select([unreadCount(mine).as('unread'), mentionCount(mine).as('mentions')])
    .where('m.userId', '=', userId)
    .where('m.conversationId', 'in', [...new Set(ids)])
    .where('m.leftSeq', 'is', null)
    .where('c.deletedAt', 'is', null)
    .execute()
}

function describe(
  { id, type, conversationId, conversationSeq }: Row,
  place: Place | undefined,
  conversation: Conversation | undefined,
): UserEvent | undefined {
  switch (type) {
    case 'me.changed':
      return { id, type }
    case 'conversation.left':
      if (conversationId === null || conversationSeq === null) return undefined
      return { id, type, conversationId, seq: conversationSeq }
    case 'conversation.joined':
      return conversation && { id, type, conversation, users: [] }
    case 'membership.changed': {
      if (!place) return undefined
      const { notify, mutedUntil, pinnedAt, archivedAt } = place
      const membership = { notify, mutedUntil, pinnedAt, archivedAt }
      return { id, type, conversationId: place.conversationId, membership }
    }
    case 'read.changed': {
      if (!place) return undefined
      const { readSeq, lastSeq, unread, mentions } = place
      return { id, type, conversationId: place.conversationId, readSeq, unread, mentions, lastSeq }
    }
    default:
      throw new Error(`User event ${id} is of a type that this server does not know.`)
  }
}
