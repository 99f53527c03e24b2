/** How many rows were written, as the database itself counts. */
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { tableNames } from './database-state.ts'
import { usesPostgres } from './postgres-databases.ts'

/** From now on; what is returned tells how many. */
export async function countRows(core: Core): Promise<() => Promise<number>> {
  const count = usesPostgres() ? await onPostgres(core) : () => readChanges(core)
  const before = await count()
  return async () => (await count()) - before
}

/** Of the one connection that writes. */
function readChanges({ database }: Core): Promise<number> {
  return database.write(async ({ db }) => {
    const { rows } = await sql<{ changes: number }>`select total_changes() as "changes"`.execute(db)
    return rows[0]?.changes ?? 0
  })
}

/** Every row says which transaction has written it. */
async function onPostgres({ database }: Core): Promise<() => Promise<number>> {
  const first = await database.write(async ({ db }) => {
    const { rows } = await sql<{ id: number }>`
      select pg_current_xact_id()::text::bigint as "id"`.execute(db)
    return rows[0]?.id ?? 0
  })
  return () =>
    database.read(async (db) => {
      let sum = 0
      for (const name of await tableNames(db)) {
        const { rows } = await sql<{ count: number }>`
          select count(*) as "count" from ${sql.table(name)}
          where xmin::text::bigint > ${first}`.execute(db)
        sum += rows[0]?.count ?? 0
      }
      return sum
    })
}
