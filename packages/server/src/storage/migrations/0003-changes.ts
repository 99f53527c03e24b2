/** Which events changed an earlier message: for clients that come back after a long time. */
import { sql, type Kysely } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createIndex('eventsByTarget')
    .on('events')
    .columns(['conversationId', 'targetSeq', 'seq'])
    .where(sql.ref('targetSeq'), 'is not', null)
    .execute()
}
