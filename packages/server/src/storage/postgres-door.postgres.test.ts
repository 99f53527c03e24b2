import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { sql } from 'kysely'
import { Client } from 'pg'
import { beforeEach, expect, test } from 'vitest'

import { sendMessage } from '../messaging/messages.ts'
import { newClientId } from '../testing/person.ts'
import { administer } from '../testing/postgres-databases.ts'
import { shareServer } from '../testing/share-server.ts'
import { callApi, startTestServer } from '../testing/start-test-server.ts'
import { locks } from './advisory-locks.ts'
import { StorageUnavailableError } from './errors.ts'
import { openPostgres } from './postgres.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'])
let room: string
beforeEach(async () => {
  ;({ id: room } = await alice.makeRoomWith([bob]))
})

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1)
const send = (body: string, clientId = newClientId(), conversationId = room) =>
  sendMessage(core, { senderId: alice.id, conversationId, clientId, body })
const bodies = () =>
  core.database.read(async (db) => {
    const rows = await db
      .selectFrom('messages')
      .select('body')
      .where('conversationId', '=', room)
      .where('kind', '=', 'text')
      .orderBy('seq')
      .execute()
    return rows.map(({ body }) => body)
  })
/** Ends all connections of a server, as a restart of PostgreSQL does, and waits until they are gone. */
async function throwEverybodyOut(url = server.databaseUrl): Promise<void> {
  await administer(`select pg_terminate_backend(pid, 10000) from pg_stat_activity
    where datname = '${new URL(url ?? '').pathname.slice(1)}' and application_name like 'roost%'`)
}
/** What it comes to once it does not fail any more; the test's own time limits it. */
async function eventually<T>(act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act()
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
async function statementsOf(act: () => Promise<unknown>): Promise<number> {
  await server.app.flush()
  const before = core.database.statements()
  await act()
  return core.database.statements() - before
}

test('a batch is a handful of round trips, whatever its size', async () => {
  const { message: quoted } = await send('quoted')
  const batch = (count: number) =>
    statementsOf(() =>
      Promise.all(
        upTo(count).map((number) =>
          sendMessage(core, {
            senderId: alice.id,
            conversationId: room,
            clientId: newClientId(),
            body: `${number}`,
            replyTo: quoted.id,
            mentions: [bob.id],
          }),
        ),
      ),
    )
  const one = await batch(1)
  expect(await batch(500)).toBe(one)
  expect(one).toBeLessThanOrEqual(5)
})

test('a send that breaks takes no other with it', async () => {
  const change = (statement: string) =>
    core.database.write(({ db }) => sql.raw(statement).execute(db))
  await change(`alter table "messages" add constraint "breaks" check ("body" <> 'breaks')`)
  const results = await Promise.allSettled(['one', 'breaks', 'two'].map((body) => send(body)))
  await change('alter table "messages" drop constraint "breaks"')
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await bodies()).toEqual(['one', 'two'])
})

test('sends to many rooms in every order wait for no other for ever', async () => {
  const rooms = await Promise.all(upTo(5).map(async () => (await alice.makeRoom()).id))
  const { promise, resolve } = Promise.withResolvers<void>()
  // Another process holds one of them and then wants another, against the order.
  const holding = core.database.write(async ({ db }) => {
    const lock = (id = '') =>
      sql`select 1 from "conversations" where "id" = ${id} for update`.execute(db)
    await lock(rooms.toSorted().at(-1))
    resolve()
    await lock(rooms.toSorted().at(0))
  })
  await promise
  const sends = rooms.flatMap((id) => upTo(20).map((number) => send(`${number}`, undefined, id)))
  await expect(Promise.all([holding, ...sends])).resolves.toHaveLength(101)
})

test('one id sent to two rooms at once is stored in one of them', async () => {
  const { id: other } = await alice.makeRoom()
  const clientId = newClientId()
  const results = await Promise.allSettled([
    send('here', clientId),
    send('there', clientId, other),
    send('here', clientId),
  ])
  const refused = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  )
  expect(refused.length).toBeLessThan(results.length)
  expect(refused).toMatchObject(refused.map(() => ({ code: 'conflict' })))
  const rows = await core.database.read((db) =>
    db.selectFrom('messages').select('id').where('id', '=', clientId).execute(),
  )
  expect(rows).toHaveLength(1)
})

test('writes run one at a time: what one has read no other changes before it is done', async () => {
  await core.database.write(({ db }) =>
    db.insertInto('meta').values({ key: 'count', value: '0' }).execute(),
  )
  const count = () =>
    core.database.write(async ({ db }) => {
      const { value } = await db
        .selectFrom('meta')
        .select('value')
        .where('key', '=', 'count')
        .executeTakeFirstOrThrow()
      await sql`select pg_sleep(0.005)`.execute(db)
      const next = String(Number(value) + 1)
      await db.updateTable('meta').set({ value: next }).where('key', '=', 'count').execute()
      return next
    })
  const counted = await Promise.all(upTo(30).map(count))
  expect(new Set(counted).size).toBe(30)
})

test('a database that throws everybody out is used again as soon as it lets us in', async () => {
  const socket = await bob.connect()
  await throwEverybodyOut()
  const clientId = newClientId()
  const { message } = await eventually(() => send('after all', clientId))
  await socket.event(room, message.seq)
  expect(await bodies()).toEqual(['after all'])
  await socket.close()
  server.reports.length = 0
})

test('what is under way when everybody is thrown out is refused, and nothing of it is stored', async () => {
  const begun = Promise.withResolvers<void>()
  const lost = core.database.write(async ({ db }) => {
    await db.insertInto('meta').values({ key: 'lost', value: '' }).execute()
    begun.resolve()
    await sql`select pg_sleep(5)`.execute(db)
  })
  const outcome = lost.catch((error: unknown) => error)
  await begun.promise
  await throwEverybodyOut()
  expect(await outcome).toBeInstanceOf(StorageUnavailableError)
  const found = await eventually(() =>
    core.database.read((db) =>
      db.selectFrom('meta').select('key').where('key', '=', 'lost').execute(),
    ),
  )
  expect(found).toEqual([])
  server.reports.length = 0
})

test('a write that takes longer than five seconds in all is refused, whatever it is made of', async () => {
  const half = sql`select pg_sleep(2.6)`
  const late = core.database.write(async ({ db }) => {
    await db.insertInto('meta').values({ key: 'late', value: '' }).execute()
    await half.execute(db)
    await half.execute(db)
  })
  await expect(late).rejects.toBeInstanceOf(StorageUnavailableError)
  const found = await core.database.read((db) =>
    db.selectFrom('meta').select('key').where('key', '=', 'late').execute(),
  )
  expect(found).toEqual([])
})

test('a second server on the same database is refused, and may come when the first has gone', async () => {
  const first = await startTestServer()
  const config = { databaseUrl: first.databaseUrl }
  const folder = mkdtempSync(join(tmpdir(), 'roost-second-'))
  const second = () => startTestServer({ folder, config })
  await expect(second()).rejects.toThrow('Another Roost is running on this database.')
  await first.app.close()
  const next = await second()
  expect((await callApi(next.url, { method: 'GET', path: '/readyz' })).status).toBe(200)
  await next.stop()
  rmSync(folder, { recursive: true })
})

test.each([
  ['leads nowhere', (url: URL) => (url.port = '1'), /ECONNREFUSED/],
  ['has another password', (url: URL) => (url.password = 'wrong'), /password authentication/],
  ['names no database', (url: URL) => (url.pathname = '/none'), /"none" does not exist/],
])('an address that %s is refused in a sentence', async (_what, spoil, reason) => {
  const url = new URL(server.databaseUrl ?? '')
  spoil(url)
  const refused = openPostgres(url.href, { report: () => {}, shared: false })
  await expect(refused).rejects.toThrow(/^The PostgreSQL database that DATABASE_URL names/)
  await expect(refused).rejects.toThrow(reason)
})

test('a database that has no room for every script is refused', async () => {
  const url = new URL(server.databaseUrl ?? '')
  const name = `${url.pathname.slice(1)}_latin1`
  await administer(`create database "${name}" template template0 encoding 'LATIN1' locale 'C'`)
  url.pathname = `/${name}`
  const opening = openPostgres(url.href, { report: () => {}, shared: false })
  await expect(opening).rejects.toThrow(/LATIN1.*createdb --template template0 --encoding UTF8/)
})

test('who has lost the database to another answers nothing any more', async () => {
  const first = await startTestServer()
  const rival = new Client({ connectionString: first.databaseUrl })
  await rival.connect()
  // Waits in line, so that it comes before the first takes it back.
  const won = rival.query(`select pg_advisory_lock(${locks.serving})`)
  await throwEverybodyOut(first.databaseUrl)
  await won
  const isRefused = () =>
    first.app.core.database
      .read(async () => true)
      .then(
        () => undefined,
        (error: unknown) => (String(error).includes('Another Roost') ? true : undefined),
      )
  await eventually(async () => {
    const refused = await isRefused()
    if (!refused) throw new Error('It still answers.')
  })
  expect(first.reports.map(String)).toContainEqual(expect.stringContaining('Another Roost has'))
  await rival.end()
  await first.stop()
})

test('text with a NUL in it is looked for and not found', async () => {
  const found = await core.database.read((db) =>
    db.selectFrom('users').select('id').where('username', '=', 'ali\0ce').execute(),
  )
  expect(found).toEqual([])
})
