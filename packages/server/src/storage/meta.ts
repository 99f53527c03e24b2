/** Facts about the database itself, made once by whoever needs them first. */
import { randomUUID } from 'node:crypto'

import type { Db } from './database.ts'

/** The random word that this database was given when it was made, or restored. */
export const readEpoch = (db: Db): Promise<string> => readOrMake(db, 'epoch', randomUUID())

/**
 * What cookies are signed with, where several processes share a database.
 * @param own the one of this process: that of the first is everybody's
 */
export const readSharedSecret = (db: Db, own: string): Promise<string> =>
  readOrMake(db, 'secret', own)

async function readOrMake(db: Db, key: string, value: string): Promise<string> {
  await db
    .insertInto('meta')
    .values({ key, value })
    .onConflict((c) => c.doNothing())
    .execute()
  const row = await db
    .selectFrom('meta')
    .select('value')
    .where('key', '=', key)
    .executeTakeFirstOrThrow()
  return row.value
}
