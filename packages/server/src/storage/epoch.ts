import { randomUUID } from 'node:crypto'

import type { Db } from './database.ts'

/** The random word that this database was given when it was made, or restored. */
export async function readEpoch(db: Db): Promise<string> {
  await db
    .insertInto('meta')
    .values({ key: 'epoch', value: randomUUID() })
    .onConflict((c) => c.doNothing())
    .execute()
  const { value } = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', 'epoch')
    .executeTakeFirstOrThrow()
  return value
}
