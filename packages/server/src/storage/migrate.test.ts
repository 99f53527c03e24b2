import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, expect, test } from 'vitest'

import { makeFirstVersion } from '../testing/first-version.ts'
import { openSqlite } from './sqlite.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-migrate-'))
const file = join(folder, 'roost.db')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Rows = Record<string, readonly Record<string, unknown>[]>

function readTables(path: string, names: readonly string[]): Rows {
  const raw = new DatabaseSync(path, { readOnly: true })
  const rows = names.map((name) => [name, raw.prepare(`SELECT * FROM "${name}" ORDER BY 1`).all()])
  raw.close()
  return Object.fromEntries(rows) as Rows
}

/** What the first version would have written. */
const written: Rows = {
  users: [
    ...['alice', 'bob'].map((name) => ({
      id: name,
      kind: 'person',
      name,
      email: `${name}@example.org`,
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      username: name,
      searchName: name,
    })),
    {
      id: 'ewa',
      kind: 'placeholder',
      name: 'Ewa',
      importKey: 'Ewa',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
      searchName: 'ewa',
    },
  ],
  sessions: [
    {
      id: 'session',
      userId: 'alice',
      token: 'hashed',
      expiresAt: '2099-01-01T00:00:00.000Z',
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:00:00.000Z',
    },
  ],
  conversations: [
    {
      id: 'room',
      kind: 'room',
      name: 'Galley',
      searchName: 'galley',
      visibility: 'public',
      history: 'all',
      memberCount: 1,
      createdAt: 1,
      lastSeq: 2,
      lastMessageSeq: 2,
      lastActivityAt: 2,
    },
    {
      id: 'imported',
      kind: 'room',
      name: 'Archive',
      searchName: 'archive',
      visibility: 'public',
      history: 'all',
      importKey: '["jsonl","Archive"]',
      memberCount: 0,
      createdAt: 1,
      lastSeq: 2,
      lastMessageSeq: 2,
      lastActivityAt: 2,
    },
  ],
  memberships: [
    { conversationId: 'room', userId: 'alice', role: 'owner', deliveredSeq: 1, readSeq: 1 },
  ],
  membershipIntervals: [{ conversationId: 'room', userId: 'alice', fromSeq: 1 }],
  events: [
    ['conversation.created', 1],
    ['message.created', 2],
  ].map(([type, seq]) => ({
    conversationId: 'room',
    seq,
    id: `event ${seq}`,
    actorId: 'alice',
    type,
    requestHash: 'hash',
    createdAt: seq,
  })),
  messages: [
    {
      conversationId: 'room',
      seq: 2,
      id: 'event 2',
      senderId: 'alice',
      kind: 'text',
      createdAt: 2,
      body: 'from the first version',
    },
    ...[1, 2].map((seq) => ({
      conversationId: 'imported',
      seq,
      id: `line ${seq}`,
      senderId: 'ewa',
      kind: 'text',
      createdAt: seq,
      body: 'imported by the first version',
    })),
  ],
  userHeads: [{ userId: 'alice', lastSeq: 1 }],
}

async function makeFirst(): Promise<void> {
  const raw = await makeFirstVersion(file)
  for (const [table, rows] of Object.entries(written))
    for (const row of rows) {
      const names = Object.keys(row)
      raw
        .prepare(
          `INSERT INTO "${table}" (${names.map((name) => `"${name}"`).join()}) VALUES (${names.map(() => '?').join()})`,
        )
        .run(...(Object.values(row) as (string | number)[]))
    }
  raw.close()
}

test('what ended half-way has changed nothing, and is done at the next start', async () => {
  await makeFirst()
  const tables = Object.keys(written)
  const before = readTables(file, tables)
  const change = (sql: string) => {
    const raw = new DatabaseSync(file)
    raw.exec(sql)
    raw.close()
  }
  // In the way of one of the last steps.
  change('CREATE TABLE "erasures" ("in the way" text)')
  const open = () =>
    openSqlite(file, (error) => {
      throw error
    })
  await expect(open()).rejects.toThrow('erasures')
  expect(readTables(file, tables)).toEqual(before)

  change('DROP TABLE "erasures"')
  await (await open()).close()
  expect(readTables(file, tables)).toMatchObject(before)
  rmSync(folder, { recursive: true })
  mkdirSync(folder)
})

test('a database of the first version is backed up, brought up to date, and loses nothing', async () => {
  await makeFirst()
  const tables = Object.keys(written)
  const before = readTables(file, tables)
  const database = await openSqlite(file, (error) => {
    throw error
  })
  const message = await database.read((db) =>
    db.selectFrom('messages').select('body').where('id', '=', 'event 2').executeTakeFirst(),
  )
  expect(message).toEqual({ body: 'from the first version' })
  await database.close()

  expect(readTables(file, tables)).toMatchObject(before)
  const backup = join(folder, 'backups', 'before-0002-floor.db')
  expect(readTables(backup, tables)).toEqual(before)
  const names = readTables(file, ['kysely_migration'])['kysely_migration']?.map(({ name }) => name)
  expect(names).toEqual([
    '0001-first',
    '0002-floor',
    '0003-changes',
    '0004-authorships',
    '0005-moments',
  ])
  expect(readTables(backup, ['kysely_migration'])['kysely_migration']).toHaveLength(1)
  // And it is used as a new one is.
  expect(readTables(file, ['conversations'])).toMatchObject({
    conversations: [
      { picture: null, deletedAt: null },
      { picture: null, deletedAt: null },
    ],
  })
  // Who wrote where is known of what was imported before.
  expect(readTables(file, ['authorships'])['authorships']).toEqual([
    { userId: 'ewa', conversationId: 'imported' },
  ])
})
