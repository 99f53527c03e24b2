import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { sql } from 'kysely'
import { afterAll, beforeEach, expect, test } from 'vitest'

import { sendMessage } from '../messaging/messages.ts'
import { newClientId } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { StorageUnavailableError } from './errors.ts'

const { server, core, alice } = await shareServer(['alice'])
/** Another connection to the same file: what it sees is on the disk. */
const beside = new DatabaseSync(join(server.folder, 'roost.db'), { readOnly: true })
afterAll(() => beside.close())
let room: string
beforeEach(async () => {
  ;({ id: room } = await alice.makeRoom())
})

const send = (body: string, clientId = newClientId()) =>
  sendMessage(core, { senderId: alice.id, conversationId: room, clientId, body })
const bodies = () =>
  beside
    .prepare(
      `SELECT "body" FROM "messages" WHERE "conversationId" = ? AND "kind" = 'text' ORDER BY "seq"`,
    )
    .all(room)
    .map(({ body }) => body)
const seqs = () =>
  beside
    .prepare('SELECT "seq" FROM "events" WHERE "conversationId" = ? ORDER BY "seq"')
    .all(room)
    .map(({ seq }) => Number(seq))
const metaKeys = (prefix: string) =>
  beside
    .prepare('SELECT "key" FROM "meta" WHERE "key" LIKE ? ORDER BY "key"')
    .all(`${prefix}%`)
    .map(({ key }) => key)
const setMeta = (key: string) =>
  core.database.write(({ db }) => db.insertInto('meta').values({ key, value: key }).execute())
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)

test('a COMMIT that fails rejects, and the door works on', async () => {
  const orphan = core.database.write(async ({ db }) => {
    await sql`PRAGMA defer_foreign_keys = ON`.execute(db)
    await db
      .insertInto('devices')
      .values({
        id: 'orphan',
        userId: 'nobody',
        name: '',
        createdAt: 0,
        lastSeenAt: 0,
        push: null,
        keys: null,
      })
      .execute()
  })
  const after = [setMeta('after-commit-failed'), send('after a failed commit')] as const
  await expect(orphan).rejects.toThrow('FOREIGN KEY')
  await Promise.all(after)
  expect(beside.prepare(`SELECT "id" FROM "devices" WHERE "id" = 'orphan'`).all()).toEqual([])
  expect(metaKeys('after-commit-failed')).toHaveLength(1)
  expect(bodies()).toEqual(['after a failed commit'])
})

test('nothing is told before it is on the disk', async () => {
  const seen: [string, number][] = []
  const stop = core.bus.subscribe((note) => {
    if (note.type === 'event' && note.conversationId === room) seen.push(['told', seqs().length])
  })
  await Promise.all(
    upTo(20).map(async () => {
      const { message } = await send('durable')
      expect(seqs()).toContain(message.seq)
    }),
  )
  stop()
  // All twenty are one batch: the first note already finds the last event.
  expect(seen).toEqual(upTo(20).map(() => ['told', 21]))

  let during: unknown[] = ['not looked']
  let afterwards: unknown[] = []
  await core.database.write(async (tx) => {
    await tx.db.insertInto('meta').values({ key: 'told', value: '' }).execute()
    tx.afterCommit(() => (afterwards = metaKeys('told')))
    during = metaKeys('told')
  })
  expect(during).toEqual([])
  expect(afterwards).toEqual(['told'])
})

test.each(['ABORT', 'ROLLBACK'])('a send that breaks by %s takes no other with it', async (way) => {
  await core.database.write(({ db }) =>
    sql
      .raw(
        `CREATE TRIGGER "breaks" BEFORE INSERT ON "messages" WHEN NEW."body" = 'breaks'
         BEGIN SELECT RAISE(${way}, 'it broke'); END`,
      )
      .execute(db),
  )
  const results = await Promise.allSettled(
    ['one', 'breaks', 'two', 'three'].map((body) => send(body)),
  )
  await core.database.write(({ db }) => sql.raw('DROP TRIGGER "breaks"').execute(db))
  expect(results.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ])
  expect(bodies()).toEqual(['one', 'two', 'three'])
  expect(seqs()).toEqual([1, 2, 3, 4])
  await send('and on')
  expect(bodies()).toContain('and on')
})

test('a full disk refuses sends without storing halves, and hurts no reader', async () => {
  const limitPages = (count: number) =>
    core.database.write(({ db }) => sql.raw(`PRAGMA max_page_count = ${count}`).execute(db))
  const message = { body: 'x'.repeat(10_000) }
  const clientIds = upTo(5).map(() => newClientId())
  const trySends = () =>
    Promise.allSettled(clientIds.map((clientId) => send(message.body, clientId)))
  // Lower than it is now means: as it is now.
  await limitPages(1)
  const refused = await trySends()
  for (const result of refused)
    expect(result).toMatchObject({
      status: 'rejected',
      reason: new StorageUnavailableError('The disk is full.'),
    })
  await expect(
    core.database.write(({ db }) =>
      db
        .insertInto('meta')
        .values({ key: 'full', value: 'x'.repeat(100_000) })
        .execute(),
    ),
  ).rejects.toBeInstanceOf(StorageUnavailableError)
  expect(seqs()).toEqual([1])
  expect(await alice.look(room)).toMatchObject({ lastSeq: 1 })

  await limitPages(1_000_000)
  const stored = await trySends()
  expect(stored.map(({ status }) => status)).toEqual(clientIds.map(() => 'fulfilled'))
  expect(seqs()).toEqual(upTo(6))
})

test('a database that another program holds refuses a batch as one, and is free again', async () => {
  const setPatience = (milliseconds: number) =>
    core.database.write(({ db }) => sql.raw(`PRAGMA busy_timeout = ${milliseconds}`).execute(db))
  const PATIENCE = 200
  await setPatience(PATIENCE)
  const other = new DatabaseSync(join(server.folder, 'roost.db'))
  other.exec('BEGIN IMMEDIATE')
  const before = performance.now()
  const refused = await Promise.allSettled(upTo(20).map((number) => send(`number ${number}`)))
  // SQLite waits by holding the event loop: once, not for each of them.
  expect(performance.now() - before).toBeLessThan(10 * PATIENCE)
  for (const result of refused)
    expect(result).toMatchObject({
      status: 'rejected',
      reason: new StorageUnavailableError('Another program holds the database.'),
    })
  other.exec('ROLLBACK')
  other.close()
  await send('free again')
  expect(bodies()).toEqual(['free again'])
  await setPatience(5_000)
})
