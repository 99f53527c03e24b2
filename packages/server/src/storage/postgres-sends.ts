/**
 * Stores a batch of sends on PostgreSQL, inside the open transaction: locks the conversations in the
 * order of their ids, judges, and writes all rows by one statement. Five round trips, however many
 * sends there are; the rows travel as arrays, so the statements are always the same.
 */
import { limits } from '@roost/protocol'
import { sql } from 'kysely'

import type { Db } from './database.ts'
import {
  answerRepeats,
  judgeSends,
  type Accepted,
  type AccessRow,
  type EventRow,
  type Facts,
} from './judge-sends.ts'
import type { QuotedRow, Send, SendOutcome } from './sends.ts'

interface LockedRow extends Omit<AccessRow, 'memberId'> {
  readonly id: string
  readonly lastSeq: number
}

export async function storeSends(db: Db, sends: readonly Send[]): Promise<SendOutcome[]> {
  const locked = await lockConversations(db, sends)
  const members = await readMembers(db, sends)
  const judgement = judgeSends(sends, await readFacts(db, sends, { locked, members }))
  const rows: Row[] = []
  const ends = new Map<string, { seq: number; at: number }>()
  const seqs = new Map<string, number>()
  for (const [conversationId, group] of judgement.accepted) {
    let seq = locked.get(conversationId)?.lastSeq ?? 0
    for (const { send, at, quoted } of group) {
      seq += 1
      // In the order in which they will be read, so that the event and the row say the same.
      const mentions = [...new Set(send.mentions)]
        .toSorted()
        .filter((userId) => members.has(keyOf(conversationId, userId)))
      rows.push({ send, at, quoted, seq, mentions })
      seqs.set(send.id, seq)
      judgement.outcomes[at] = { status: 'stored', seq, replyTo: quoted, mentions }
    }
    ends.set(conversationId, { seq, at: Math.max(...group.map(({ send }) => send.at)) })
  }
  if (rows.length > 0) await insertAll(db, rows, ends)
  return answerRepeats(judgement, seqs)
}

/** Always in the same order, so that no two batches wait for each other. */
async function lockConversations(db: Db, sends: readonly Send[]) {
  const ids = [...new Set(sends.map(({ conversationId }) => conversationId))]
  const { rows } = await sql<LockedRow>`
    select "id", "visibility", "archivedAt", "lastSeq" from "conversations"
    where "id" = any(${ids}::text[]) and "deletedAt" is null
    order by "id" for no key update`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}

/** Which of the senders and of those they mention are members, seen once the lock is held. */
async function readMembers(db: Db, sends: readonly Send[]): Promise<ReadonlySet<string>> {
  const pairs = new Map<string, readonly [string, string]>()
  for (const { conversationId, senderId, mentions } of sends)
    for (const userId of [senderId, ...mentions])
      pairs.set(keyOf(conversationId, userId), [conversationId, userId])
  const asked = [...pairs.values()]
  const { rows } = await sql<{ conversationId: string; userId: string }>`
    select m."conversationId", m."userId"
    from unnest(${asked.map(([id]) => id)}::text[], ${asked.map(([, id]) => id)}::text[])
      as s("conversationId", "userId")
    join "memberships" m
      on m."conversationId" = s."conversationId" and m."userId" = s."userId"
    where m."leftSeq" is null`.execute(db)
  return new Set(rows.map(({ conversationId, userId }) => keyOf(conversationId, userId)))
}

async function readFacts(
  db: Db,
  sends: readonly Send[],
  under: { locked: ReadonlyMap<string, LockedRow>; members: ReadonlySet<string> },
): Promise<Facts> {
  const { locked, members } = under
  const events = await readEvents(db, sends)
  const quoted = await readQuoted(db, sends)
  return {
    event: (id) => events.get(id),
    access(conversationId, userId) {
      const row = locked.get(conversationId)
      return row && { ...row, memberId: members.has(keyOf(conversationId, userId)) ? userId : null }
    },
    quoted: ({ id }) => quoted.get(id),
  }
}

async function readEvents(db: Db, sends: readonly Send[]): Promise<ReadonlyMap<string, EventRow>> {
  const { rows } = await sql<EventRow & { id: string }>`
    select "id", "conversationId", "seq", "actorId", "requestHash" from "events"
    where "id" = any(${sends.map(({ id }) => id)}::text[])`.execute(db)
  return new Map(rows.map((row) => [row.id, row]))
}

/** By the id of the send that quotes. */
async function readQuoted(db: Db, sends: readonly Send[]): Promise<ReadonlyMap<string, QuotedRow>> {
  const quoting = sends.filter(({ replyTo }) => replyTo !== undefined)
  if (quoting.length === 0) return new Map()
  const { rows } = await sql<QuotedRow & { sendId: string }>`
    select s."sendId", m."id", m."seq", m."senderId", m."deletedAt",
      case when m."deletedAt" is null
        then substr(m."body", 1, ${sql.lit(limits.excerptLength)}) else '' end as "excerpt"
    from unnest(${quoting.map(({ id }) => id)}::text[],
      ${quoting.map(({ replyTo }) => replyTo)}::text[],
      ${quoting.map(({ conversationId }) => conversationId)}::text[],
      ${quoting.map(({ senderId }) => senderId)}::text[])
      as s("sendId", "replyTo", "conversationId", "senderId")
    join "events" e on e."id" = s."replyTo" and e."conversationId" = s."conversationId"
    join "messages" m on m."conversationId" = e."conversationId" and m."seq" = e."seq"
    join "conversations" c on c."id" = e."conversationId"
    where c."history" = 'all' or exists (
      select 1 from "membershipIntervals" i
      where i."conversationId" = s."conversationId" and i."userId" = s."senderId"
        and m."seq" >= i."fromSeq" and (i."toSeq" is null or m."seq" <= i."toSeq"))`.execute(db)
  return new Map(rows.map(({ sendId, ...row }) => [sendId, row]))
}

interface Row extends Accepted {
  readonly seq: number
  readonly mentions: readonly string[]
}

async function insertAll(
  db: Db,
  rows: readonly Row[],
  ends: ReadonlyMap<string, { seq: number; at: number }>,
): Promise<void> {
  const of = <T>(value: (row: Row) => T) => rows.map(value)
  const mentions = rows.flatMap(({ send, seq, mentions: named }) =>
    named.map((userId) => ({ conversationId: send.conversationId, seq, userId })),
  )
  const last = [...ends.values()]
  await sql`
    with "said" as (
      select * from unnest(${of(({ send }) => send.conversationId)}::text[],
        ${of(({ seq }) => seq)}::bigint[], ${of(({ send }) => send.id)}::text[],
        ${of(({ send }) => send.senderId)}::text[], ${of(({ send }) => send.requestHash)}::text[],
        ${of(({ send }) => send.at)}::bigint[], ${of(({ send }) => send.body)}::text[],
        ${of(({ quoted }) => quoted?.seq ?? null)}::bigint[])
      as s("conversationId", "seq", "id", "senderId", "requestHash", "at", "body", "replyToSeq")
    ), "moved" as (
      update "conversations" c
      set "lastSeq" = s."seq", "lastMessageSeq" = s."seq", "lastActivityAt" = s."at"
      from unnest(${[...ends.keys()]}::text[], ${last.map(({ seq }) => seq)}::bigint[],
        ${last.map(({ at }) => at)}::bigint[]) as s("id", "seq", "at")
      where c."id" = s."id"
    ), "logged" as (
      insert into "events"
        ("conversationId", "seq", "id", "actorId", "type", "requestHash", "createdAt")
      select "conversationId", "seq", "id", "senderId", 'message.created', "requestHash", "at"
      from "said"
    ), "named" as (
      insert into "mentions" ("conversationId", "seq", "userId")
      select * from unnest(${mentions.map(({ conversationId }) => conversationId)}::text[],
        ${mentions.map(({ seq }) => seq)}::bigint[],
        ${mentions.map(({ userId }) => userId)}::text[])
    )
    insert into "messages"
      ("conversationId", "seq", "id", "senderId", "kind", "body", "replyToSeq", "createdAt")
    select "conversationId", "seq", "id", "senderId", 'text', "body", "replyToSeq", "at"
    from "said"`.execute(db)
}

const keyOf = (conversationId: string, userId: string) => `${conversationId} ${userId}`
