/**
 * Stores a batch of sends on SQLite, inside the open transaction: finds replays, checks memberships,
 * takes the seqs of each conversation at once, inserts. Statements are compiled once, and how many run
 * depends on the batch alone, never on how many members a room has.
 */
import type { DatabaseSync } from 'node:sqlite'

import { limits } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import type { QuotedRow, Send, SendOutcome } from './sends.ts'

interface EventRow {
  conversationId: string
  seq: number
  actorId: string
  requestHash: string
}
interface AccessRow {
  visibility: string
  archivedAt: number | null
  memberId: string | null
}
interface Accepted {
  readonly send: Send
  readonly at: number
  readonly quoted: QuotedRow | undefined
}

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

  /** What already carries this id: in the database, or earlier in this batch. */
  function answerRepeat(
    send: Send,
    earlier: Send | undefined,
  ): SendOutcome | 'earlier' | undefined {
    if (earlier) {
      const same = earlier.senderId === send.senderId && earlier.requestHash === send.requestHash
      return same ? 'earlier' : { status: 'conflict' }
    }
    const found = findEvent.get(send.id)
    if (!found) return undefined
    const same =
      seeded?.('dedupe-ignores-request') ||
      (found.actorId === send.senderId && found.requestHash === send.requestHash)
    return same ? { status: 'repeated', seq: found.seq } : { status: 'conflict' }
  }

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
    const outcomes: SendOutcome[] = []
    const accepted = new Map<string, Accepted[]>()
    const byId = new Map<string, Send>()
    const repeats: { at: number; id: string }[] = []
    const access = seeded?.('membership-before-lock')
      ? remembered
      : new Map<string, AccessRow | undefined>()

    for (const [at, given] of sends.entries()) {
      const isRepeat = seeded?.('no-dedupe') && findEvent.get(given.id)
      const send = isRepeat ? { ...given, id: crypto.randomUUID() } : given
      const key = `${send.conversationId} ${send.senderId}`
      if (!access.has(key)) access.set(key, findAccess.get(send.senderId, send.conversationId))
      const allowed = access.get(key)
      if (!allowed || allowed.memberId === null) {
        const visible = allowed?.visibility === 'public'
        outcomes[at] = { status: visible ? 'join_first' : 'not_found' }
        continue
      }
      const repeat = answerRepeat(send, byId.get(send.id))
      if (repeat === 'earlier') repeats.push({ at, id: send.id })
      else if (repeat) outcomes[at] = repeat
      if (repeat) continue
      if (allowed.archivedAt !== null) {
        outcomes[at] = { status: 'room_archived' }
        continue
      }
      const { replyTo, conversationId, senderId } = send
      const quoted =
        replyTo === undefined ? undefined : findQuoted.get(replyTo, conversationId, senderId)
      if (replyTo !== undefined && !quoted) {
        outcomes[at] = { status: 'reply_not_found' }
        continue
      }
      byId.set(send.id, send)
      const group = accepted.get(conversationId)
      const entry = { send, at, quoted }
      if (group) group.push(entry)
      else accepted.set(conversationId, [entry])
    }

    const seqs = new Map<string, number>()
    for (const [conversationId, group] of accepted) {
      const activity = Math.max(...group.map(({ send }) => send.at))
      const row = takeSeqs.get(group.length, activity, conversationId)
      if (!row) throw new Error(`Conversation ${conversationId} vanished inside a transaction.`)
      let seq = row.lastSeq - group.length
      if (seeded?.('seq-outside-transaction')) {
        seq = Math.max(seq, taken.get(conversationId) ?? 0)
        taken.set(conversationId, seq + group.length)
      }
      for (const entry of group) {
        outcomes[entry.at] = insert(entry, ++seq)
        seqs.set(entry.send.id, seq)
      }
    }
    for (const { at, id } of repeats) {
      const seq = seqs.get(id)
      if (seq === undefined) throw new Error(`Send ${id} of this batch has no seq.`)
      outcomes[at] = { status: 'repeated', seq }
    }
    return outcomes
  }
}
