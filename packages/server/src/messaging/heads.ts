/** Where conversations stand: what a hub needs to listen, and a client to resume. */
import type { HeadsFrame } from '@roost/protocol'

import type { Core } from '../core.ts'
import { readUserSeq } from './chat-list.ts'
import { readSights, type Sight } from './visible-seqs.ts'

/** A conversation that a user is in, the seq of the event by which they came, and what they see of it. */
export interface Joined {
  readonly conversationId: string
  readonly fromSeq: number
  readonly sight: Sight
}

export function readMemberships(core: Core, userId: string): Promise<Joined[]> {
  return core.database.read(async (db) => {
    const sights = await readSights(db, userId)
    const rows = await db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversationId')
      .innerJoin('membershipIntervals as i', (join) =>
        join
          .onRef('i.conversationId', '=', 'm.conversationId')
          .onRef('i.userId', '=', 'm.userId')
          .on('i.toSeq', 'is', null),
      )
      .select(['m.conversationId', 'i.fromSeq', 'c.history'])
      .where('m.userId', '=', userId)
      .where('m.leftSeq', 'is', null)
      .where('c.deletedAt', 'is', null)
      .execute()
    return rows.map(({ conversationId, fromSeq, history }) => ({
      conversationId,
      fromSeq,
      sight: history === 'all' ? history : (sights.get(conversationId) ?? []),
    }))
  })
}

/** A statement for every 500 of them. */
export async function readLastSeqs(
  core: Core,
  ids: readonly string[],
): Promise<Map<string, { lastSeq: number; memberCount: number }>> {
  const CHUNK = 500
  const heads = new Map<string, { lastSeq: number; memberCount: number }>()
  for (let at = 0; at < ids.length; at += CHUNK) {
    const rows = await core.database.read((db) =>
      db
        .selectFrom('conversations')
        .select(['id', 'lastSeq', 'memberCount'])
        .where('id', 'in', ids.slice(at, at + CHUNK))
        .execute(),
    )
    for (const { id, lastSeq, memberCount } of rows) heads.set(id, { lastSeq, memberCount })
  }
  return heads
}

/** What a client that resumes has missed: the conversations in which it is behind, and those it lost. */
export async function readHeads(
  core: Core,
  userId: string,
  known?: readonly { conversationId: string; seq: number }[],
): Promise<HeadsFrame> {
  return core.database.read(async (db) => {
    const userSeq = await readUserSeq(db, userId)
    const all = await db
      .selectFrom('memberships as m')
      .innerJoin('conversations as c', 'c.id', 'm.conversationId')
      .select(['m.conversationId', 'c.lastSeq', 'm.readSeq'])
      .where('m.userId', '=', userId)
      .where('m.leftSeq', 'is', null)
      .where('c.deletedAt', 'is', null)
      .execute()
    const seqs = new Map(known?.map(({ conversationId, seq }) => [conversationId, seq]))
    const mine = new Set(all.map(({ conversationId }) => conversationId))
    return {
      type: 'heads',
      epoch: core.database.epoch,
      userSeq,
      heads: all.filter(({ conversationId, lastSeq }) => seqs.get(conversationId) !== lastSeq),
      gone: [...seqs.keys()].filter((id) => !mine.has(id)),
    }
  })
}
