import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, expect, test, vi } from 'vitest'

import { makeDatabase, runMove } from '../testing/move-places.ts'
import { Person, signUpCast } from '../testing/person.ts'
import { copyDatabase, dropDatabase } from '../testing/postgres-databases.ts'
import { openProxy } from '../testing/postgres-proxy.ts'
import { seedMessages } from '../testing/seed.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { bin, roost, startRoost, temporaryFolder } from './testing/roost-process.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 120_000 })

const temporary = temporaryFolder()
const databases: string[] = []
afterAll(async () => {
  for (const url of databases) await dropDatabase(url)
  temporary.remove()
})

const COUNT = 1_200
/** A folder with something in it, of which each test gets a copy. */
const original = await (async () => {
  const folder = join(temporary.path, 'original')
  const server = await startTestServer({ folder, empty: true, config: { databaseUrl: undefined } })
  const owner = {
    username: 'owner',
    name: 'Owner',
    email: 'o@example.org',
    password: 'a long one 42',
  }
  await server.app.createAccount(owner, { admin: true })
  const { alice } = await signUpCast(server, 'alice')
  const { id } = await alice.makeRoom()
  await seedMessages(server.app.core, { conversationId: id, senderId: alice.id, count: COUNT })
  await server.stop()
  return { folder, alice, roomId: id }
})()

let copies = 0
async function copy(from: string, making: Promise<string>) {
  const folder = join(temporary.path, `copy-${(copies += 1)}`)
  cpSync(from, folder, { recursive: true })
  const url = await making
  databases.push(url)
  return { folder, url }
}
const prepare = () => copy(original.folder, makeDatabase())

const open = (folder: string, databaseUrl?: string) =>
  startTestServer({ folder, empty: true, config: { databaseUrl } })

/** The same after it has moved, of which there are copies as well. */
const gone = await (async () => {
  const places = await prepare()
  const server = await open(places.folder)
  await runMove(server, places.url)
  await server.stop()
  return places
})()
const prepareGone = () => copy(gone.folder, copyDatabase(gone.url))

/** Everything is there, and more can be said. */
async function expectServes(server: TestServer): Promise<void> {
  const { roomId, alice } = original
  const { messages } = await server.app.core.database.read((db) =>
    db
      .selectFrom('messages')
      .select((eb) => eb.fn.countAll().as('messages'))
      .where('senderId', '=', alice.id)
      .where('kind', '=', 'text')
      .executeTakeFirstOrThrow(),
  )
  expect(Number(messages)).toBeGreaterThanOrEqual(COUNT)
  await new Person(server, alice).send(roomId, 'and goes on')
}

/** Ends the process that moves at a moment, by kill -9. */
async function killAt(
  moment: Parameters<typeof openProxy>[1],
  around: { folder: string; url: string; from: 'sqlite' | 'postgres' },
): Promise<void> {
  const { folder, url, from } = around
  let kill = () => {}
  const proxy = await openProxy(url, moment, () => kill())
  const to = from === 'sqlite' ? proxy.url : 'sqlite'
  const child = spawn(process.execPath, [bin, 'move', '--to', to], {
    env: {
      ...process.env,
      ROOST_DATA: folder,
      ...(from === 'postgres' && { DATABASE_URL: proxy.url }),
    },
    stdio: 'pipe',
  })
  kill = () => child.kill('SIGKILL')
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += text.toString()))
  await once(child, 'close')
  await proxy.close()
  expect(child.signalCode, `It ended before: ${said}`).toBe('SIGKILL')
}

const mark = /insert into "moveState"/
const toPostgres = [
  { when: 'the target is found to be empty', after: [/drop table if exists "meta"/], is: 'before' },
  { when: 'the target has its mark', after: [mark, /commit/], is: 'done' },
  { when: 'references are taken away', after: [/drop constraint/], is: 'done' },
  { when: 'some messages are copied', after: [/insert into "messages"/], is: 'done' },
  { when: 'messages are checked', after: [/select[^;]* from "messages"/], is: 'before' },
  { when: 'rows are counted in the pause', after: [/count\(\*\)/], is: 'before' },
  { when: 'references are put back', after: [/add constraint/], is: 'done' },
  { when: 'the copy is not yet complete', after: [mark, mark, /commit/], is: 'before' },
  { when: 'the copy is complete', after: [mark, mark, /commit/], is: 'done' },
] as const

test.for(toPostgres)('SQLite serves on when a move ends while $when', async ({ after, is }) => {
  const places = await prepare()
  await killAt({ after, is }, { ...places, from: 'sqlite' })
  const sqlite = await open(places.folder)
  await expectServes(sqlite)
  // What has not arrived is not served; where nothing has, there is nothing.
  const early = await open(places.folder, places.url).catch((error: unknown) => error)
  const hasMark = after !== toPostgres[0].after
  expect(String(early)).toMatch(hasMark ? /: This database holds a copy from/ : /object/)
  if (!(early instanceof Error)) await (early as TestServer).stop()
  await runMove(sqlite, places.url)
  await sqlite.stop()
  const postgres = await open(places.folder, places.url)
  await expectServes(postgres)
  await postgres.stop()
  await expect(open(places.folder)).rejects.toThrow(/^The data of this folder was moved/)
})

const opening = /drop table if exists "moveState"/
test.for(['before', 'done'] as const)(
  'PostgreSQL serves when a move ends at its very end (%s)',
  async (is) => {
    const places = await prepare()
    const after = [mark, mark, /commit/, opening]
    await killAt({ after, is }, { ...places, from: 'sqlite' })
    await expect(open(places.folder)).rejects.toThrow(/^The data of this folder was moved/)
    // Whoever has not seen that the data has gone does not take it for theirs.
    const elsewhere = join(temporary.path, `elsewhere-${is}`)
    const early = await open(elsewhere, places.url).catch((error: unknown) => error)
    expect(String(early)).toMatch(is === 'before' ? /: This database holds a copy from/ : /object/)
    if (!(early instanceof Error)) await (early as TestServer).stop()
    const postgres = await open(places.folder, places.url)
    await expectServes(postgres)
    await postgres.stop()
  },
)

const fromPostgres = [
  { when: 'triggers are made', after: [/create trigger "moveNote"/], is: 'before' },
  {
    when: 'all triggers are made',
    after: [/on "userEvents"\s+for each row/, /commit/],
    is: 'done',
  },
  { when: 'nobody may write', after: [/lock table "conversations"/], is: 'done' },
  { when: 'the copy is complete', after: [mark], is: 'before' },
  { when: 'it is about to have gone', after: [mark, /commit/], is: 'before' },
] as const

test.for(fromPostgres)(
  'PostgreSQL serves on when a move ends while $when',
  async ({ after, is }) => {
    const places = await prepareGone()
    await killAt({ after, is }, { ...places, from: 'postgres' })
    await expect(open(places.folder)).rejects.toThrow(
      /^(The data of this folder was moved|This data)/,
    )
    const postgres = await open(places.folder, places.url)
    await expectServes(postgres)
    await runMove(postgres, 'sqlite')
    await postgres.stop()
    const sqlite = await open(places.folder)
    await expectServes(sqlite)
    await sqlite.stop()
  },
)

test('SQLite serves when the way back ends at its very end', async () => {
  const places = await prepareGone()
  await killAt({ after: [mark, /commit/], is: 'done' }, { ...places, from: 'postgres' })
  const arriving = join(places.folder, 'roost-arriving.db')
  expect(existsSync(arriving)).toBe(true)
  await expect(open(places.folder)).rejects.toThrow(/^This database holds a copy from PostgreSQL/)
  // Only there it stands that the data has gone.
  await expect(open(places.folder, places.url)).rejects.toThrow(
    /^The data of this database was moved to the folder/,
  )
  expect(existsSync(arriving)).toBe(false)
  const sqlite = await open(places.folder)
  await expectServes(sqlite)
  await sqlite.stop()
})

test('a running server moves, ends, and is the same where it starts again', async () => {
  const { folder, url } = await prepare()
  const server = await startRoost({ folder })
  const moved = await roost(['move', '--to', url], { folder })
  expect(moved).toMatchObject({ code: 0 })
  expect(moved.stdout).toMatch(
    /^Moved [\d,]+ rows to PostgreSQL, 127\..*\nFrom now on start the server with DATABASE_URL set/,
  )
  expect(moved.stdout).not.toContain('roost:roost')
  const ended = await server.stop()
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' })
  expect(ended.stdout).toContain('The data was moved: this server ends.')
  const refused = await roost(['start', '--no-build'], { folder })
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toMatch(/^The data of this folder was moved to .*\n$/)

  const around = { folder, env: { DATABASE_URL: url } }
  const there = await startRoost(around)
  expect((await roost(['user', 'list'], around)).stdout).toContain('alice@example.org')
  // Cookies go on being signed with what this database has.
  const secret = readFileSync(join(folder, 'secret'), 'utf8')
  writeFileSync(join(folder, 'secret'), `${'x'.repeat(43)}\n`)
  expect(await roost(['move', '--to', 'sqlite'], around)).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe(secret)
  expect(await there.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
  const back = await roost(['user', 'list'], { folder })
  expect(back.stdout).toContain('alice@example.org')
})

test('a server that is killed while it moves serves again, and the terminal is told', async () => {
  const { folder, url } = await prepare()
  const server = await startRoost({ folder })
  const moment = { after: [/insert into "messages"/], is: 'done' } as const
  const proxy = await openProxy(url, moment, () => server.child.kill('SIGKILL'))
  const ended = await roost(['move', '--to', proxy.url], { folder })
  expect(ended).toMatchObject({
    code: 1,
    stderr: 'The server stopped before the command was done.\n',
  })
  await proxy.close()
  const sqlite = await open(folder)
  await expectServes(sqlite)
  await sqlite.stop()
})

test('a terminal that is gone stops the move, and the server goes on', async () => {
  const { folder, url } = await prepare()
  const server = await startTestServer({ folder, empty: true, config: { databaseUrl: undefined } })
  const stop = new AbortController()
  const proxy = await openProxy(url, { after: [/insert into "events"/], is: 'done' })
  const moving = runMove(server, proxy.url, () => {}, stop.signal)
  await Promise.race([proxy.reached, moving.catch(() => {})])
  // PostgreSQL has gone as well.
  await expect(moving).rejects.toThrow(/Connection terminated|ECONN/)
  await proxy.close()
  await expectServes(server)
  const once = runMove(
    server,
    url,
    ({ note }) => note === 'Copying events' && stop.abort(),
    stop.signal,
  )
  await expect(once).rejects.toThrow(
    'Stopped. Nothing was moved, and the server goes on as before.',
  )
  await expectServes(server)
  expect(server.app.retired.aborted).toBe(false)
  await runMove(server, url)
  await server.stop()
})
