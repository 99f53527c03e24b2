/**
 * What the database holds in the end, read past the server, and whether it is whole. A place is a data
 * folder, or the address of a PostgreSQL.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { askPostgres } from '../../packages/server/src/testing/ask-postgres.ts'
import type { HeldMessage, ServerConversation, ServerState } from '../checker/history.ts'
import { isRecord } from '../json.ts'
import type { Resident } from './town.ts'

type Row = Record<string, unknown>
/** Names a value by `?`, at most one. */
type All = (sql: string, ...values: string[]) => Promise<Row[]>

/** How far each conversation had got before the recording began. */
export function readHeads(place: string): Promise<ReadonlyMap<string, number>> {
  return withDatabase(place, async (all) => {
    const rows = await all('SELECT "id", "lastSeq" FROM "conversations"')
    return new Map(rows.map((row) => [text(row, 'id'), number(row, 'lastSeq')]))
  })
}

/** How far each member has read: `userId conversationId`. */
export function readMarks(place: string): Promise<ReadonlyMap<string, number>> {
  return withDatabase(place, async (all) => {
    const rows = await all('SELECT "userId", "conversationId", "readSeq" FROM "memberships"')
    const keyOf = (row: Row) => `${text(row, 'userId')} ${text(row, 'conversationId')}`
    return new Map(rows.map((row) => [keyOf(row), number(row, 'readSeq')]))
  })
}

/** @param counts what each member has unread: `userId conversationId` */
export function readServerState(
  place: string,
  around: { before: ReadonlyMap<string, number>; counts: ReadonlyMap<string, Counts> },
): Promise<ServerState> {
  return withDatabase(place, async (all) => {
    const conversations: ServerConversation[] = []
    for (const row of await all('SELECT * FROM "conversations" WHERE "deletedAt" IS NULL'))
      conversations.push(await readConversation(all, row, around))
    return { conversations }
  })
}

interface Counts {
  readonly unread: number
  readonly mentions: number
}

/** Asked of the server itself, by each of them. */
export async function readCounts(
  url: string,
  people: readonly Resident[],
): Promise<ReadonlyMap<string, Counts>> {
  const counts = new Map<string, Counts>()
  for (const { id: userId, token } of people) {
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(`${url}/api/v1/conversations?limit=100`, { headers })
    const page: unknown = await response.json()
    if (!isRecord(page) || !Array.isArray(page['conversations']))
      throw new Error(`The chat list was answered with ${response.status}.`)
    for (const one of page['conversations'].filter(isRecord))
      counts.set(`${userId} ${String(one['id'])}`, {
        unread: Number(one['unread']),
        mentions: Number(one['mentions']),
      })
  }
  return counts
}

async function readConversation(
  all: All,
  row: Row,
  around: { before: ReadonlyMap<string, number>; counts: ReadonlyMap<string, Counts> },
): Promise<ServerConversation> {
  const id = text(row, 'id')
  const of = (table: string, order: string) =>
    all(`SELECT * FROM "${table}" WHERE "conversationId" = ? ORDER BY ${order}`, id)
  const reactions = Map.groupBy(await of('reactions', '"seq"'), (one) => number(one, 'seq'))
  const events = await of('events', '"seq"')
  const messages = await of('messages', '"seq"')
  const members = await of('memberships', '"userId"')
  const intervals = await of('membershipIntervals', '"userId"')
  return {
    id,
    kind: text(row, 'kind') === 'direct' ? 'direct' : 'room',
    history: text(row, 'history') === 'sinceJoin' ? 'sinceJoin' : 'all',
    visibility: text(row, 'visibility') === 'private' ? 'private' : 'public',
    lastSeq: number(row, 'lastSeq'),
    firstSeq: number(row, 'firstSeq'),
    before: around.before.get(id) ?? 0,
    events: events.map((event) => ({
      seq: number(event, 'seq'),
      id: text(event, 'id'),
      type: text(event, 'type'),
      actorId: text(event, 'actorId'),
      targetSeq: event['targetSeq'] === null ? null : number(event, 'targetSeq'),
      subjectId: event['subjectId'] === null ? null : text(event, 'subjectId'),
    })),
    messages: messages.map((message) =>
      readMessage(message, reactions.get(number(message, 'seq')) ?? []),
    ),
    members: members.flatMap((member) => {
      if (member['leftSeq'] !== null) return []
      const userId = text(member, 'userId')
      const counts = around.counts.get(`${userId} ${id}`) ?? { unread: 0, mentions: 0 }
      return [{ userId, readSeq: number(member, 'readSeq'), ...counts }]
    }),
    intervals: intervals.map((interval) => ({
      userId: text(interval, 'userId'),
      fromSeq: number(interval, 'fromSeq'),
      toSeq: interval['toSeq'] === null ? null : number(interval, 'toSeq'),
    })),
  }
}

function readMessage(row: Row, reactions: readonly Row[]): HeldMessage {
  const counts: Record<string, number> = {}
  for (const reaction of reactions) {
    const emoji = text(reaction, 'emoji')
    counts[emoji] = (counts[emoji] ?? 0) + 1
  }
  return {
    seq: number(row, 'seq'),
    id: text(row, 'id'),
    senderId: text(row, 'senderId'),
    kind: text(row, 'kind'),
    body: text(row, 'body'),
    edited: row['editedAt'] !== null,
    deleted: row['deletedAt'] !== null,
    reactions: counts,
  }
}

/** What SQLite and the foreign keys say of the database; empty when it is whole. */
export function findDamage(folder: string, file = 'roost.db'): string[] {
  const database = openFile(folder, file)
  try {
    const all = (statement: string) => database.prepare(statement).all().filter(isRecord)
    return [
      ...all('PRAGMA integrity_check')
        .map((row) => text(row, 'integrity_check'))
        .filter((said) => said !== 'ok'),
      ...all('PRAGMA foreign_key_check').map(
        (row) => `A row of ${text(row, 'table')} refers to nothing.`,
      ),
    ]
  } finally {
    database.close()
  }
}

/** All that `act` reads is of one moment. */
async function withDatabase<T>(place: string, act: (all: All) => Promise<T>): Promise<T> {
  if (place.startsWith('postgres:')) return withPostgres(place, act)
  const database = openFile(place, 'roost.db')
  try {
    database.exec('BEGIN')
    return await act(async (statement, ...values) =>
      database
        .prepare(statement)
        .all(...values)
        .filter(isRecord),
    )
  } finally {
    database.close()
  }
}

function withPostgres<T>(url: string, act: (all: All) => Promise<T>): Promise<T> {
  return askPostgres(url, async (ask) => {
    await ask('BEGIN ISOLATION LEVEL REPEATABLE READ')
    return act(async (statement, ...values) => {
      const rows = await ask(statement.replace('?', '$1'), values)
      return rows.filter(isRecord)
    })
  })
}

const openFile = (folder: string, file: string) =>
  new DatabaseSync(join(folder, file), { timeout: 5_000 })

const text = (row: Row, name: string) => String(row[name])
const number = (row: Row, name: string) => Number(row[name])
