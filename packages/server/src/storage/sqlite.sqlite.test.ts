import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { getMigrations } from 'better-auth/db/migration'
import { sql } from 'kysely'
import { beforeAll, expect, test } from 'vitest'

import { createAuth } from '../auth/auth.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { NewerSchemaError } from './migrate.ts'
import { openSqlite } from './sqlite.ts'

let server: TestServer
let folder: string

beforeAll(async () => {
  server = await startTestServer()
  folder = mkdtempSync(join(tmpdir(), 'roost-storage-'))
  return async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})

const refuse = (error: unknown) => {
  throw error
}

test('what is acknowledged survives a power cut: WAL, which is synced for every commit', async () => {
  const pragma = async (name: string) => {
    const read = sql<Record<string, unknown>>`PRAGMA ${sql.raw(name)}`
    const { rows } = await server.app.core.database.write(({ db }) => read.execute(db))
    return rows[0]?.[name]
  }
  expect(await pragma('journal_mode')).toBe('wal')
  // Of the log it syncs what it is about to move into the database: the rest is WalSync's.
  const NORMAL = 1
  expect(await pragma('synchronous')).toBe(NORMAL)
  expect(await pragma('foreign_keys')).toBe(1)
})

test('readers cannot write', async () => {
  const { database } = server.app.core
  const attempt = database.read((db) =>
    db.insertInto('meta').values({ key: 'read', value: '' }).execute(),
  )
  await expect(attempt).rejects.toThrow('cannot be written')
})

test('a read sees one state of the database, whatever is written meanwhile', async () => {
  const { database } = server.app.core
  const find = { key: 'meanwhile', value: '' }
  const counts = await database.read(async (db) => {
    const count = async () =>
      (await db.selectFrom('meta').select('key').where('key', '=', find.key).execute()).length
    const before = await count()
    await database.write((tx) => tx.db.insertInto('meta').values(find).execute())
    return [before, await count()]
  })
  expect(counts).toEqual([0, 0])
})

test('a newer schema is refused by its name, and left as it is', async () => {
  const file = join(folder, 'newer.db')
  await (await openSqlite(file, refuse)).close()
  const look = <T>(at: (raw: DatabaseSync) => T) => {
    const raw = new DatabaseSync(file)
    const seen = at(raw)
    raw.close()
    return seen
  }
  const become = (servedSince: string) =>
    look((raw) => raw.exec(`UPDATE meta SET value = '${servedSince}' WHERE key = 'servedSince'`))
  look((raw) =>
    raw.exec(`INSERT INTO kysely_migration ("name", "timestamp") VALUES ('0999-future', '2030')`),
  )
  // The next version makes nothing that this one cannot serve: while both run, both may.
  await (await openSqlite(file, refuse)).close()
  become('0999-future')
  const tables = () => look((raw) => raw.prepare('SELECT "name", "sql" FROM sqlite_master').all())
  const before = tables()
  const opening = openSqlite(file, refuse)
  await expect(opening).rejects.toBeInstanceOf(NewerSchemaError)
  await expect(opening).rejects.toThrow('newer version of Roost (it knows 0999-future)')
  expect(tables()).toEqual(before)
})

test('the epoch is as old as the database', async () => {
  const file = join(folder, 'epoch.db')
  const epochs: string[] = []
  for (let round = 0; round < 2; round++) {
    const database = await openSqlite(file, refuse)
    epochs.push(database.epoch)
    await database.close()
  }
  const other = await openSqlite(join(folder, 'other.db'), refuse)
  await other.close()
  expect(epochs[0]).toBe(epochs[1])
  expect(other.epoch).not.toBe(epochs[0])
})

test('opening an up-to-date database changes and backs up nothing', async () => {
  const file = join(folder, 'same.db')
  copyFileSync(join(folder, 'epoch.db'), file)
  const database = await openSqlite(file, refuse)
  await database.close()
  const list = (path: string) => {
    const raw = new DatabaseSync(path)
    const rows = raw.prepare('SELECT "name", "sql" FROM sqlite_master ORDER BY 1').all()
    raw.close()
    return rows
  }
  expect(list(file)).toEqual(list(join(folder, 'epoch.db')))
})

test('our tables are the ones that better-auth expects', async () => {
  const { core } = server.app
  const { options } = createAuth(core, { secret: 'x'.repeat(40), secure: false })
  const missing = (additionalFields: object) =>
    getMigrations({
      ...options,
      user: {
        ...options.user,
        additionalFields: { ...options.user.additionalFields, ...additionalFields },
      },
      database: { db: core.database.forAuth, type: 'sqlite' },
    })
  const { toBeCreated, toBeAdded } = await missing({})
  expect({ toBeCreated, toBeAdded }).toEqual({ toBeCreated: [], toBeAdded: [] })
  // It would tell.
  expect((await missing({ shoeSize: { type: 'number', required: false } })).toBeAdded).toHaveLength(
    1,
  )
})
