/** A database as the first version of Roost made it, empty. */
import { DatabaseSync } from 'node:sqlite'

import { sql, type Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'

import { up as first } from '../storage/migrations/0001-first.ts'
import type { Traits } from '../storage/migrations/traits.ts'
import { kyselyOn } from '../storage/sqlite-driver.ts'

const traits: Traits = { clustered: sql`without rowid`, text: 'text' }
const getMigrations = async () => ({
  '0001-first': { up: (on: Kysely<unknown>) => first(on, traits) },
})

/** Foreign keys are not looked at: rows come in any order. */
export async function makeFirstVersion(file: string): Promise<DatabaseSync> {
  const raw = new DatabaseSync(file, { enableForeignKeyConstraints: false })
  const db = kyselyOn(raw, () => {})
  const { error } = await new Migrator({ db, provider: { getMigrations } }).migrateToLatest()
  if (error !== undefined) throw new Error('There is no first version.', { cause: error })
  return raw
}
