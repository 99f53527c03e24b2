/** Fills a database faster than people could, with rows as the server writes them. */
import { chunksOf } from '../chunks.ts'
import { newId, type Core } from '../core.ts'
import { completeNameWords } from '../name-words.ts'
import { searchNameOf } from '../people/profiles.ts'
import type { Tx } from '../storage/database.ts'

const CHUNK = 1_000

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
