/** All rows of all tables, to be compared: what was refused has left nothing behind. */
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import type { Db } from '../storage/database.ts'

export function readAllRows(core: Core): Promise<ReadonlySet<string>> {
  return core.database.read(async (db) => {
    const all = new Set<string>()
    for (const name of await tableNames(db)) {
      const { rows } = await sql`select * from ${sql.table(name)}`.execute(db)
      for (const row of rows) all.add(`${name} ${JSON.stringify(row, withoutUse)}`)
    }
    return all
  })
}

/** Of all tables but those of a search index, which follows by itself. */
export async function tableNames(db: Db): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  return tables.map(({ name }) => name).filter((name) => !name.startsWith('search'))
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
