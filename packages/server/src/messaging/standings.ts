/** Where logs stand for those who are in them, and whether a client's cursor is of the same log. */
import type { LogCursor } from '@roost/protocol'
import { sql } from 'kysely'

import type { Db } from '../storage/database.ts'

export interface Standing {
  readonly userId: string
  readonly conversationId: string
  readonly lastSeq: number
  readonly firstSeq: number
  readonly readSeq: number
}

/** Of every conversation that these users are in: one statement. */
export function readStandings(db: Db, userIds: readonly string[]): Promise<Standing[]> {
  return db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .select(['m.userId', 'm.conversationId', 'c.lastSeq', 'c.firstSeq', 'm.readSeq'])
    .where('m.userId', 'in', userIds)
    .where('m.leftSeq', 'is', null)
    .where('c.deletedAt', 'is', null)
    .execute()
}

export async function readUserSeqs(
  db: Db,
  userIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await db
    .selectFrom('userHeads')
    .select(['userId', 'lastSeq'])
    .where('userId', 'in', userIds)
    .execute()
  return new Map(rows.map(({ userId, lastSeq }) => [userId, lastSeq]))
}

interface Place {
  readonly conversationId: string
  readonly seq: number
}
export type EventIds = (place: Place) => string | undefined

const CHUNK = 1_000
const keyOf = ({ conversationId, seq }: Place) => `${conversationId} ${seq}`

/** Which events are at these places: a statement for every 1,000 different ones. */
export async function readEventIds(db: Db, places: readonly Place[]): Promise<EventIds> {
  const ids = new Map<string, string>()
  const different = [...new Map(places.map((place) => [keyOf(place), place])).values()]
  for (let at = 0; at < different.length; at += CHUNK) {
    const chunk = different.slice(at, at + CHUNK)
    const values = sql.join(
      chunk.map(({ conversationId, seq }) => sql`(${conversationId}, ${seq})`),
    )
    const rows = await db
      .selectFrom('events')
      .select(['conversationId', 'seq', 'id'])
      .where(sql<boolean>`("conversationId", "seq") in (values ${values})`)
      .execute()
    for (const row of rows) ids.set(keyOf(row), row.id)
  }
  return (place) => ids.get(keyOf(place))
}

/** The places that {@link isForeign} will ask about. */
export function placesOf(cursors: readonly LogCursor[]): Place[] {
  return cursors.filter(({ seq, eventId }) => seq > 0 && eventId !== undefined)
}

/** Beyond the end of the log, or at another event: the server was restored from a copy. */
export function isForeign(
  { conversationId, seq, eventId }: LogCursor,
  { lastSeq, firstSeq }: Standing,
  eventIds: EventIds,
): boolean {
  if (seq > lastSeq) return true
  if (eventId === undefined || seq < firstSeq) return false
  return eventIds({ conversationId, seq }) !== eventId
}
