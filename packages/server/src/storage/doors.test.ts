import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { beforeEach, expect, test } from 'vitest'

import { sendMessage } from '../messaging/messages.ts'
import { failCommit, IOERR_FSYNC } from '../testing/fail-commit.ts'
import { newClientId } from '../testing/person.ts'
import { databaseOf, dropDatabase, usesPostgres } from '../testing/postgres-databases.ts'
import { shareServer } from '../testing/share-server.ts'
import type { Database } from './database.ts'
import { StorageUnavailableError } from './errors.ts'
import { openPostgres } from './postgres.ts'
import { openSqlite } from './sqlite.ts'

/** What the doors for writes promise on either engine. */
const { server, core, alice, bob } = await shareServer(['alice', 'bob'])
let room: string
beforeEach(async () => {
  ;({ id: room } = await alice.makeRoom())
})

const send = (body: string, clientId = newClientId()) =>
  sendMessage(core, { senderId: alice.id, conversationId: room, clientId, body })
const bodies = async () => {
  const rows = await core.database.read((db) =>
    db
      .selectFrom('messages')
      .select('body')
      .where('conversationId', '=', room)
      .where('kind', '=', 'text')
      .orderBy('seq')
      .execute(),
  )
  return rows.map(({ body }) => body)
}
const seqs = async () => {
  const rows = await core.database.read((db) =>
    db
      .selectFrom('events')
      .select('seq')
      .where('conversationId', '=', room)
      .orderBy('seq')
      .execute(),
  )
  return rows.map(({ seq }) => seq)
}
const metaKeys = async (prefix: string, { database }: { database: Database } = core) => {
  const rows = await database.read((db) =>
    db.selectFrom('meta').select('key').where('key', 'like', `${prefix}%`).orderBy('key').execute(),
  )
  return rows.map(({ key }) => key)
}
const setMeta = (key: string, { database }: { database: Database } = core) =>
  database.write(({ db }) => db.insertInto('meta').values({ key, value: key }).execute())
const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const fail = () => {
  throw new Error('changed my mind')
}

test('a thousand concurrent sends get contiguous seqs, in the order in which they came', async () => {
  const sent = await Promise.all(upTo(1_000).map((number) => send(`message ${number}`)))
  expect(sent.map(({ message }) => message.seq)).toEqual(upTo(1_000).map((number) => number + 1))
  expect(await bodies()).toEqual(upTo(1_000).map((number) => `message ${number}`))
  expect(await seqs()).toEqual(upTo(1_001))
})

test('writes that throw roll back alone', async () => {
  const results = await Promise.allSettled(
    upTo(50).map((number) =>
      core.database.write(async ({ db }) => {
        await db
          .insertInto('meta')
          .values({ key: `alone-${number + 100}`, value: '' })
          .execute()
        if (number % 10 === 0) fail()
      }),
    ),
  )
  const failed = results.flatMap(({ status }, at) => (status === 'rejected' ? [at + 1] : []))
  expect(failed).toEqual([10, 20, 30, 40, 50])
  const kept = upTo(50).filter((number) => number % 10 !== 0)
  expect(await metaKeys('alone-')).toEqual(kept.map((number) => `alone-${number + 100}`))
})

/** Of SQLite: something else than a disk that fails. */
const ERROR = 1

test.each([
  ['before', IOERR_FSYNC],
  ['undone', IOERR_FSYNC],
  ['after', IOERR_FSYNC],
  ...(usesPostgres() ? [] : [['undone', ERROR] as const]),
] as const)(
  'a COMMIT that fails is unknown: %s it was done, error %i; the same again is stored once',
  async (way, errcode) => {
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
    expect(await bodies()).toEqual(ids.map((_id, at) => `number ${at}`))
    const { lastSeq } = await alice.look(room)
    expect(await seqs()).toEqual(upTo(lastSeq))
    await socket.event(room, lastSeq)
    expect(socket.seqs(room)).toEqual(upTo(lastSeq).slice(-5))
    await socket.close()
  },
)

test('a write and a send inside a write are refused at once', async () => {
  await core.database.write(async () => {
    const inside = async () => core.database.write(async () => {})
    await expect(inside()).rejects.toThrow('inside a write')
    await expect(send('from inside')).rejects.toThrow('inside a write')
  })
  await send('from outside')
  expect(await bodies()).toEqual(['from outside'])
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
  expect(await metaKeys('routed-')).toEqual(['routed-kept'])
})

test('what follows the commit may break without harm', async () => {
  await core.database.write(async (tx) => {
    tx.afterCommit(fail)
    await tx.db.insertInto('meta').values({ key: 'follows', value: '' }).execute()
  })
  expect(await metaKeys('follows')).toEqual(['follows'])
  expect(server.reports.splice(0)).toEqual([new Error('changed my mind')])
})

test('a door that is closed stores nothing more, and settles what it took', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roost-doors-'))
  const url = usesPostgres() ? await databaseOf(folder, { empty: true }) : undefined
  const open = () =>
    url === undefined
      ? openSqlite(join(folder, 'roost.db'), () => {})
      : openPostgres(url, { report: () => {}, shared: false })
  const database = await open()
  const taken = setMeta('taken', { database })
  const closed = database.close()
  await expect(setMeta('late', { database })).rejects.toBeInstanceOf(StorageUnavailableError)
  await Promise.all([taken, closed])
  const again = await open()
  expect(await metaKeys('taken', { database: again })).toEqual(['taken'])
  expect(await metaKeys('late', { database: again })).toEqual([])
  await again.close()
  if (url !== undefined) await dropDatabase(url)
  rmSync(folder, { recursive: true })
})
