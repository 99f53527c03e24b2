/**
 * For who holds some messages of a log that has gone far ahead: those that changed meanwhile. The work
 * is one seek for each message held, however much has happened since.
 */
import { limits, type Message, type User } from '@roost/protocol'

import type { Core } from '../core.ts'
import { AppError } from '../errors.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import { requireReader } from './access.ts'
import { describeMessages, peopleIn } from './message-rows.ts'
import { readEventIds } from './standings.ts'
import { readSight, sees } from './visible-seqs.ts'

interface Held {
  readonly conversationId: string
  readonly userId: string
  /** The last event that they have applied. */
  readonly after: number
  readonly from: number
  readonly to: number
}

export async function readChanges(
  core: Core,
  held: Held,
): Promise<{ messages: Message[]; users: User[]; lastSeq: number; lastEventId: string }> {
  const { conversationId, userId, from, to } = held
  return core.database.read(async (db) => {
    const { history, lastSeq } = await requireReader(db, conversationId, userId)
    if (to - from >= limits.eventsMax)
      throw new AppError('bad_request', `Ask for at most ${limits.eventsMax} seqs at once.`, {
        field: 'to',
      })
    const sight = await readSight(db, { conversationId, viewer: { userId, history } })
    const seqs = (await findChanged(db, held)).filter((seq) => sees(sight, seq))
    const messages = await describeMessages(db, { conversationId, seqs }, userId)
    const last = { conversationId, seq: lastSeq }
    const lastEventId = (await readEventIds(db, [last]))(last) ?? ''
    return { messages, users: await usersByIds(db, peopleIn(messages)), lastSeq, lastEventId }
  })
}

/** Edited, deleted or reacted to, or quoting one that was. */
async function findChanged(db: Db, { conversationId, after, from, to }: Held): Promise<number[]> {
  const rows = await db
    .selectFrom('messages as m')
    .select('m.seq')
    .where('m.conversationId', '=', conversationId)
    .where('m.seq', '>=', from)
    .where('m.seq', '<=', to)
    .where((eb) => {
      const changed = (of: 'm.seq' | 'm.replyToSeq') =>
        eb.exists(
          eb
            .selectFrom('events as e')
            .select('e.seq')
            .whereRef('e.conversationId', '=', 'm.conversationId')
            .whereRef('e.targetSeq', '=', of)
            .where('e.seq', '>', after),
        )
      return eb.or([changed('m.seq'), changed('m.replyToSeq')])
    })
    .orderBy('m.seq')
    .execute()
  return rows.map(({ seq }) => seq)
}
