/** Fills a database faster than people could, with rows as the server writes them. */
import { sql } from 'kysely'

import { chunksOf } from '../chunks.ts'
import { newId, type Core } from '../core.ts'
import { completeNameWords } from '../name-words.ts'
import { searchNameOf } from '../people/profiles.ts'
import type { Tx } from '../storage/database.ts'

const CHUNK = 1_000
/** Of a crowd in one transaction, which must not take long. */
const CROWD = 10_000

/** Adds people who never sign in to a conversation, as members from its last seq on. */
export async function seedMembers(
  core: Core,
  conversationId: string,
  count: number,
): Promise<string[]> {
  const ids = await core.database.write(async (tx) => {
    const { lastSeq: fromSeq } = await addTo(tx, conversationId, { memberCount: count })
    const people = Array.from({ length: count }, (_, at) => ({
      id: newId(core),
      name: `Extra ${at}`,
    }))
    const now = new Date(core.now()).toISOString()
    for (const chunk of chunksOf(people, CHUNK)) {
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
    }
    return people.map(({ id }) => id)
  })
  await completeNameWords(core)
  return ids
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
}

/**
 * Appends messages to a conversation's log.
 * @param messages `skips` are how many seqs to leave out before each of them, as events without a
 * message do; `at` is when all of them were sent
 */
export function seedMessages(
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
  return core.database.write(async (tx) => {
    const skipped = skips.reduce((sum, skip) => sum + skip, 0)
    const { lastSeq } = await addTo(tx, conversationId, { lastSeq: count + skipped })
    let seq = lastSeq - count - skipped
    const rows = Array.from({ length: count }, (_, at) => {
      seq += 1 + (skips[at] ?? 0)
      return { conversationId, seq, id: newId(core), createdAt }
    })
    for (const chunk of chunksOf(rows, CHUNK)) {
      await tx.db
        .insertInto('events')
        .values(
          chunk.map((row) => ({
            ...row,
            actorId: senderId,
            type: 'message.created',
            requestHash: 'seed',
          })),
        )
        .execute()
      await tx.db
        .insertInto('messages')
        .values(chunk.map((row) => ({ ...row, senderId, kind: 'text', body: `seed ${row.seq}` })))
        .execute()
    }
    const last = rows.at(-1)
    if (last)
      await tx.db
        .updateTable('conversations')
        .set({ lastMessageSeq: last.seq })
        .where('id', '=', conversationId)
        .execute()
    return rows.map((row) => row.seq)
  })
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
