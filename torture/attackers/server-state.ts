/** What a data folder holds in the end, read past the server, and whether it is whole. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { HeldMessage, ServerConversation, ServerState } from '../checker/history.ts'
import { isRecord } from '../json.ts'
import type { Resident } from './town.ts'

type Row = Record<string, unknown>

/** How far each conversation had got before the recording began. */
export function readHeads(folder: string): ReadonlyMap<string, number> {
  return withDatabase(
    folder,
    (all) =>
      new Map(
        all('SELECT "id", "lastSeq" FROM "conversations"').map((row) => [
          text(row, 'id'),
          number(row, 'lastSeq'),
        ]),
      ),
  )
}

/** @param counts what each member has unread: `userId conversationId` */
export function readServerState(
  folder: string,
  around: { before: ReadonlyMap<string, number>; counts: ReadonlyMap<string, Counts> },
): ServerState {
  return withDatabase(folder, (all) => {
    const conversations = all('SELECT * FROM "conversations" WHERE "deletedAt" IS NULL')
    return { conversations: conversations.map((row) => readConversation(all, row, around)) }
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

function readConversation(
  all: (sql: string, ...values: string[]) => Row[],
  row: Row,
  around: { before: ReadonlyMap<string, number>; counts: ReadonlyMap<string, Counts> },
): ServerConversation {
  const id = text(row, 'id')
  const of = (table: string, order = 'rowid') =>
    all(`SELECT * FROM "${table}" WHERE "conversationId" = ? ORDER BY ${order}`, id)
  const reactions = Map.groupBy(of('reactions', '"seq"'), (one) => number(one, 'seq'))
  return {
    id,
    kind: text(row, 'kind') === 'direct' ? 'direct' : 'room',
    history: text(row, 'history') === 'sinceJoin' ? 'sinceJoin' : 'all',
    visibility: text(row, 'visibility') === 'private' ? 'private' : 'public',
    lastSeq: number(row, 'lastSeq'),
    firstSeq: number(row, 'firstSeq'),
    before: around.before.get(id) ?? 0,
    events: of('events', '"seq"').map((event) => ({
      seq: number(event, 'seq'),
      id: text(event, 'id'),
      type: text(event, 'type'),
      actorId: text(event, 'actorId'),
      targetSeq: event['targetSeq'] === null ? null : number(event, 'targetSeq'),
      subjectId: event['subjectId'] === null ? null : text(event, 'subjectId'),
    })),
    messages: of('messages', '"seq"').map((message) =>
      readMessage(message, reactions.get(number(message, 'seq')) ?? []),
    ),
    members: of('memberships', '"userId"').flatMap((member) => {
      if (member['leftSeq'] !== null) return []
      const userId = text(member, 'userId')
      const counts = around.counts.get(`${userId} ${id}`) ?? { unread: 0, mentions: 0 }
      return [{ userId, readSeq: number(member, 'readSeq'), ...counts }]
    }),
    intervals: of('membershipIntervals', '"userId"').map((interval) => ({
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
  return withDatabase(
    folder,
    (all) => [
      ...all('PRAGMA integrity_check')
        .map((row) => text(row, 'integrity_check'))
        .filter((said) => said !== 'ok'),
      ...all('PRAGMA foreign_key_check').map(
        (row) => `A row of ${text(row, 'table')} refers to nothing.`,
      ),
    ],
    file,
  )
}

function withDatabase<T>(
  folder: string,
  act: (all: (sql: string, ...values: string[]) => Row[]) => T,
  file = 'roost.db',
): T {
  const database = new DatabaseSync(join(folder, file), { timeout: 5_000 })
  try {
    return act((sql, ...values) =>
      database
        .prepare(sql)
        .all(...values)
        .filter(isRecord),
    )
  } finally {
    database.close()
  }
}

const text = (row: Row, name: string) => String(row[name])
const number = (row: Row, name: string) => Number(row[name])
