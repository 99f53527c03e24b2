/**
 * The data of this release as an earlier one would have it: every row that it has a table for, with every
 * column that it knows. What it knows and this release does not keeps its default.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { tableNames } from '../../packages/server/src/storage/tables.ts'

/** @param to the data of the earlier release, as it made it itself. Nobody has either open. */
export function handDown(from: string, to: string): void {
  const database = new DatabaseSync(join(to, 'roost.db'), { enableForeignKeyConstraints: false })
  try {
    database.prepare('ATTACH ? AS "made"').run(join(from, 'roost.db'))
    const columnsOf = database.prepare(
      `SELECT "name" FROM pragma_table_info(?1, 'main')
       INTERSECT SELECT "name" FROM pragma_table_info(?1, 'made')`,
    )
    database.exec('BEGIN IMMEDIATE')
    for (const table of tableNames) {
      const columns = columnsOf.all(table).map(({ name }) => `"${String(name)}"`)
      // Of the facts about a database only this one is in what the rows say to a client.
      const which = table === 'meta' ? `WHERE "key" = 'epoch'` : ''
      if (columns.length > 0)
        database.exec(
          `INSERT OR REPLACE INTO main."${table}" (${columns.join()})
           SELECT ${columns.join()} FROM made."${table}" ${which}`,
        )
    }
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}
