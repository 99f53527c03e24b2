/** What was stored lately, whichever process has stored it. */
import { seeded } from '@roost/protocol/seeded-bugs'
import { sql } from 'kysely'

import type { Db, Recent } from './database.ts'

/** The present, in milliseconds of the database's own clock, whatever the transaction has begun. */
export const MOMENT = sql`(extract(epoch from clock_timestamp()) * 1000)::bigint`
/** Before the snapshot that the statements below share. */
const BEGUN = sql<number>`(extract(epoch from now()) * 1000)::bigint`

interface Last {
  readonly id: string
  readonly seq: number
}

/** @param since of the same clock; undefined stands for `span` milliseconds ago */
export async function readRecent(
  db: Db,
  { since, span }: { since: number | undefined; span: number },
): Promise<Recent> {
  const late = seeded?.('sweep-looks-back-too-short') ? span : 0
  const from = since === undefined ? sql`${BEGUN} - ${span}::bigint` : sql`${since + late}::bigint`
  const { rows: begun } = await sql<{ at: number }>`select ${BEGUN} as "at"`.execute(db)
  const { rows: conversations } = await sql<Last>`
    select "conversationId" as "id", max("seq") as "seq" from "events"
    where "storedAt" > ${from} group by "conversationId"`.execute(db)
  const { rows: users } = await sql<Last & { changed: number | null }>`
    select "userId" as "id", max("seq") as "seq",
      max("seq") filter (where "type" = 'me.changed') as "changed"
    from "userEvents" where "storedAt" > ${from} group by "userId"`.execute(db)
  const { rows: revoked } = await sql<{ userId: string; sessionId: string }>`
    select "userId", "sessionId" from "revocations"
    where "storedAt" > ${from} and "sessionId" is not null`.execute(db)
  const deleted = await db
    .selectFrom('conversations')
    .select('id')
    .where('deletedAt', 'is not', null)
    .execute()
  const erasure = await db.selectFrom('erasures').select('userId').limit(1).executeTakeFirst()
  return {
    at: begun[0]?.at ?? 0,
    conversations,
    users,
    revoked,
    deleted: deleted.map(({ id }) => id),
    erasing: erasure !== undefined,
  }
}
