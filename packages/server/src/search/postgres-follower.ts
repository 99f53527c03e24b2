/**
 * Keeps an index in the same PostgreSQL as the logs, so that a restore brings back both. Of all
 * processes one at a time follows, a step at a time; all of them ask. An index of words alone names
 * the candidates; the places of words are looked at where a phrase has several.
 */
import type { Pool, PoolClient } from 'pg'

import { locks } from '../storage/advisory-locks.ts'
import { translateStorageError } from '../storage/errors.ts'
import { openPool } from '../storage/postgres-pool.ts'
import { COST_OF_CHANGE, EVENTS_PER_STEP, type Follower } from './follower.ts'
import { placeAt } from './places.ts'
import { prepareDocs, removeDocs, replaceDocs } from './postgres-docs.ts'
import { queryOf } from './postgres-words.ts'
import type { Hit, Wanted } from './search-index.ts'

/** Milliseconds: a step that builds an index anew waits for more than a request would. */
const PATIENCE = 30_000
/** Conversations looked up at once. */
const CONVERSATIONS = 100
/** Conversations compared with what is indexed of them in one look, but for the first. */
const COMPARED = 10_000
/** Events after which the planner is told for the first time what is there; then whenever they have doubled. */
const TELL_AFTER = EVENTS_PER_STEP
/** Before and after all ids. */
const [START, END] = ['', '\u{10ffff}']

/** Where a conversation stands; the kind of one that is gone is not known. */
interface Standing {
  readonly id: string
  readonly kind: string | null
  readonly lastSeq: number
  readonly indexedSeq: number | null
}

export class PostgresFollower implements Follower {
  readonly #pool: Pool
  /** Those in which something has just happened are looked at before the rest. */
  readonly #noticed = new Set<string>()
  /** How much is to be done for a conversation, in events, as far as is known. */
  readonly #behind = new Map<string, number>()
  #isToLook = false
  /** How far the last look got, in the order of ids: the next goes on there. */
  #lookedTo = START
  #followed = 0
  #tellAt = TELL_AFTER

  private constructor(pool: Pool) {
    this.#pool = pool
  }

  static async open(url: string): Promise<PostgresFollower> {
    // Nobody is told: the connections of the server to the same database break with these.
    const pool = openPool(url, { name: 'roost search', max: 2, patience: PATIENCE }, () => {})
    const follower = new PostgresFollower(pool)
    await follower.#transact(async (client) => {
      await client.query(`select pg_advisory_xact_lock(${locks.following})`)
      await prepareDocs(client)
    })
    // Whoever asks is told how much is missing, also while another process is at it.
    await follower.#transact((client) => follower.#look(client, START, END))
    return follower
  }

  pending(): number {
    let sum = 0
    for (const events of this.#behind.values()) sum += events
    return sum
  }

  notice(conversationIds: readonly string[]): void {
    for (const id of conversationIds) this.#noticed.add(id)
  }

  hasNoticed(): boolean {
    return this.#noticed.size > 0
  }

  lookAround(): void {
    this.#isToLook = true
  }

  async step(): Promise<boolean> {
    const noticed = [...this.#noticed].slice(0, CONVERSATIONS)
    // What is noticed from here on may be newer than what is read.
    for (const id of noticed) this.#noticed.delete(id)
    try {
      const more = await this.#transact((client) => this.#advance(client, noticed))
      if (this.#followed >= this.#tellAt) await this.#tellPlanner()
      return more
    } catch (error) {
      this.notice(noticed)
      this.lookAround()
      throw error
    }
  }

  async find(wanted: Wanted): Promise<Hit[]> {
    const { after, before, below, senderId, limit } = wanted
    const places = [below, before === undefined ? undefined : placeAt(before)]
    const highest = Math.min(...places.map((place) => place ?? Number.MAX_SAFE_INTEGER))
    const lowest = after === undefined ? Number.MIN_SAFE_INTEGER : placeAt(after)
    const values: unknown[] = [queryOf(wanted.phrases, '&'), highest, lowest, limit]
    const conditions = [
      'words @@ $1::text::tsquery',
      'place < $2::bigint',
      'place >= $3::bigint',
      ...(wanted.phrases.some(({ words }) => words.length > 1)
        ? [
            `(not placed or words @@ $${values.push(queryOf(wanted.phrases, '<->'))}::text::tsquery)`,
          ]
        : []),
      wanted.in === 'rooms'
        ? `kind = 'room'`
        : `"conversationId" = any($${values.push(wanted.in)}::text[])`,
      ...(senderId === undefined ? [] : [`"senderId" = $${values.push(senderId)}::text`]),
    ]
    try {
      const { rows } = await this.#pool.query<Hit>(
        `select "conversationId", seq, place from "searchDocs"
         where ${conditions.join(' and ')} order by place desc limit $4`,
        values,
      )
      return rows
    } catch (error) {
      throw translateStorageError(error)
    }
  }

  close(): Promise<void> {
    return this.#pool.end()
  }

  async #advance(client: PoolClient, noticed: readonly string[]): Promise<boolean> {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_xact_lock(${locks.following}) as "mine"`,
    )
    // Another process is at it: what it does not do the next look finds.
    if (!rows[0]?.mine) return false
    if (this.#isToLook) await this.#lookOn(client)
    const ids = new Set([...noticed, ...[...this.#behind.keys()].slice(0, CONVERSATIONS)])
    let left = EVENTS_PER_STEP
    for (const standing of await findStandings(client, [...ids])) {
      const isNoticed = noticed.includes(standing.id)
      const { cost, pending } = await catchUp(client, standing, left)
      left -= cost
      this.#followed += cost
      if (pending === 0) this.#behind.delete(standing.id)
      else this.#behind.set(standing.id, pending)
      // What is gone may take long to remove: nobody waits for that.
      if (pending > 0 && isNoticed && standing.kind !== null) this.notice([standing.id])
    }
    return this.#behind.size > 0 || this.hasNoticed()
  }

  /**
   * The database looks by itself what its tables hold, but only minutes after much was written: until
   * then it would read all that was ever said for each page of hits.
   */
  async #tellPlanner(): Promise<void> {
    this.#tellAt = 2 * this.#followed
    await this.#pool.query('analyze "searchDocs"')
  }

  /**
   * Finds what happened unnoticed, because a process ended in the middle: in the next part of all
   * conversations, since a database of a hundred thousand would be kept busy by comparing them all.
   */
  async #lookOn(client: PoolClient): Promise<void> {
    const { rows } = await client.query<{ id: string }>(
      `select id from conversations where id > $1 order by id offset $2 limit 1`,
      [this.#lookedTo, COMPARED - 1],
    )
    const last = rows[0]?.id
    await this.#look(client, this.#lookedTo, last ?? END)
    this.#lookedTo = last ?? START
    this.#isToLook = false
  }

  /** Of the ids after the first and up to the second. */
  async #look(client: PoolClient, after: string, last: string): Promise<void> {
    const { rows } = await client.query<{ id: string; pending: number }>(
      `select coalesce(c.id, h.id) as id,
         case when c.id is null then 1 else c."lastSeq" - coalesce(h.seq, 0) end as pending
       from (
         select id, "lastSeq" from conversations
         where id > $1 and id <= $2 and "deletedAt" is null) c
       full join (
         select "conversationId" as id, seq from "searchHeads"
         where "conversationId" > $1 and "conversationId" <= $2) h on h.id = c.id
       where c.id is null or c."lastSeq" > coalesce(h.seq, 0)`,
      [after, last],
    )
    for (const { id, pending } of rows) this.#behind.set(id, pending)
  }

  async #transact<T>(fn: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect()
    let broken: Error | boolean = false
    try {
      await client.query('begin')
      const value = await fn(client)
      await client.query('commit')
      return value
    } catch (error) {
      await client.query('rollback').catch(() => (broken = true))
      throw error
    } finally {
      client.release(broken)
    }
  }
}

/** Those that are gone last: nobody waits for them. */
async function findStandings(client: PoolClient, ids: readonly string[]): Promise<Standing[]> {
  if (ids.length === 0) return []
  const { rows } = await client.query<Standing>(
    `select i.id, c.kind, coalesce(c."lastSeq", 0) as "lastSeq", h.seq as "indexedSeq"
     from (select id collate "C" as id, n from unnest($1::text[]) with ordinality as u(id, n)) i
       left join conversations c on c.id = i.id and c."deletedAt" is null
       left join "searchHeads" h on h."conversationId" = i.id
     order by c.id is null, i.n`,
    [ids],
  )
  return rows
}

/** Brings what the index has of a conversation up to its end, or takes it out, as far as there is room. */
async function catchUp(
  client: PoolClient,
  { id, kind, lastSeq, indexedSeq }: Standing,
  budget: number,
): Promise<{ cost: number; pending: number }> {
  if (kind !== null) {
    const indexed = indexedSeq ?? 0
    if (indexed >= lastSeq) return { cost: 0, pending: 0 }
    if (budget <= 0) return { cost: 0, pending: lastSeq - indexed }
    return follow(client, { id, kind, lastSeq, indexedSeq: indexed }, budget)
  }
  if (indexedSeq === null) return { cost: 0, pending: 0 }
  const isDone = budget > 0 && (await removeDocs(client, id, budget))
  return { cost: budget, pending: isDone ? 0 : 1 }
}

async function follow(
  client: PoolClient,
  conversation: { id: string; kind: string; lastSeq: number; indexedSeq: number },
  budget: number,
): Promise<{ cost: number; pending: number }> {
  const { id, lastSeq, indexedSeq } = conversation
  const { rows: events } = await client.query<{ seq: number; type: string; targetSeq: number }>(
    `select seq, type, "targetSeq" from events
     where "conversationId" = $1 and seq > $2 order by seq limit $3`,
    [id, indexedSeq, budget],
  )
  const seqs = new Set<number>()
  let cost = 0
  let last = indexedSeq
  for (const { seq, type, targetSeq } of events) {
    if (cost >= budget) break
    const isChange = type === 'message.changed'
    if (isChange) seqs.add(targetSeq)
    if (type === 'message.created') seqs.add(seq)
    cost += isChange ? COST_OF_CHANGE : 1
    last = seq
  }
  // The end of the log was read, though it may hold less than the conversation says.
  if (cost < budget) last = Math.max(last, lastSeq)
  await replaceDocs(client, conversation, [...seqs])
  await client.query(
    `insert into "searchHeads" ("conversationId", seq) values ($1, $2)
     on conflict ("conversationId") do update set seq = excluded.seq`,
    [id, last],
  )
  return { cost: Math.max(cost, 1), pending: Math.max(0, lastSeq - last) }
}
