import { sql } from 'kysely'
import { expect, test } from 'vitest'

import { tableNames as tablesOf } from '../testing/database-state.ts'
import { shareServer } from '../testing/share-server.ts'
import { readTables, STORED_AT, tableNames } from './tables.ts'

const { core } = await shareServer([])
const { database } = core

test('every table is listed, with its primary key and all its columns', async () => {
  const { all, tables, columns } = await database.read(async (db) => ({
    all: await tablesOf(db),
    tables: await readTables(db, database.engine),
    columns: await db.introspection.getTables(),
  }))
  expect(all.filter((name) => !name.startsWith('kysely_')).toSorted()).toEqual(
    tableNames.toSorted(),
  )
  for (const { name, key, columns: listed } of tables) {
    const keys = await database.read((db) =>
      (database.engine === 'sqlite'
        ? sql<{
            name: string
          }>`select "name" from pragma_table_info(${name}) where pk > 0 order by pk`
        : sql<{ name: string }>`
            select a.attname as "name" from pg_index i
            join unnest(i.indkey) with ordinality as k(attnum, at) on true
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
            where i.indrelid = ${`"${name}"`}::regclass and i.indisprimary order by k.at`
      ).execute(db),
    )
    expect(
      key.map((column) => column.name),
      name,
    ).toEqual(keys.rows.map((row) => row.name))
    const there = columns.find((table) => table.name === name)?.columns ?? []
    const names = there.map((column) => column.name).filter((column) => column !== STORED_AT)
    expect(listed).toEqual(names.toSorted())
    const isNumber = (wanted: string) =>
      /int/i.test(there.find((column) => column.name === wanted)?.dataType ?? '')
    for (const column of key) expect(column.type === 'bigint').toBe(isNumber(column.name))
  }
})
