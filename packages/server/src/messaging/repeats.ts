/**
 * What an earlier, equal request has made: found by its id, and told again. When a COMMIT fails, it may
 * be stored although nobody has heard of it; whoever has heard drops what comes twice.
 */
import type { Selectable } from 'kysely'

import type { Note } from '../bus/bus.ts'
import type { Core } from '../core.ts'
import { conflict } from '../errors.ts'
import type { Tx } from '../storage/database.ts'
import type { Schema } from '../storage/schema.ts'
import { readSight } from './visible-seqs.ts'

type Found = Pick<
  Selectable<Schema['events']>,
  'conversationId' | 'seq' | 'actorId' | 'requestHash' | 'type' | 'subjectId'
>

/** Finds the event that an earlier, equal request made. Refuses an id used for anything else. */
export async function findRepeat(
  core: Core,
  tx: Tx,
  request: { id: string; actorId: string; requestHash: string },
): Promise<{ conversationId: string; seq: number } | undefined> {
  const found = await tx.db
    .selectFrom('events')
    .select(['conversationId', 'seq', 'actorId', 'requestHash', 'type', 'subjectId'])
    .where('id', '=', request.id)
    .executeTakeFirst()
  if (!found) return undefined
  if (found.actorId !== request.actorId || found.requestHash !== request.requestHash)
    throw conflict()
  await tellAgain(core, tx, found)
  return found
}

async function tellAgain(core: Core, tx: Tx, found: Found): Promise<void> {
  const { conversationId, seq } = found
  const notes: Note[] = [{ type: 'event', conversationId, seq }]
  for (const userId of await findMoved(tx, found)) {
    const note = await toldLast(tx, { conversationId, userId, seq })
    if (note) notes.push(note)
  }
  tx.afterCommit(() => {
    for (const note of notes) core.bus.publish(note)
  })
}

/** Those who came or went by an event. */
async function findMoved(tx: Tx, found: Found): Promise<string[]> {
  const { conversationId, seq, type, subjectId } = found
  if (type === 'member.joined' || type === 'member.left')
    return subjectId === null ? [] : [subjectId]
  if (type !== 'conversation.created') return []
  const rows = await tx.db
    .selectFrom('membershipIntervals')
    .select('userId')
    .where('conversationId', '=', conversationId)
    .where('fromSeq', '=', seq)
    .execute()
  return rows.map(({ userId }) => userId)
}

/**
 * What a user's own log says of an event by which they came or went; nothing if they have gone or come
 * back since: whoever listens for them must not be told of the past.
 */
async function toldLast(
  tx: Tx,
  of: { conversationId: string; userId: string; seq: number },
): Promise<Note | undefined> {
  const { conversationId, userId } = of
  const last = await tx.db
    .selectFrom('userEvents as u')
    .innerJoin('conversations as c', 'c.id', 'u.conversationId')
    .select(['u.seq', 'u.type', 'u.conversationSeq', 'c.history'])
    .where('u.userId', '=', userId)
    .where('u.conversationId', '=', conversationId)
    .where('u.type', 'in', ['conversation.joined', 'conversation.left'])
    .where('c.deletedAt', 'is', null)
    .orderBy('u.seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (last?.conversationSeq !== of.seq) return undefined
  const { seq, conversationSeq, history } = last
  const note = { type: 'userEvent', userId, seq, conversationId, conversationSeq } as const
  if (last.type === 'conversation.left') return { ...note, event: last.type }
  const sight = await readSight(tx.db, { conversationId, viewer: { userId, history } })
  return { ...note, event: 'conversation.joined', sight }
}
