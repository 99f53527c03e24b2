/**
 * Which seqs of a log a reader may see: all of them, or in a room that hides its past those within
 * their intervals of membership. Walks along primary keys only, and never through what is hidden.
 */
import { seeded } from '@roost/protocol/seeded-bugs'
import { sql } from 'kysely'

import type { Db } from '../storage/database.ts'
import { valuesOf } from '../storage/values.ts'

export interface Viewer {
  readonly userId: string
  readonly history: 'all' | 'sinceJoin'
}
export interface Interval {
  readonly fromSeq: number
  /** null: to this day */
  readonly toSeq: number | null
}
/** What somebody sees of a log: all of it, or the stretches in which they were a member. */
export type Sight = 'all' | readonly Interval[]
/** Ascending from a seq on, or descending from below one. */
type Range = { readonly from: number } | { readonly below: number }

/** One statement, and in a room that hides its past one more for every interval that it comes to. */
export async function findVisibleSeqs(
  db: Db,
  log: { table: 'messages' | 'events'; conversationId: string; viewer: Viewer },
  range: Range,
  limit: number,
): Promise<number[]> {
  const { table, conversationId, viewer } = log
  const way = 'from' in range ? 'asc' : 'desc'
  const first = 'from' in range ? range.from : 1
  const last = 'from' in range ? Number.MAX_SAFE_INTEGER : range.below - 1
  const intervals: readonly Interval[] =
    viewer.history === 'all' || seeded?.('delivers-the-hidden-past')
      ? [{ fromSeq: first, toSeq: last }]
      : await findIntervals(db, { conversationId, userId: viewer.userId, first, last, way, limit })
  const seqs: number[] = []
  for (const { fromSeq, toSeq } of intervals) {
    const rows = await db
      .selectFrom(table)
      .select('seq')
      .where('conversationId', '=', conversationId)
      .where('seq', '>=', Math.max(fromSeq, first))
      .where('seq', '<=', Math.min(toSeq ?? last, last))
      .orderBy('seq', way)
      .limit(limit - seqs.length)
      .execute()
    for (const { seq } of rows) seqs.push(seq)
    if (seqs.length === limit) break
  }
  return seqs
}

/** Each of them holds at least the line that says who joined: no more than `limit` are needed. */
function findIntervals(
  db: Db,
  of: {
    conversationId: string
    userId: string
    first: number
    last: number
    way: 'asc' | 'desc'
    limit: number
  },
): Promise<Interval[]> {
  return db
    .selectFrom('membershipIntervals')
    .select(['fromSeq', 'toSeq'])
    .where('conversationId', '=', of.conversationId)
    .where('userId', '=', of.userId)
    .where('fromSeq', '<=', of.last)
    .where((eb) => eb.or([eb('toSeq', 'is', null), eb('toSeq', '>=', of.first)]))
    .orderBy('fromSeq', of.way)
    .limit(of.limit)
    .execute()
}

export async function isVisible(
  db: Db,
  place: { conversationId: string; seq: number; viewer: Viewer },
): Promise<boolean> {
  const { conversationId, seq, viewer } = place
  if (viewer.history === 'all') return true
  const { userId } = viewer
  const around = { conversationId, userId, first: seq, last: seq, way: 'asc', limit: 1 } as const
  return (await findIntervals(db, around)).length > 0
}

/** Those of some places in logs that hide their past at which somebody was a member. */
export async function findSeen<Place extends { conversationId: string; seq: number }>(
  db: Db,
  userId: string,
  places: readonly Place[],
): Promise<Place[]> {
  if (places.length === 0) return []
  const rows = valuesOf(
    ['bigint', 'text', 'bigint'],
    places.map(({ seq, conversationId }, at) => [at, conversationId, seq]),
  )
  const { rows: seen } = await sql<{ at: number }>`
    select "p"."column1" as "at" from ${rows} as "p"
    where exists (select 1 from "membershipIntervals" as "i"
      where "i"."conversationId" = "p"."column2" and "i"."userId" = ${userId}
        and "i"."fromSeq" <= "p"."column3"
        and ("i"."toSeq" is null or "i"."toSeq" >= "p"."column3"))`.execute(db)
  return seen.flatMap(({ at }) => places[at] ?? [])
}

/** More than anybody has, and a bound for whoever comes and goes without end: earlier ones count as unseen. */
const SIGHT_MAX = 100

export async function readSight(
  db: Db,
  of: { conversationId: string; viewer: Viewer },
): Promise<Sight> {
  const { conversationId, viewer } = of
  if (viewer.history === 'all') return 'all'
  return db
    .selectFrom('membershipIntervals')
    .select(['fromSeq', 'toSeq'])
    .where('conversationId', '=', conversationId)
    .where('userId', '=', viewer.userId)
    .orderBy('fromSeq', 'desc')
    .limit(SIGHT_MAX)
    .execute()
}

/** The same for all conversations that hide their past and that these users are in. */
export async function readSights(
  db: Db,
  userIds: readonly string[],
): Promise<(userId: string, conversationId: string) => readonly Interval[]> {
  const rows = await db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .innerJoin('membershipIntervals as i', (join) =>
      join
        .onRef('i.conversationId', '=', 'm.conversationId')
        .onRef('i.userId', '=', 'm.userId')
        .on((eb) =>
          eb(
            'i.fromSeq',
            '>',
            eb.fn.coalesce(
              eb
                .selectFrom('membershipIntervals as o')
                .select('o.fromSeq')
                .whereRef('o.conversationId', '=', 'm.conversationId')
                .whereRef('o.userId', '=', 'm.userId')
                .orderBy('o.fromSeq', 'desc')
                .limit(1)
                .offset(SIGHT_MAX),
              eb.lit(0),
            ),
          ),
        ),
    )
    .select(['m.userId', 'm.conversationId', 'i.fromSeq', 'i.toSeq'])
    .where('m.userId', 'in', userIds)
    .where('m.leftSeq', 'is', null)
    .where('c.history', '=', 'sinceJoin')
    .where('c.deletedAt', 'is', null)
    .execute()
  const keyOf = (userId: string, conversationId: string) => `${userId} ${conversationId}`
  const sights = Map.groupBy(rows, (row) => keyOf(row.userId, row.conversationId))
  return (userId, conversationId) => sights.get(keyOf(userId, conversationId)) ?? []
}

export function sees(sight: Sight, seq: number): boolean {
  return (
    sight === 'all' ||
    sight.some(({ fromSeq, toSeq }) => fromSeq <= seq && (toSeq === null || seq <= toSeq))
  )
}
