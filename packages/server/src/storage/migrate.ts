/** Brings a database to this program's schema, and refuses one that is newer. */
import type { Kysely } from 'kysely'
import { Migrator, type Migration } from 'kysely/migration'

import { up as first } from './migrations/0001-first.ts'
import { up as floor } from './migrations/0002-floor.ts'
import { up as changes } from './migrations/0003-changes.ts'
import { up as authorships } from './migrations/0004-authorships.ts'
import { up as moments } from './migrations/0005-moments.ts'
import type { Traits } from './migrations/traits.ts'
import type { Schema } from './schema.ts'

const migrations = {
  '0001-first': first,
  '0002-floor': floor,
  '0003-changes': changes,
  '0004-authorships': authorships,
  '0005-moments': moments,
}

/**
 * A program that knows this migration can serve what the last one makes: while processes are updated one
 * after the other, both serve. What an older one needs goes only in the version after.
 */
const SERVED_SINCE = '0004-authorships'
const SERVED_SINCE_KEY = 'servedSince'

/** The database was written by a newer program than this one. */
export class NewerSchemaError extends Error {}

/**
 * Of a database that {@link refuseNewer} lets pass.
 * @param backUp called with a name before an existing database is changed
 */
export async function migrate(
  db: Kysely<Schema>,
  traits: Traits,
  backUp: (name: string) => Promise<void>,
): Promise<void> {
  const known: Record<string, Migration> = Object.fromEntries(
    Object.entries(migrations).map(([name, up]) => [
      name,
      { up: (on: Kysely<unknown>) => up(on, traits) },
    ]),
  )
  const migrator = new Migrator({ db, provider: { getMigrations: async () => known } })
  const executed = await executedNames(db)
  const pending = Object.keys(known).find((name) => !executed.includes(name))
  if (pending === undefined) return
  if (executed.length > 0) {
    await backUp(`before-${pending}`)
    await noteServed(db)
  }
  const { error } = await migrator.migrateToLatest()
  if (error)
    throw error instanceof Error ? error : new Error('The migration failed.', { cause: error })
  if (executed.length === 0) await noteServed(db)
}

/** Before the first step: from then on an older program must know. */
async function noteServed(db: Kysely<Schema>): Promise<void> {
  const served = { key: SERVED_SINCE_KEY, value: SERVED_SINCE }
  await db
    .insertInto('meta')
    .values(served)
    .onConflict((c) => c.column('key').doUpdateSet(served))
    .execute()
}

/** Before anything is written to a database. */
export async function refuseNewer(db: Kysely<Schema>): Promise<void> {
  const newer = (await executedNames(db)).filter((name) => !(name in migrations))
  if (newer.length > 0 && !(await isServedByUs(db)))
    throw new NewerSchemaError(
      `The data was written by a newer version of Roost (it knows ${newer.join(', ')}). Start that version, or restore a backup made before the update.`,
    )
}

async function isServedByUs(db: Kysely<Schema>): Promise<boolean> {
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', SERVED_SINCE_KEY)
    .executeTakeFirst()
  return row !== undefined && row.value in migrations
}

/** The steps by which its schema was made. */
export async function executedNames(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  if (!tables.some(({ name }) => name === 'kysely_migration')) return []
  const rows = await db
    .withTables<{ kysely_migration: { name: string } }>()
    .selectFrom('kysely_migration')
    .select('name')
    .execute()
  return rows.map(({ name }) => name)
}
