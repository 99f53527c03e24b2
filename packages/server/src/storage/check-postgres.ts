/** Whether a PostgreSQL can be trusted with what Roost acknowledges: refused at the start otherwise. */
import { sql } from 'kysely'

import type { Db } from './database.ts'
import { UnsafeStorageError } from './errors.ts'

/** The oldest that all tests run on. */
const OLDEST = 15

export async function checkPostgres(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select "name", "setting" from pg_settings
    where "name" in ('server_version', 'server_version_num', 'server_encoding',
      'fsync', 'full_page_writes', 'synchronous_commit')`.execute(db)
  const found = new Map(rows.map(({ name, setting }) => [name, setting]))
  if (Number(found.get('server_version_num')) < OLDEST * 10_000)
    throw new UnsafeStorageError(
      `Roost needs PostgreSQL ${OLDEST} or newer; this one is ${found.get('server_version')}.`,
    )
  if (found.get('server_encoding') !== 'UTF8')
    throw new UnsafeStorageError(
      `The database keeps text as ${found.get('server_encoding')}, which has no room for every script. Make one with: createdb --template template0 --encoding UTF8`,
    )
  // An acknowledged message must survive a power cut.
  for (const name of ['fsync', 'full_page_writes', 'synchronous_commit'])
    if (found.get(name) === 'off')
      throw new UnsafeStorageError(
        `PostgreSQL would not keep what it acknowledges: ${name} is off. Set it to on.`,
      )
}
