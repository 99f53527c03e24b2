import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { endpoints } from '@roost/protocol'
import { sql } from 'kysely'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'

import { makeDatabase, makePlaces, runMove } from '../testing/move-places.ts'
import { Person, signUpCast } from '../testing/person.ts'
import { dropDatabase } from '../testing/postgres-databases.ts'
import { seedMessages } from '../testing/seed.ts'
import type { TestServer } from '../testing/start-test-server.ts'

const cleaning: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const clean of cleaning) await clean()
})

async function preparePlaces() {
  const places = await makePlaces()
  cleaning.push(() => places.remove())
  return places
}

/** A server with a room, that somebody has said something in. */
async function startSpeaking(places: Awaited<ReturnType<typeof makePlaces>>) {
  const server = await places.start('sqlite')
  const { alice } = await signUpCast(server, 'alice')
  const { id } = await alice.makeRoom()
  await alice.send(id, 'said')
  return { server, alice, id }
}

/** Nothing has happened to it, and nothing is left of what was tried. */
async function expectUnmoved(server: TestServer, alice: Person, id: string): Promise<void> {
  await alice.send(id, 'said afterwards')
  const traces = await server.app.core.database.read((db) =>
    server.app.core.database.engine === 'sqlite'
      ? sql`select "name" from "sqlite_master" where "name" like 'move%'`.execute(db)
      : sql`select relname from pg_class where relname like 'move%'
          union all select tgname from pg_trigger where not tgisinternal`.execute(db),
  )
  expect(traces.rows).toEqual([])
  expect(server.app.retired.aborted).toBe(false)
}

async function onPostgres<T>(url: string, fn: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

test('a target that holds other data is refused, and stays as it is', async () => {
  const places = await preparePlaces()
  const { server, alice, id } = await startSpeaking(places)
  const isRefused = (to: string, why: RegExp) => expect(runMove(server, to)).rejects.toThrow(why)

  await isRefused('sqlite', /^The data is in SQLite already\.$/)
  await isRefused('postgres://roost@127.0.0.1:1/none', /^PostgreSQL, .* cannot be used: .*ECONNREF/)
  const another = new URL(places.url)
  another.pathname = '/nobody_made_it'
  await isRefused(another.href, /^PostgreSQL, .* cannot be used: .* does not exist\.$/)

  // Of some other program.
  await onPostgres(places.url, (client) => client.query('create table users (id text)'))
  await isRefused(places.url, /^PostgreSQL, .* is not empty/)
  await onPostgres(places.url, (client) => client.query('drop table users'))

  // Another Roost with somebody in it, first running, then not.
  const other = await (await preparePlaces()).start('sqlite')
  const otherPlaces = await preparePlaces()
  const inhabited = await otherPlaces.start('postgres')
  await isRefused(otherPlaces.url, /^A Roost is running on PostgreSQL, .*: stop it\.$/)
  await inhabited.stop()
  await isRefused(otherPlaces.url, /^PostgreSQL, .* is not empty/)

  // Another one that was moved there, and one that has moved away from there.
  const [there, gone] = [await makeDatabase(), await preparePlaces()]
  cleaning.push(() => dropDatabase(there))
  await runMove(other, there)
  await other.stop()
  await isRefused(there, /^PostgreSQL, .* is not empty/)
  const leaving = await gone.start('postgres')
  await runMove(leaving, 'sqlite')
  await leaving.stop()
  await isRefused(gone.url, /^PostgreSQL, .* is not empty/)

  await expectUnmoved(server, alice, id)
  await server.stop()
  expect(server.reports).toEqual([])
  // One that was started once, and never used, is as good as empty.
  await onPostgres(places.url, (client) => client.query('create schema other'))
  const again = await places.start('postgres')
  await again.app.core.database.write(({ db }) => db.deleteFrom('users').execute())
  await again.stop()
  const back = await places.start('sqlite')
  await runMove(back, places.url)
  await back.stop()
})

test('a folder that holds other data is refused, and stays as it is', async () => {
  const places = await preparePlaces()
  const server = await places.start('postgres')
  const { alice } = await signUpCast(server, 'alice')
  const { id } = await alice.makeRoom()
  await expect(runMove(server, places.url)).rejects.toThrow(/^The data is in PostgreSQL already/)
  const raw = new DatabaseSync(places.file)
  raw.exec('create table other (id text)')
  raw.close()
  await expect(runMove(server, 'sqlite')).rejects.toThrow(
    /roost\.db holds data of its own: move it/,
  )
  expect(existsSync(join(places.folder, 'roost-arriving.db'))).toBe(false)
  await expectUnmoved(server, alice, id)
  // Empty is as good as none.
  writeFileSync(places.file, '')
  await runMove(server, 'sqlite')
  await server.stop()
  const back = await places.start('sqlite')
  await new Person(back, alice).send(id, 'here')
  await back.stop()
})

test('what was left refuses to serve, and every program to write', async () => {
  const places = await preparePlaces()
  const { server, alice, id } = await startSpeaking(places)
  const watching = new DatabaseSync(places.file)
  const early = watching.prepare('UPDATE "users" SET "name" = ?')
  await runMove(server, places.url)
  expect(() => early.run('too late')).toThrow('The data was moved.')
  watching.close()
  await server.stop()
  await expect(places.start('sqlite')).rejects.toThrow(
    /^The data of this folder was moved to PostgreSQL, 127.* on \d{4}-\d\d-\d\d: set DATABASE_URL/,
  )

  const postgres = await places.start('postgres')
  await onPostgres(places.url, async (client) => {
    const other = new Client({ connectionString: places.url, application_name: 'roost' })
    other.on('error', () => {})
    await other.connect()
    const update = { name: 'early', text: 'update users set name = name' }
    await client.query(update)
    await runMove(postgres, 'sqlite')
    await expect(client.query(update)).rejects.toMatchObject({ code: '25006' })
    // Programs of ours do not read there any more either.
    await expect(other.query('select 1')).rejects.toThrow(/terminat|Connection|not queryable/)
    await expect(new Person(postgres, alice).ask(endpoints.me)).rejects.toThrow('503')
  })
  await postgres.stop()
  expect(postgres.reports).toEqual([])
  await expect(places.start('postgres')).rejects.toThrow(
    /^The data of this database was moved to the folder .* on \d{4}-\d\d-\d\d: start with that/,
  )
  const back = await places.start('sqlite')
  await new Person(back, alice).send(id, 'here')
  await back.stop()
})

/** A database that changes what is stored in `messages`. */
const spoiling = (change: string) => `
  create function spoil() returns trigger language plpgsql as $$ begin ${change} end $$;
  create function watch() returns event_trigger language plpgsql as $$ begin
    if exists (select 1 from pg_event_trigger_ddl_commands() where object_identity = 'public.messages')
    then create trigger spoil before insert on messages for each row execute function spoil();
    end if;
  end $$;
  create event trigger watch on ddl_command_end when tag in ('CREATE TABLE')
    execute function watch()`

test.each([
  ['in a text', `if new.seq = 900 then new.body = 'spoilt'; end if; return new;`, '2002'],
  ['in a number', `if new.seq = 2 then new."createdAt" = 1; end if; return new;`, '2002'],
  ['by a row', `if new.seq = 900 then return null; end if; return new;`, '2001'],
])('a copy that differs %s is not used', async (_, change, arrived) => {
  const places = await preparePlaces()
  const { server, alice, id } = await startSpeaking(places)
  await seedMessages(server.app.core, { conversationId: id, senderId: alice.id, count: 2_000 })
  await onPostgres(places.url, (client) => client.query(spoiling(change)))
  await expect(runMove(server, places.url)).rejects.toThrow(
    `Nothing was moved: the copy is not the same in messages of conversation ${id} (2002 rows left, ${arrived} arrived).`,
  )
  await expectUnmoved(server, alice, id)
  await server.stop()
})

test('a copy that loses rows before the end is not used', async () => {
  const places = await preparePlaces()
  const { server, alice, id } = await startSpeaking(places)
  const { app } = server
  const flush = async () => {
    await onPostgres(places.url, (client) => client.query('delete from messages'))
  }
  const lose = runMove({ ...server, app: { ...app, flush } }, places.url)
  await expect(lose).rejects.toThrow(
    /^Nothing was moved: the copy is not the same in messages \(\d+ rows left, 0 arrived\)\.$/,
  )
  await expectUnmoved(server, alice, id)
  const told = await runMove(server, places.url)
  expect(told.lines[0]).toMatch(/^Moved /)
  await server.stop()
})

test('a NUL that an old row may have becomes a sign that PostgreSQL keeps', async () => {
  const places = await preparePlaces()
  const { server, id } = await startSpeaking(places)
  await server.app.core.database.write(({ db }) =>
    db.updateTable('messages').set({ body: 'a\0b\0' }).where('kind', '=', 'text').execute(),
  )
  const told = await runMove(server, places.url)
  expect(told.lines[0]).toMatch(/^Replaced 2 NUL characters/)
  await server.stop()
  const postgres = await places.start('postgres')
  const rows = await postgres.app.core.database.read((db) =>
    db.selectFrom('messages').select('body').where('conversationId', '=', id).execute(),
  )
  expect(rows.map(({ body }) => body)).toContain('a\uFFFDb\uFFFD')
  await postgres.stop()
})

test('a value that PostgreSQL has no room for is said, and nothing happens', async () => {
  const places = await preparePlaces()
  const { server, alice, id } = await startSpeaking(places)
  const setCount = (memberCount: number) =>
    server.app.core.database.write(({ db }) =>
      db.updateTable('conversations').set({ memberCount }).where('id', '=', id).execute(),
    )
  await setCount(2 ** 40)
  await expect(runMove(server, places.url)).rejects.toThrow(
    /^Nothing was moved: PostgreSQL, .* does not take a row of conversations \(.*1099511627776/,
  )
  await setCount(1)
  await expectUnmoved(server, alice, id)
  await server.stop()
})

test('the pause costs what has changed, and not what there is', async () => {
  const costs: number[] = []
  for (const count of [10, 12_000]) {
    const places = await preparePlaces()
    const { server, alice, id } = await startSpeaking(places)
    await seedMessages(server.app.core, { conversationId: id, senderId: alice.id, count })
    const { database } = server.app.core
    let before = 0
    const told = await runMove(server, places.url, ({ note }) => {
      if (note === 'The rest, while nobody writes') before = database.statements()
    })
    costs.push(database.statements() - before)
    expect(told.lines[0]).toMatch(/while the last \d+ of them went over/)
    await server.stop()
  }
  // One for each table, and those that seal it.
  expect(costs[1]).toBe(costs[0])
})

test('progress goes from nothing to all', async () => {
  const places = await preparePlaces()
  const { server, alice, id } = await startSpeaking(places)
  await seedMessages(server.app.core, { conversationId: id, senderId: alice.id, count: 3_000 })
  const { states } = await runMove(server, places.url)
  const done = states.map((state) => state.done)
  expect(done).toEqual(done.toSorted((a, b) => a - b))
  expect(done.length).toBeGreaterThan(12)
  const { total } = states[0] ?? { total: 0 }
  expect(total).toBeGreaterThan(12_000)
  expect(states.at(-1)).toMatchObject({ done: total, total })
  const notes = states.map(({ note }) => note)
  expect(notes).toContain('Copying messages')
  expect(notes).toContain('Checking messages')
  await server.stop()
})

test.for(['sqlite', 'postgres'] as const)(
  'a second move from %s at the same time is refused, and the first goes on',
  async (from) => {
    const places = await preparePlaces()
    const server = await places.start(from)
    const { alice } = await signUpCast(server, 'alice')
    const to = from === 'sqlite' ? places.url : 'sqlite'
    const second = from === 'sqlite' ? (await preparePlaces()).url : 'sqlite'
    const { app } = server
    const flush = async () => {
      await expect(runMove(server, second)).rejects.toThrow(/^Another move is under way/)
      await alice.makeRoom()
    }
    await runMove({ ...server, app: { ...app, flush } }, to)
    await server.stop()
    const there = await places.start(from === 'sqlite' ? 'postgres' : 'sqlite')
    const { conversations } = await new Person(there, alice).ask(endpoints.conversations)
    expect(conversations).toHaveLength(1)
    await there.stop()
  },
)
