/** The log of what concerns one user alone: appending to it, and reading what it says now. */
import { limits, type Conversation, type User, type UserEvent } from '@roost/protocol'
import type { Selectable } from 'kysely'

import type { Core } from '../core.ts'
import type { Db, Tx } from '../storage/database.ts'
import type { Schema } from '../storage/schema.ts'
import { loadConversations } from './chat-list.ts'
import { countUnread } from './messages.ts'
import type { Sight } from './visible-seqs.ts'

type UserEventRow = Selectable<Schema['userEvents']>

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
      event: type,
      conversationId,
      conversationSeq,
      ...(event.sight && { sight: event.sight }),
    }),
  )
  return seq
}

/** Reads one user event as it is now; undefined when what it spoke of is gone again. */
export async function readUserEvent(
  core: Core,
  place: { userId: string; seq: number },
): Promise<UserEvent | undefined> {
  return core.database.read(async (db) => {
    const row = await db
      .selectFrom('userEvents')
      .selectAll()
      .where('userId', '=', place.userId)
      .where('seq', '=', place.seq)
      .executeTakeFirst()
    if (!row) return undefined
    const { id, conversationId, conversationSeq } = row
    switch (row.type) {
      case 'me.changed':
        return { id, type: row.type }
      case 'conversation.left':
        if (conversationId === null || conversationSeq === null) return undefined
        return { id, type: row.type, conversationId, seq: conversationSeq }
      case 'conversation.joined': {
        if (conversationId === null) return undefined
        const { conversations, users } = await loadConversations(db, place.userId, {
          ids: [conversationId],
        })
        const conversation = conversations.at(0)
        // Whoever is out of it again is not told what is said there now.
        if (!conversation?.membership) return undefined
        return { id, type: row.type, conversation, users }
      }
      case 'membership.changed': {
        if (conversationId === null) return undefined
        const membership = await db
          .selectFrom('memberships')
          .select(['notify', 'mutedUntil', 'pinnedAt', 'archivedAt'])
          .where('conversationId', '=', conversationId)
          .where('userId', '=', place.userId)
          .executeTakeFirst()
        return membership && { id, type: row.type, conversationId, membership }
      }
      case 'read.changed':
        return conversationId === null
          ? undefined
          : readMark(db, { id, userId: place.userId, conversationId })
      default:
        throw new Error(`User event ${id} is of type ${row.type}, which this server does not know.`)
    }
  })
}

/**
 * What a user's own log says after a seq: of each conversation the last event of a kind, since all
 * tell of the present. null when it is too long to be told, or not theirs.
 */
export async function readUserEvents(
  db: Db,
  place: { userId: string; after: number; upTo: number },
): Promise<{ events: { seq: number; event: UserEvent }[]; users: User[] } | null> {
  const { userId, after, upTo } = place
  const count = upTo - after
  if (count < 0 || count > limits.syncUserEventsMax) return null
  if (count === 0) return { events: [], users: [] }
  const rows = await db
    .selectFrom('userEvents')
    .selectAll()
    .where('userId', '=', userId)
    .where('seq', '>', after)
    .orderBy('seq')
    .limit(count)
    .execute()
  if (rows.length < count) return null
  const last = new Map(rows.map((row) => [`${row.type} ${row.conversationId}`, row]))
  const ids = new Set(rows.flatMap(({ conversationId }) => conversationId ?? []))
  const { conversations, users } = await loadConversations(db, userId, { ids: [...ids] })
  const present = new Map(conversations.map((conversation) => [conversation.id, conversation]))
  const events = [...last.values()].flatMap((row) => {
    const event = describe(row, present.get(row.conversationId ?? ''))
    return event ? { seq: row.seq, event } : []
  })
  return { events: events.toSorted((a, b) => a.seq - b.seq), users }
}

function describe(
  row: Pick<UserEventRow, 'id' | 'type' | 'conversationId' | 'conversationSeq'>,
  conversation: Conversation | undefined,
): UserEvent | undefined {
  const { id, conversationId, conversationSeq } = row
  if (row.type === 'me.changed') return { id, type: row.type }
  if (conversationId === null) return undefined
  if (row.type === 'conversation.left')
    return conversationSeq === null
      ? undefined
      : { id, type: row.type, conversationId, seq: conversationSeq }
  // What is left of it is not theirs any more.
  const membership = conversation?.membership
  if (!conversation || !membership) return undefined
  switch (row.type) {
    case 'conversation.joined':
      return { id, type: row.type, conversation, users: [] }
    case 'membership.changed': {
      const { notify, mutedUntil, pinnedAt, archivedAt } = membership
      const settings = { notify, mutedUntil, pinnedAt, archivedAt }
      return { id, type: row.type, conversationId, membership: settings }
    }
    case 'read.changed': {
      const { unread, mentions, lastSeq } = conversation
      const { readSeq } = membership
      return { id, type: row.type, conversationId, readSeq, unread, mentions, lastSeq }
    }
    default:
      throw new Error(`User event ${id} is of type ${row.type}, which this server does not know.`)
  }
}

async function readMark(
  db: Db,
  of: { id: string; userId: string; conversationId: string },
): Promise<UserEvent | undefined> {
  const { id, userId, conversationId } = of
  const row = await db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .select(['m.readSeq', 'c.lastSeq'])
    .where('m.conversationId', '=', conversationId)
    .where('m.userId', '=', userId)
    .executeTakeFirst()
  if (!row) return undefined
  const counts = await countUnread(db, { conversationId, userId, readSeq: row.readSeq })
  return { id, type: 'read.changed', conversationId, ...row, ...counts }
}
