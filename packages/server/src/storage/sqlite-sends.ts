/**
 * Stores a batch of sends on SQLite, inside the open transaction: finds replays, checks memberships,
 * takes the seqs of each conversation at once, inserts. Statements are compiled once, and how many run
 * depends on the batch alone, never on how many members a room has.
 */
import type { DatabaseSync } from 'node:sqlite'

import { limits } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import {
  answerRepeats,
  judgeSends,
  type AccessRow,
  type Accepted,
  type EventRow,
} from './judge-sends.ts'
import type { QuotedRow, Send, SendOutcome } from './sends.ts'

/** @param count called once for every statement run */
export function sqliteSendStore(raw: DatabaseSync, count: () => void) {
  const statement = <Row>(sql: string) => {
    const prepared = raw.prepare(sql)
    return {
      get: (...values: (string | number | null)[]) => {
        count()
        return prepared.get(...values) as Row | undefined
      },
      run: (...values: (string | number | null)[]) => {
        count()
        return Number(prepared.run(...values).changes)
      },
    }
  }
  const findEvent = statement<EventRow>(
    'SELECT "conversationId", "seq", "actorId", "requestHash" FROM "events" WHERE "id" = ?',
  )
  const findAccess = statement<AccessRow>(
    `SELECT c."visibility", c."archivedAt", m."userId" AS "memberId"
     FROM "conversations" c LEFT JOIN "memberships" m
       ON m."conversationId" = c."id" AND m."userId" = ? AND m."leftSeq" IS NULL
     WHERE c."id" = ? AND c."deletedAt" IS NULL`,
  )
  const findQuoted = statement<QuotedRow>(
    `SELECT m."id", m."seq", m."senderId", m."deletedAt",
       CASE WHEN m."deletedAt" IS NULL THEN substr(m."body", 1, ${limits.excerptLength}) ELSE '' END AS "excerpt"
     FROM "events" e
     JOIN "messages" m ON m."conversationId" = e."conversationId" AND m."seq" = e."seq"
     JOIN "conversations" c ON c."id" = e."conversationId"
     WHERE e."id" = ?1 AND e."conversationId" = ?2
       AND (c."history" = 'all' OR EXISTS (
         SELECT 1 FROM "membershipIntervals" i
         WHERE i."conversationId" = ?2 AND i."userId" = ?3
           AND m."seq" >= i."fromSeq" AND (i."toSeq" IS NULL OR m."seq" <= i."toSeq")))`,
  )
  const takeSeqs = statement<{ lastSeq: number }>(
    `UPDATE "conversations" SET "lastSeq" = "lastSeq" + ?1, "lastMessageSeq" = "lastSeq" + ?1,
       "lastActivityAt" = ?2
     WHERE "id" = ?3 RETURNING "lastSeq"`,
  )
  const insertEvent = statement(
    `INSERT INTO "events" ("conversationId", "seq", "id", "actorId", "type", "requestHash", "createdAt")
     VALUES (?, ?, ?, ?, 'message.created', ?, ?)`,
  )
  const insertMessage = statement(
    `INSERT INTO "messages" ("conversationId", "seq", "id", "senderId", "kind", "body", "replyToSeq", "createdAt")
     VALUES (?, ?, ?, ?, 'text', ?, ?, ?)`,
  )
  const insertMention = statement(
    `INSERT INTO "mentions" ("conversationId", "seq", "userId")
     SELECT "conversationId", ?, "userId" FROM "memberships"
     WHERE "conversationId" = ? AND "userId" = ? AND "leftSeq" IS NULL`,
  )

  function insert({ send, quoted }: Accepted, seq: number): SendOutcome {
    const { conversationId, senderId, id } = send
    insertEvent.run(conversationId, seq, id, senderId, send.requestHash, send.at)
    insertMessage.run(conversationId, seq, id, senderId, send.body, quoted?.seq ?? null, send.at)
    // In the order in which they will be read, so that the event and the row say the same.
    const mentions = [...new Set(send.mentions)]
      .toSorted()
      .filter((userId) => insertMention.run(seq, conversationId, userId) > 0)
    return { status: 'stored', seq, replyTo: quoted, mentions }
  }

  /** What nobody remembers from one transaction to the next, but for seeded bugs. */
  const taken = new Map<string, number>()
  const remembered = new Map<string, AccessRow | undefined>()

  return function storeMessages(sends: readonly Send[]): SendOutcome[] {
    const known = seeded?.('membership-before-lock')
      ? remembered
      : new Map<string, AccessRow | undefined>()
    const judgement = judgeSends(sends, {
      event: (id) => findEvent.get(id),
      access(conversationId, userId) {
        const key = `${conversationId} ${userId}`
        if (!known.has(key)) known.set(key, findAccess.get(userId, conversationId))
        return known.get(key)
      },
      quoted: ({ conversationId, senderId }, replyTo) =>
        findQuoted.get(replyTo, conversationId, senderId),
    })
    const seqs = new Map<string, number>()
    for (const [conversationId, group] of judgement.accepted) {
      const activity = Math.max(...group.map(({ send }) => send.at))
      const row = takeSeqs.get(group.length, activity, conversationId)
      if (!row) throw new Error(`Conversation ${conversationId} vanished inside a transaction.`)
      let seq = row.lastSeq - group.length
      if (seeded?.('seq-outside-transaction')) {
        seq = Math.max(seq, taken.get(conversationId) ?? 0)
        taken.set(conversationId, seq + group.length)
      }
      for (const entry of group) {
        judgement.outcomes[entry.at] = insert(entry, ++seq)
        seqs.set(entry.send.id, seq)
      }
    }
    return answerRepeats(judgement, seqs)
  }
}
