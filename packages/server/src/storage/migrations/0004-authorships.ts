/** In which rooms imported authors wrote: for those who may choose them to search by. */
import { sql, type Kysely } from 'kysely'

import type { Traits } from './traits.ts'

export async function up(db: Kysely<unknown>, traits: Traits): Promise<void> {
  await db.schema
    .createTable('authorships')
    .addColumn('userId', traits.text, (c) => c.notNull())
    .addColumn('conversationId', traits.text, (c) => c.notNull())
    .addPrimaryKeyConstraint('authorshipsKey', ['userId', 'conversationId'])
    .modifyEnd(traits.clustered)
    .execute()
  await db.schema
    .createIndex('authorshipsByConversation')
    .on('authorships')
    .columns(['conversationId', 'userId'])
    .execute()
  await db.schema
    .createIndex('authorsByName')
    .on('users')
    .columns(['searchName', 'id'])
    .where(sql.ref('kind'), '=', sql.lit('placeholder'))
    .execute()
  await sql`
    insert into "authorships" ("userId", "conversationId")
    select distinct "m"."senderId", "m"."conversationId"
    from "conversations" as "c"
    join "messages" as "m" on "m"."conversationId" = "c"."id"
    join "users" as "u" on "u"."id" = "m"."senderId"
    where "c"."importKey" is not null and "u"."kind" = 'placeholder'`.execute(db)
}
