/**
 * Messages written into a database that no server has open, as the rows that sending them would have
 * left: those of `storage/sqlite-sends.ts` and `storage/postgres-sends.ts`.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { Client } from 'pg'

import type { Place } from './served.ts'

export interface Message {
  readonly conversationId: string
  readonly seq: number
  readonly id: string
  readonly senderId: string
  readonly at: number
  readonly body: string
}
/** Where a conversation stands, or how far somebody has read it. */
export interface Head {
  readonly id: string
  readonly seq: number
  readonly at: number
}

interface Writer {
  /** The last seq of every conversation. */
  heads(): Promise<Map<string, number>>
  append(messages: readonly Message[]): Promise<void>
  moveHeads(heads: readonly Head[]): Promise<void>
  moveMarks(userId: string, marks: readonly Head[]): Promise<void>
  close(): Promise<void>
}

export function openWriter({ folder, databaseUrl }: Place): Promise<Writer> | Writer {
  return databaseUrl === undefined
    ? openSqlite(join(folder, 'roost.db'))
    : openPostgres(databaseUrl)
}

/** As long as the hash of a request, and as little to be compressed. */
const noise = randomBytes(100_000).toString('base64url')
const LENGTH = 43
const hashAt = (number: number) =>
  noise.slice((number * 7) % 100_000, ((number * 7) % 100_000) + LENGTH)

const events = '"conversationId", "seq", "id", "actorId", "type", "requestHash", "createdAt"'
const messages = '"conversationId", "seq", "id", "senderId", "kind", "body", "createdAt"'

function openSqlite(file: string): Writer {
  const raw = new DatabaseSync(file)
  // Nothing is acknowledged here: what a power cut would take is made again.
  raw.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -400000')
  const insertEvent = raw.prepare(
    `INSERT INTO "events" (${events}) VALUES (?, ?, ?, ?, 'message.created', ?, ?)`,
  )
  const insertMessage = raw.prepare(
    `INSERT INTO "messages" (${messages}) VALUES (?, ?, ?, ?, 'text', ?, ?)`,
  )
  const moveHead = raw.prepare(
    `UPDATE "conversations" SET "lastSeq" = ?1, "lastMessageSeq" = ?1, "lastActivityAt" = ?2 WHERE "id" = ?3`,
  )
  const moveMark = raw.prepare(
    `UPDATE "memberships" SET "readSeq" = ?1, "deliveredSeq" = ?1
     WHERE "userId" = ?2 AND "conversationId" = ?3`,
  )
  const inOne = async (act: () => void) => {
    raw.exec('BEGIN IMMEDIATE')
    act()
    raw.exec('COMMIT')
  }
  return {
    async heads() {
      const rows = raw.prepare('SELECT "id", "lastSeq" FROM "conversations"').all()
      return new Map(rows.map(({ id, lastSeq }) => [String(id), Number(lastSeq)]))
    },
    append: (added) =>
      inOne(() => {
        for (const { conversationId, seq, id, senderId, at, body } of added) {
          insertEvent.run(conversationId, seq, id, senderId, hashAt(seq), at)
          insertMessage.run(conversationId, seq, id, senderId, body, at)
        }
      }),
    moveHeads: (heads) =>
      inOne(() => {
        for (const { id, seq, at } of heads) moveHead.run(seq, at, id)
      }),
    moveMarks: (userId, marks) =>
      inOne(() => {
        for (const { id, seq } of marks) moveMark.run(seq, userId, id)
      }),
    async close() {
      raw.exec('PRAGMA wal_checkpoint(TRUNCATE)')
      raw.close()
    },
  }
}

async function openPostgres(connectionString: string): Promise<Writer> {
  const client = new Client({ connectionString, options: '-c synchronous_commit=off' })
  await client.connect()
  const columns = (rows: readonly object[], ...names: string[]) =>
    names.map((name) => rows.map((row) => Reflect.get(row, name) as unknown))
  return {
    async heads() {
      const { rows } = await client.query<{ id: string; lastSeq: string }>(
        'select "id", "lastSeq" from "conversations"',
      )
      return new Map(rows.map(({ id, lastSeq }) => [id, Number(lastSeq)]))
    },
    async append(added) {
      const rows = added.map((message) => ({ ...message, hash: hashAt(message.seq) }))
      await client.query(
        `with "said" as (
           select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::bigint[],
             $6::text[], $7::text[]) as s("conversationId", "seq", "id", "senderId", "at", "body", "hash")
         ), "logged" as (
           insert into "events" (${events})
           select "conversationId", "seq", "id", "senderId", 'message.created', "hash", "at" from "said"
         )
         insert into "messages" (${messages})
         select "conversationId", "seq", "id", "senderId", 'text', "body", "at" from "said"`,
        columns(rows, 'conversationId', 'seq', 'id', 'senderId', 'at', 'body', 'hash'),
      )
    },
    async moveHeads(heads) {
      await client.query(
        `update "conversations" c set "lastSeq" = s.seq, "lastMessageSeq" = s.seq, "lastActivityAt" = s.at
         from unnest($1::text[], $2::bigint[], $3::bigint[]) as s(id, seq, at) where c."id" = s.id`,
        columns(heads, 'id', 'seq', 'at'),
      )
    },
    async moveMarks(userId, marks) {
      await client.query(
        `update "memberships" m set "readSeq" = s.seq, "deliveredSeq" = s.seq
         from unnest($1::text[], $2::bigint[]) as s(id, seq)
         where m."conversationId" = s.id and m."userId" = $3`,
        [...columns(marks, 'id', 'seq'), userId],
      )
    },
    async close() {
      // What its own housekeeping does within minutes.
      await client.query('vacuum analyze')
      await client.end()
    },
  }
}
