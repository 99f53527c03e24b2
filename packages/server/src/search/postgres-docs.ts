/** What the index in PostgreSQL holds: its tables, and how messages get into them and out again. */
import type { PoolClient } from 'pg'

import { placeAt, PLACES_PER_MS } from './places.ts'
import { vectorOf } from './postgres-words.ts'
import { tokenize } from './tokenize.ts'

/** Of the tables here and the rules of the tokenizer: an index of another version is built anew. */
const VERSION = '1'

interface MessageRow {
  readonly seq: number
  readonly senderId: string
  readonly kind: string
  readonly body: string
  readonly createdAt: number
  readonly deletedAt: number | null
}

/** The caller lets nobody else do it at the same time. */
export async function prepareDocs(client: PoolClient): Promise<void> {
  await client.query(`create table if not exists "searchVersion" (version text not null)`)
  const { rows } = await client.query<{ version: string }>(`select version from "searchVersion"`)
  if (rows[0]?.version === VERSION) return
  await client.query(`
    drop table if exists "searchDocs", "searchHeads";
    delete from "searchVersion";
    insert into "searchVersion" values ('${VERSION}');
    create table "searchHeads" ("conversationId" text collate "C" primary key, seq bigint not null);
    create table "searchDocs" (
      place bigint primary key,
      "conversationId" text collate "C" not null,
      seq bigint not null,
      "senderId" text collate "C" not null,
      kind text not null,
      words tsvector not null,
      placed boolean not null,
      unique ("conversationId", seq));
    create index "searchDocsByWords" on "searchDocs" using gin (words)`)
}

/** Makes what the index has of these messages what is true of them now. */
export async function replaceDocs(
  client: PoolClient,
  { id, kind }: { id: string; kind: string },
  seqs: readonly number[],
): Promise<void> {
  if (seqs.length === 0) return
  await client.query(`delete from "searchDocs" where "conversationId" = $1 and seq = any($2)`, [
    id,
    seqs,
  ])
  const { rows } = await client.query<MessageRow>(
    `select seq, "senderId", kind, body, "createdAt", "deletedAt" from messages
     where "conversationId" = $1 and seq = any($2) order by seq`,
    [id, seqs],
  )
  const said = rows.filter((row) => row.deletedAt === null && row.kind !== 'system')
  if (said.length === 0) return
  const places = await findPlaces(
    client,
    said.map(({ createdAt }) => createdAt),
  )
  const words = said.map(({ body }) => vectorOf(tokenize(body)))
  await client.query(
    `insert into "searchDocs" (place, "conversationId", seq, "senderId", kind, words, placed)
     select place, $1, seq, "senderId", $2, words::tsvector, placed
     from unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::boolean[])
       as d(place, seq, "senderId", words, placed)`,
    [
      id,
      kind,
      places,
      said.map(({ seq }) => seq),
      said.map(({ senderId }) => senderId),
      words.map(({ vector }) => vector),
      words.map(({ placed }) => placed),
    ],
  )
}

/** A free place for each of these times; a crowded one goes on into the next milliseconds. */
async function findPlaces(client: PoolClient, times: readonly number[]): Promise<number[]> {
  const last = new Map<number, number | null>()
  const lookUp = async (blocks: readonly number[]) => {
    const { rows } = await client.query<{ block: number; last: number | null }>(
      `select block, (select max(place) from "searchDocs" where place >= block and place < block + $2)
         as last from unnest($1::bigint[]) as b(block)`,
      [blocks, PLACES_PER_MS],
    )
    for (const row of rows) last.set(row.block, row.last)
  }
  await lookUp([...new Set(times.map(placeAt))])
  const places: number[] = []
  let spilled = { first: Number.NaN, block: 0 }
  for (const first of times.map(placeAt)) {
    let block = spilled.first === first ? spilled.block : first
    while (last.get(block) === block + PLACES_PER_MS - 1) {
      block += PLACES_PER_MS
      if (!last.has(block)) await lookUp([block])
      spilled = { first, block }
    }
    const place = (last.get(block) ?? block - 1) + 1
    last.set(block, place)
    places.push(place)
  }
  return places
}

/** Removes some of what is left of a conversation that is gone. Resolves to whether that is all. */
export async function removeDocs(client: PoolClient, id: string, limit: number): Promise<boolean> {
  const { rowCount } = await client.query(
    `delete from "searchDocs" where place in (
       select place from "searchDocs" where "conversationId" = $1 limit $2)`,
    [id, limit],
  )
  if ((rowCount ?? 0) === limit) return false
  await client.query(`delete from "searchHeads" where "conversationId" = $1`, [id])
  return true
}
