/** All rows of all tables, to be compared: what was refused has left nothing behind. */
import { sql } from 'kysely'

import type { Core } from '../core.ts'

export function readAllRows(core: Core): Promise<ReadonlySet<string>> {
  return core.database.read(async (db) => {
    const tables = await sql<{ name: string }>`
      select "name" from "sqlite_master" where "type" = 'table'`.execute(db)
    const all = new Set<string>()
    for (const { name } of tables.rows) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(db)
      for (const row of rows) all.add(`${name} ${JSON.stringify(row, withoutUse)}`)
    }
    return all
  })
}

/** When somebody was last seen is no trace of what they tried. */
const withoutUse = (key: string, value: unknown) => (key === 'lastSeenAt' ? undefined : value)

/** The rows that have come, gone or changed since. */
export async function findChanges(core: Core, before: ReadonlySet<string>): Promise<string[]> {
  const after = await readAllRows(core)
  return [
    ...[...before].filter((row) => !after.has(row)),
    ...[...after].filter((row) => !before.has(row)),
  ]
}
