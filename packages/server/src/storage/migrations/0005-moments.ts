/** When a row was stored, by the database's own clock: where several processes look for what is new. */
import type { Kysely } from 'kysely'

import type { Traits } from './traits.ts'

export async function up(db: Kysely<unknown>, { moment }: Traits): Promise<void> {
  if (!moment) return
  for (const table of ['events', 'userEvents', 'revocations']) {
    // What is there already is old, and need not be written again.
    await db.schema
      .alterTable(table)
      .addColumn('storedAt', 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
    await db.schema
      .alterTable(table)
      .alterColumn('storedAt', (c) => c.setDefault(moment))
      .execute()
    // Holds up writes while it is built, which others may do meanwhile: no release before this one knows
    // PostgreSQL, so there are no rows that it would take long for.
    await db.schema.createIndex(`${table}ByMoment`).on(table).column('storedAt').execute()
  }
}
