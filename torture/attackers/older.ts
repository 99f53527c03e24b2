/** Makes a data folder what the first version of Roost would have left: its next start migrates it. */
import { renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { makeFirstVersion } from '../../packages/server/src/testing/first-version.ts'
import { isRecord } from '../json.ts'

export async function makeOlder(folder: string): Promise<void> {
  const file = join(folder, 'roost.db')
  const older = `${file}.older`
  const raw = await makeFirstVersion(older)
  raw.prepare('ATTACH ? AS newer').run(file)
  const names = (text: string, ...values: string[]) =>
    raw
      .prepare(text)
      .all(...values)
      .filter(isRecord)
      .map(({ name }) => String(name))
  const columns = (schema: string, table: string) =>
    names('SELECT "name" FROM pragma_table_info(?, ?)', table, schema)
  for (const table of names(`SELECT "name" FROM sqlite_master WHERE "type" = 'table'`)) {
    if (table.startsWith('kysely_')) continue
    const there = new Set(columns('newer', table))
    const shared = columns('main', table).filter((column) => there.has(column))
    const list = shared.map((column) => `"${column}"`).join(', ')
    raw.exec(`INSERT INTO main."${table}" (${list}) SELECT ${list} FROM newer."${table}"`)
  }
  raw.close()
  for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
  renameSync(older, file)
}
