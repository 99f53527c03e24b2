/**
 * What an earlier, equal request has made: found by its id, and told again. When a COMMIT fails, it may
 * be stored although nobody has heard of it; whoever has heard drops what comes twice.
 */
import type { Selectable } from 'kysely'

import type { Core } from '../core.ts'
import { conflict } from '../errors.ts'
import type { Tx } from '../storage/database.ts'
import type { Schema } from '../storage/schema.ts'

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
  const moved = await findMoved(tx, found)
  const heads =
    moved.length === 0
      ? []
      : await tx.db
          .selectFrom('userHeads')
          .select(['userId', 'lastSeq'])
          .where('userId', 'in', moved)
          .execute()
  tx.afterCommit(() => {
    core.bus.publish({ type: 'event', conversationId, seq })
    for (const { userId, lastSeq } of heads)
      core.bus.publish({ type: 'userEvent', userId, seq: lastSeq })
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
