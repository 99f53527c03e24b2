/** Where logs stand for those who are in them, and how far behind them a client's cursors are. */
import type { LogCursor } from '@roost/protocol'
import { sql } from 'kysely'

import { chunksOf } from '../chunks.ts'
import type { Db } from '../storage/database.ts'
import { valuesOf } from '../storage/values.ts'

export interface Standing {
  readonly userId: string
  readonly conversationId: string
  readonly lastSeq: number
  readonly firstSeq: number
  readonly history: 'all' | 'sinceJoin'
  readonly readSeq: number
}

/** Of every conversation that these users are in: one statement. */
function readStandings(db: Db, userIds: readonly string[]): Promise<Standing[]> {
  return db
    .selectFrom('memberships as m')
    .innerJoin('conversations as c', 'c.id', 'm.conversationId')
    .select(['m.userId', 'm.conversationId', 'c.lastSeq', 'c.firstSeq', 'c.history', 'm.readSeq'])
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
  for (const chunk of chunksOf(different, CHUNK)) {
    const values = valuesOf(
      ['text', 'bigint'],
      chunk.map(({ conversationId, seq }) => [conversationId, seq]),
    )
    const rows = await db
      .selectFrom('events')
      .select(['conversationId', 'seq', 'id'])
      .where(sql<boolean>`("conversationId", "seq") in ${values}`)
      .execute()
    for (const row of rows) ids.set(keyOf(row), row.id)
  }
  return (place) => ids.get(keyOf(place))
}

interface Client {
  readonly userId: string
  readonly heads: readonly LogCursor[]
}
/** A conversation in which somebody is behind, and from where; null: they did not name it. */
export interface Behind {
  readonly standing: Standing
  readonly after: number | null
}
interface Difference {
  /** In the order in which they were named; then those that were not. */
  readonly behind: Behind[]
  /** The cursor is not of this log. */
  readonly foreign: Standing[]
  /** Named, and no longer theirs. */
  readonly gone: string[]
}
interface Compared<C> extends Difference {
  readonly client: C
  readonly userSeq: number
}

/** What has happened since these clients were here last: three statements, in the order of the clients. */
export async function compareClients<C extends Client>(
  db: Db,
  clients: readonly C[],
): Promise<Compared<C>[]> {
  const userIds = [...new Set(clients.map(({ userId }) => userId))]
  const userSeqs = await readUserSeqs(db, userIds)
  const standings = Map.groupBy(await readStandings(db, userIds), ({ userId }) => userId)
  const named = clients.flatMap(({ heads }) => heads)
  const eventIds = await readEventIds(
    db,
    named.filter(({ seq, eventId }) => seq > 0 && eventId !== undefined),
  )
  return clients.map((client) => ({
    client,
    userSeq: userSeqs.get(client.userId) ?? 0,
    ...compare(client.heads, standings.get(client.userId) ?? [], eventIds),
  }))
}

function compare(
  cursors: readonly LogCursor[],
  mine: readonly Standing[],
  eventIds: EventIds,
): Difference {
  const unnamed = new Map(mine.map((standing) => [standing.conversationId, standing]))
  const behind: Behind[] = []
  const foreign: Standing[] = []
  const gone: string[] = []
  for (const cursor of new Map(cursors.map((each) => [each.conversationId, each])).values()) {
    const standing = unnamed.get(cursor.conversationId)
    unnamed.delete(cursor.conversationId)
    if (!standing) gone.push(cursor.conversationId)
    else if (isForeign(cursor, standing, eventIds)) foreign.push(standing)
    else if (cursor.seq < standing.lastSeq) behind.push({ standing, after: cursor.seq })
  }
  for (const standing of unnamed.values()) behind.push({ standing, after: null })
  return { behind, foreign, gone }
}

/** Beyond the end of the log, or at another event: the server was restored from a copy. */
function isForeign(
  { conversationId, seq, eventId }: LogCursor,
  { lastSeq, firstSeq }: Standing,
  eventIds: EventIds,
): boolean {
  if (seq > lastSeq) return true
  if (eventId === undefined || seq < firstSeq) return false
  return eventIds({ conversationId, seq }) !== eventId
}
