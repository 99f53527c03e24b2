/** Profiles, pictures, settings, invites and the audit log. */
import { sql, type Kysely } from 'kysely'

import type { Traits } from './traits.ts'

export async function up(db: Kysely<unknown>, traits: Traits): Promise<void> {
  const table = (name: string) => db.schema.createTable(name)
  const add = (name: string, column: string, type: 'text' | 'bigint') =>
    db.schema.alterTable(name).addColumn(column, type).execute()

  await add('users', 'about', 'text')
  await add('users', 'picture', 'text')
  await add('users', 'resetLinkMadeAt', 'bigint')
  await add('sessions', 'lastSeenAt', 'bigint')
  await add('conversations', 'picture', 'text')
  await add('conversations', 'deletedAt', 'bigint')
  await db.schema
    .createIndex('conversationsDeleted')
    .on('conversations')
    .column('id')
    .where(sql.ref('deletedAt'), 'is not', null)
    .execute()
  await db.schema
    .createIndex('roomsByName')
    .on('conversations')
    .columns(['searchName', 'id', 'kind', 'deletedAt'])
    .where(sql.ref('kind'), '=', sql.lit('room'))
    .execute()

  await table('pictures')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('userId', 'text')
    .addColumn('conversationId', 'text')
    .addColumn('large', 'text', (c) => c.notNull())
    .addColumn('small', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .execute()
  await db.schema.createIndex('picturesByUser').on('pictures').column('userId').execute()
  await db.schema
    .createIndex('picturesByConversation')
    .on('pictures')
    .column('conversationId')
    .execute()
  // Asked before a file goes: whether anything still refers to it.
  await db.schema.createIndex('picturesByLarge').on('pictures').column('large').execute()
  await db.schema.createIndex('picturesBySmall').on('pictures').column('small').execute()
  await db.schema.createIndex('filesByHash').on('files').column('sha256').execute()

  // Filled by the program, which knows what a word is, when it starts.
  await table('nameWords')
    .addColumn('kind', 'text', (c) => c.notNull())
    .addColumn('word', 'text', (c) => c.notNull())
    .addColumn('sortName', 'text', (c) => c.notNull())
    .addColumn('id', 'text', (c) => c.notNull())
    .addPrimaryKeyConstraint('nameWordsKey', ['kind', 'word', 'sortName', 'id'])
    .modifyEnd(traits.clustered)
    .execute()
  await db.schema.createIndex('nameWordsById').on('nameWords').columns(['id', 'word']).execute()

  await table('settings')
    .addColumn('name', 'text', (c) => c.primaryKey())
    .addColumn('value', 'text', (c) => c.notNull())
    .execute()

  await table('invites')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('tokenHash', 'text', (c) => c.notNull().unique())
    .addColumn('conversationId', 'text')
    .addColumn('createdBy', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .addColumn('expiresAt', 'bigint')
    .addColumn('maxUses', 'integer')
    .addColumn('uses', 'integer', (c) => c.notNull().defaultTo(0))
    .addColumn('revokedAt', 'bigint')
    .execute()
  await db.schema.createIndex('invitesByMaker').on('invites').columns(['createdBy', 'id']).execute()
  await db.schema
    .createIndex('invitesByConversation')
    .on('invites')
    .columns(['conversationId', 'id'])
    .execute()

  await table('audit')
    .addColumn('id', 'text', (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actorId', 'text')
    .addColumn('action', 'text', (c) => c.notNull())
    .addColumn('subjectId', 'text')
    .addColumn('subjectName', 'text')
    .addColumn('details', 'text', (c) => c.notNull())
    .execute()

  // Accounts as administrators search them: by name and address, along an index that holds
  // all that is asked.
  const accounts = (name: string, columns: string[]) =>
    db.schema.createIndex(name).on('users').columns(columns)
  await accounts('accountsByName', ['searchName', 'id', 'email', 'kind'])
    .where(sql.ref('kind'), 'in', sql`('person', 'bot')`)
    .execute()
  await accounts('administratorsByName', ['searchName', 'id', 'email', 'role'])
    .where(sql.ref('role'), 'in', sql`('owner', 'admin')`)
    .execute()
  await accounts('disabledByName', ['searchName', 'id', 'email', 'banned'])
    .where(sql.ref('banned'), '<>', sql.lit(traits.no))
    .execute()

  await table('erasures')
    .addColumn('userId', 'text', (c) => c.primaryKey())
    .addColumn('messages', 'text', (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .execute()
}
