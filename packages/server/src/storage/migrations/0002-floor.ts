/** Profiles, pictures, settings, invites and the audit log. */
import { sql, type Kysely } from 'kysely'

import type { Traits } from './traits.ts'

export async function up(db: Kysely<unknown>, traits: Traits): Promise<void> {
  const table = (name: string) => db.schema.createTable(name)
  const add = (name: string, column: string, type: Traits['text'] | 'bigint') =>
    db.schema.alterTable(name).addColumn(column, type).execute()

  await add('users', 'about', traits.text)
  await add('users', 'picture', traits.text)
  await add('users', 'resetLinkMadeAt', 'bigint')
  await add('sessions', 'lastSeenAt', 'bigint')
  await add('conversations', 'picture', traits.text)
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
    .addColumn('id', traits.text, (c) => c.primaryKey())
    .addColumn('userId', traits.text)
    .addColumn('conversationId', traits.text)
    .addColumn('large', traits.text, (c) => c.notNull())
    .addColumn('small', traits.text, (c) => c.notNull())
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
    .addColumn('kind', traits.text, (c) => c.notNull())
    .addColumn('word', traits.text, (c) => c.notNull())
    .addColumn('sortName', traits.text, (c) => c.notNull())
    .addColumn('id', traits.text, (c) => c.notNull())
    .addPrimaryKeyConstraint('nameWordsKey', ['kind', 'word', 'sortName', 'id'])
    .modifyEnd(traits.clustered)
    .execute()
  await db.schema.createIndex('nameWordsById').on('nameWords').columns(['id', 'word']).execute()

  await table('settings')
    .addColumn('name', traits.text, (c) => c.primaryKey())
    .addColumn('value', traits.text, (c) => c.notNull())
    .execute()

  await table('invites')
    .addColumn('id', traits.text, (c) => c.primaryKey())
    .addColumn('tokenHash', traits.text, (c) => c.notNull().unique())
    .addColumn('conversationId', traits.text)
    .addColumn('createdBy', traits.text, (c) => c.notNull())
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
    .addColumn('id', traits.text, (c) => c.primaryKey())
    .addColumn('at', 'bigint', (c) => c.notNull())
    .addColumn('actorId', traits.text)
    .addColumn('action', traits.text, (c) => c.notNull())
    .addColumn('subjectId', traits.text)
    .addColumn('subjectName', traits.text)
    .addColumn('details', traits.text, (c) => c.notNull())
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
    .where(sql.ref('banned'), '<>', sql.lit(0))
    .execute()

  await table('erasures')
    .addColumn('userId', traits.text, (c) => c.primaryKey())
    .addColumn('messages', traits.text, (c) => c.notNull())
    .addColumn('createdAt', 'bigint', (c) => c.notNull())
    .execute()
}
