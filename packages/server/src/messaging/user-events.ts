/** The log of what concerns one user alone: appending to it, and reading what it says now. */
import type { UserEvent } from '@roost/protocol'

import type { Core } from '../core.ts'
import type { Db, Tx } from '../storage/database.ts'
import { loadConversations } from './chat-list.ts'
import { countUnread } from './messages.ts'
import type { Sight } from './visible-seqs.ts'

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
        return conversation && { id, type: row.type, conversation, users }
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
