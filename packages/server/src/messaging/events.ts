/** The log of a conversation: appending to it, and replaying it. */
import { createHash } from 'node:crypto'

import type { ConversationBase, Event, LoggedEvent } from '@roost/protocol'

import type { Core } from '../core.ts'
import { conflict } from '../errors.ts'
import type { Db, Tx } from '../storage/database.ts'
import { baseColumns, toBase } from './conversation-rows.ts'
import { describeMessages } from './message-rows.ts'
import { findVisibleSeqs, type Viewer } from './visible-seqs.ts'

export interface NewEvent {
  readonly conversationId: string
  readonly id: string
  readonly actorId: string
  readonly type: Event['type']
  readonly subjectId?: string
  readonly requestHash: string
  readonly at: number
}

/**
 * Takes the next seq and writes the event's row; the wire form, made by `describe`, goes out once it
 * is durable. The conversation stays locked until the commit, so commit order is seq order.
 */
export async function appendEvent(
  core: Core,
  tx: Tx,
  event: NewEvent,
  describe: (seq: number) => Promise<Event>,
): Promise<number> {
  const { conversationId } = event
  const { lastSeq: seq } = await tx.db
    .updateTable('conversations')
    .set((eb) => ({ lastSeq: eb('lastSeq', '+', 1) }))
    .where('id', '=', conversationId)
    .returning('lastSeq')
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('events')
    .values({
      conversationId,
      seq,
      id: event.id,
      actorId: event.actorId,
      type: event.type,
      targetSeq: null,
      subjectId: event.subjectId ?? null,
      payload: null,
      requestHash: event.requestHash,
      createdAt: event.at,
    })
    .execute()
  const described = await describe(seq)
  tx.afterCommit(() => core.bus.publish({ type: 'event', conversationId, seq, event: described }))
  return seq
}

/** What a request asks for, in a form that two equal requests share. */
export function hashRequest(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** Finds the event that an earlier, equal request made. Refuses an id used for anything else. */
export async function findRepeat(
  tx: Tx,
  request: { id: string; actorId: string; requestHash: string },
): Promise<{ conversationId: string; seq: number } | undefined> {
  const found = await tx.db
    .selectFrom('events')
    .select(['conversationId', 'seq', 'actorId', 'requestHash'])
    .where('id', '=', request.id)
    .executeTakeFirst()
  if (!found) return undefined
  if (found.actorId !== request.actorId || found.requestHash !== request.requestHash)
    throw conflict()
  return found
}

/**
 * Reads the log after a seq, ascending, with the messages as they are now. With a `viewer` only what
 * that user may see; without, for delivery to those who may, everything.
 */
export async function readEvents(
  db: Db,
  range: {
    conversationId: string
    after: number
    limit: number
    viewer?: Viewer
  },
): Promise<LoggedEvent[]> {
  const { conversationId, after, limit, viewer } = range
  const log = db.selectFrom('events').selectAll().where('conversationId', '=', conversationId)
  const rows = await (
    viewer?.history === 'sinceJoin'
      ? log.where('seq', 'in', await findVisible(db, { conversationId, after, limit, viewer }))
      : log.where('seq', '>', after).limit(limit)
  )
    .orderBy('seq')
    .execute()
  const messages = new Map(
    (await describeMessages(db, { conversationId, seqs: rows.map(({ seq }) => seq) })).map(
      (message) => [message.seq, message],
    ),
  )
  let base: ConversationBase | undefined
  const events: LoggedEvent[] = []
  for (const row of rows) {
    const common = { id: row.id, actorId: row.actorId, createdAt: row.createdAt }
    const message = messages.get(row.seq)
    if (row.type === 'conversation.created') {
      base ??= await readBase(db, conversationId)
      const event = {
        ...common,
        type: row.type,
        conversation: base,
        ...(message && { message }),
      } as const
      events.push({ seq: row.seq, event })
      continue
    }
    if (!message) throw new Error(`Event ${row.id} of type ${row.type} has no message.`)
    if (row.type === 'message.created')
      events.push({ seq: row.seq, event: { ...common, type: row.type, message } })
    else if (row.type === 'member.joined')
      events.push({
        seq: row.seq,
        event: {
          ...common,
          type: row.type,
          member: { userId: subjectOf(row), role: 'member' },
          message,
        },
      })
    else if (row.type === 'member.left')
      events.push({
        seq: row.seq,
        event: { ...common, type: row.type, userId: subjectOf(row), message },
      })
    else throw new Error(`Event ${row.id} is of type ${row.type}, which this server does not know.`)
  }
  return events
}

function findVisible(
  db: Db,
  range: { conversationId: string; after: number; limit: number; viewer: Viewer },
): Promise<number[]> {
  const { conversationId, after, limit, viewer } = range
  const log = { table: 'events', conversationId, viewer } as const
  return findVisibleSeqs(db, log, { from: after + 1 }, limit)
}

function subjectOf(row: { id: string; subjectId: string | null }): string {
  if (row.subjectId === null) throw new Error(`Event ${row.id} does not say whom it is about.`)
  return row.subjectId
}

async function readBase(db: Db, conversationId: string): Promise<ConversationBase> {
  const row = await db
    .selectFrom('conversations')
    .select(baseColumns)
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
  return toBase(row)
}
