/** Fills a database faster than people could, with rows as the server writes them. */
import { sql } from 'kysely'

import { chunksOf } from '../chunks.ts'
import { newId, type Core } from '../core.ts'
import { completeNameWords } from '../name-words.ts'
import { searchNameOf } from '../people/profiles.ts'
import type { Tx } from '../storage/database.ts'

/** In one transaction, which must not take long. */
const CHUNK = 1_000
/** The same of a crowd. */
const CROWD = 10_000
/** So many rows come over years: by then the database has long looked what there is. */
const MANY = 5_000
const asAfterYears = async ({ database }: Core, count: number) => {
  if (count >= MANY) await database.tellPlanner()
}

/** Adds people who never sign in to a conversation, as members from its last seq on. */
export async function seedMembers(
  core: Core,
  conversationId: string,
  count: number,
): Promise<string[]> {
  const people = Array.from({ length: count }, (_, at) => ({
    id: newId(core),
    name: `Extra ${at}`,
  }))
  const now = new Date(core.now()).toISOString()
  for (const chunk of chunksOf(people, CHUNK))
    await core.database.write(async (tx) => {
      const { lastSeq: fromSeq } = await addTo(tx, conversationId, { memberCount: chunk.length })
      await tx.db
        .insertInto('users')
        .values(
          chunk.map(({ id, name }) => ({
            id,
            name,
            username: `extra-${id}`,
            searchName: searchNameOf(name, `extra-${id}`),
            createdAt: now,
            updatedAt: now,
          })),
        )
        .execute()
      await tx.db
        .insertInto('memberships')
        .values(
          chunk.map(({ id: userId }) => ({
            conversationId,
            userId,
            role: 'member' as const,
            deliveredSeq: fromSeq,
            readSeq: fromSeq,
          })),
        )
        .execute()
      await tx.db
        .insertInto('membershipIntervals')
        .values(chunk.map(({ id: userId }) => ({ conversationId, userId, fromSeq })))
        .execute()
    })
  await completeNameWords(core)
  await asAfterYears(core, count)
  return people.map(({ id }) => id)
}

/** Members beyond counting, who share a name. The database makes them itself. */
export async function seedCrowd(core: Core, conversationId: string, count: number): Promise<void> {
  const DIGITS = 12
  const prefix = newId(core).slice(0, -DIGITS)
  for (let from = 0; from < count; from += CROWD)
    await core.database.write(async (tx) => {
      const size = Math.min(CROWD, count - from)
      const { lastSeq } = await addTo(tx, conversationId, { memberCount: size })
      const [first, last] = [from + 10 ** (DIGITS - 1), from + 10 ** (DIGITS - 1) + size]
      const ids = sql`with recursive "counted" as (
          select cast(${first} as bigint) as "n"
          union all select "n" + 1 from "counted" where "n" + 1 < ${last}
        ), "people" as (select ${prefix} || cast("n" as text) as "id" from "counted")`
      await sql`${ids} insert into "users" ("id", "name", "searchName", "createdAt", "updatedAt")
        select "id", 'Many', 'many', '', '' from "people"`.execute(tx.db)
      await sql`${ids} insert into "nameWords" ("kind", "word", "sortName", "id")
        select 'user', 'many', 'many', "id" from "people"`.execute(tx.db)
      await sql`${ids} insert into "memberships"
          ("conversationId", "userId", "role", "deliveredSeq", "readSeq")
        select ${conversationId}, "id", 'member', cast(${lastSeq} as bigint), cast(${lastSeq} as bigint)
        from "people"`.execute(tx.db)
      await sql`${ids} insert into "membershipIntervals" ("conversationId", "userId", "fromSeq")
        select ${conversationId}, "id", cast(${lastSeq} as bigint) from "people"`.execute(tx.db)
    })
  await asAfterYears(core, count)
}

/**
 * Appends messages to a conversation's log.
 * @param messages `skips` are how many seqs to leave out before each of them, as events without a
 * message do; `at` is when all of them were sent
 */
export async function seedMessages(
  core: Core,
  messages: {
    conversationId: string
    senderId: string
    count: number
    skips?: readonly number[]
    at?: number
  },
): Promise<number[]> {
  const { conversationId, senderId, count, skips = [], at: createdAt = core.now() } = messages
  const seqs: number[] = []
  for (const gaps of chunksOf(
    Array.from({ length: count }, (_, at) => skips[at] ?? 0),
    CHUNK,
  ))
    await core.database.write(async (tx) => {
      const taken = gaps.reduce((sum, gap) => sum + gap + 1, 0)
      const { lastSeq } = await addTo(tx, conversationId, { lastSeq: taken })
      let seq = lastSeq - taken
      const rows = gaps.map((gap) => {
        seq += 1 + gap
        return { conversationId, seq, id: newId(core), createdAt }
      })
      const event = { actorId: senderId, type: 'message.created', requestHash: 'seed' } as const
      await tx.db
        .insertInto('events')
        .values(rows.map((row) => ({ ...row, ...event })))
        .execute()
      await tx.db
        .insertInto('messages')
        .values(rows.map((row) => ({ ...row, senderId, kind: 'text', body: `seed ${row.seq}` })))
        .execute()
      await tx.db
        .updateTable('conversations')
        .set({ lastMessageSeq: lastSeq })
        .where('id', '=', conversationId)
        .execute()
      seqs.push(...rows.map((row) => row.seq))
    })
  await asAfterYears(core, count)
  return seqs
}

function addTo(
  { db }: Tx,
  conversationId: string,
  add: { memberCount?: number; lastSeq?: number },
): Promise<{ lastSeq: number }> {
  const { memberCount = 0, lastSeq = 0 } = add
  return db
    .updateTable('conversations')
    .set((eb) => ({
      memberCount: eb('memberCount', '+', memberCount),
      lastSeq: eb('lastSeq', '+', lastSeq),
    }))
    .where('id', '=', conversationId)
    .returning('lastSeq')
    .executeTakeFirstOrThrow()
}
