import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { sql } from 'kysely'
import { beforeAll, beforeEach, expect, test } from 'vitest'

import type { Core } from '../core.ts'
import { sendMessage } from '../messaging/messages.ts'
import { failCommit, IOERR_FSYNC } from '../testing/fail-commit.ts'
import { newClientId, signUpCast, type Person } from '../testing/person.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { StorageUnavailableError } from './errors.ts'

let server: TestServer
let core: Core
let alice: Person
/** Another connection to the same file: what it sees is on the disk. */
let beside: DatabaseSync
let room: string

beforeAll(async () => {
  server = await startTestServer()
  core = server.app.core
  beside = new DatabaseSync(join(server.folder, 'roost.db'), { readOnly: true })
  ;({ alice } = await signUpCast(server, 'alice'))
  return async () => {
    beside.close()
    await server.stop()
  }
})
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
const setMeta = (key: string, then?: () => void) =>
  core.database.write(async ({ db }) => {
    await db.insertInto('meta').values({ key, value: key }).execute()
    then?.()
  })
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const fail = () => {
  throw new Error('changed my mind')
}

test('a thousand concurrent sends get contiguous seqs, in the order in which they came', async () => {
  const sent = await Promise.all(upTo(1_000).map((number) => send(`message ${number}`)))
  expect(sent.map(({ message }) => message.seq)).toEqual(upTo(1_000).map((number) => number + 1))
  expect(bodies()).toEqual(upTo(1_000).map((number) => `message ${number}`))
  expect(seqs()).toEqual(upTo(1_001))
})

test('writes that throw roll back alone', async () => {
  const results = await Promise.allSettled(
    upTo(50).map((number) =>
      setMeta(`alone-${number + 100}`, number % 10 === 0 ? fail : undefined),
    ),
  )
  const failed = results.flatMap(({ status }, at) => (status === 'rejected' ? [at + 1] : []))
  expect(failed).toEqual([10, 20, 30, 40, 50])
  const kept = upTo(50).filter((number) => number % 10 !== 0)
  expect(metaKeys('alone-')).toEqual(kept.map((number) => `alone-${number + 100}`))
})

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

const ERROR = 1

test.each([
  ['before', IOERR_FSYNC],
  ['undone', IOERR_FSYNC],
  ['after', IOERR_FSYNC],
  ['undone', ERROR],
] as const)(
  'a COMMIT that fails is unknown: %s it was done, error %i; the same again is stored once',
  async (way, errcode) => {
    const { bob } = await signUpCast(server, `bob-${way}-${errcode}`).then((cast) => ({
      bob: Object.values(cast)[0] as Person,
    }))
    await alice.add(room, bob)
    const socket = await bob.connect()
    const told: number[] = []
    const stop = core.bus.subscribe((note) => void (note.type === 'event' && told.push(note.seq)))
    const ids = upTo(5).map(() => newClientId())
    const sendAll = () => Promise.allSettled(ids.map((id, at) => send(`number ${at}`, id)))
    const repair = failCommit(way, errcode)
    const refused = await sendAll()
    const change = await setMeta(`${way}-${errcode}`).catch((error: unknown) => error)
    expect(await alice.look(room)).toMatchObject({ id: room })
    repair()
    for (const result of refused)
      expect(result).toMatchObject({ reason: expect.any(StorageUnavailableError) as unknown })
    expect(change).toBeInstanceOf(StorageUnavailableError)
    expect(told).toEqual([])

    const stored = await sendAll()
    stop()
    expect(stored.map(({ status }) => status)).toEqual(ids.map(() => 'fulfilled'))
    expect(bodies()).toEqual(ids.map((_id, at) => `number ${at}`))
    const { lastSeq } = await alice.look(room)
    expect(seqs()).toEqual(upTo(lastSeq))
    await socket.event(room, lastSeq)
    expect(socket.seqs(room)).toEqual(upTo(lastSeq).slice(-5))
    await socket.close()
  },
)

test('a write and a send inside a write are refused at once', async () => {
  await core.database.write(async () => {
    expect(() => core.database.write(async () => {})).toThrow('inside a write')
    await expect(send('from inside')).rejects.toThrow('inside a write')
  })
  await send('from outside')
  expect(bodies()).toEqual(['from outside'])
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

test("a library's write beside an open transaction neither joins it nor hangs", async () => {
  const { promise: gate, resolve: open } = Promise.withResolvers<void>()
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>()
  const undone = core.database.write(async ({ db }) => {
    await db.insertInto('meta').values({ key: 'routed-undone', value: '' }).execute()
    begin()
    await gate
    fail()
  })
  await begun
  const { forAuth } = core.database
  const written = forAuth.insertInto('meta').values({ key: 'routed-kept', value: '' }).execute()
  const read = await forAuth
    .selectFrom('meta')
    .select('key')
    .where('key', 'like', 'routed-%')
    .execute()
  expect(read).toEqual([])
  open()
  await expect(undone).rejects.toThrow('changed my mind')
  await written
  expect(metaKeys('routed-')).toEqual(['routed-kept'])
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

test('what follows the commit may break without harm', async () => {
  await core.database.write(async (tx) => {
    tx.afterCommit(fail)
    await tx.db.insertInto('meta').values({ key: 'follows', value: '' }).execute()
  })
  expect(metaKeys('follows')).toEqual(['follows'])
  expect(server.reports.splice(0)).toEqual([new Error('changed my mind')])
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

test('a door that is closed stores nothing more, and settles what it took', async () => {
  const other = await startTestServer()
  const { database } = other.app.core
  const key = (name: string) => ({ key: name, value: '' })
  const taken = database.write(({ db }) => db.insertInto('meta').values(key('taken')).execute())
  const closed = database.close()
  const late = database.write(({ db }) => db.insertInto('meta').values(key('late')).execute())
  await expect(late).rejects.toBeInstanceOf(StorageUnavailableError)
  await Promise.all([taken, closed])
  const file = new DatabaseSync(join(other.folder, 'roost.db'))
  const keys = file.prepare(`SELECT "key" FROM "meta" WHERE "key" IN ('taken', 'late')`).all()
  file.close()
  expect(keys).toEqual([{ key: 'taken' }])
})
