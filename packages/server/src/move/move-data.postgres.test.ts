import { DatabaseSync } from 'node:sqlite'

import { endpoints, type Endpoint, type In } from '@roost/protocol'
import { sql } from 'kysely'
import { afterAll, expect, test, vi } from 'vitest'
import type { z } from 'zod'

import type { Core } from '../core.ts'
import type { Db } from '../storage/database.ts'
import { MOVED, StorageUnavailableError } from '../storage/errors.ts'
import { readTables } from '../storage/tables.ts'
import { makePlaces, runMove } from '../testing/move-places.ts'
import { newClientId, Person, signUpCast } from '../testing/person.ts'
import { seedMembers, seedMessages } from '../testing/seed.ts'
import type { TestServer } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

// They do much, on a machine that may have other things to do.
vi.setConfig({ testTimeout: 60_000 })

const places = await makePlaces()
afterAll(() => places.remove())

/** Every row of every table, sorted. What PostgreSQL and SQLite call the same looks the same. */
function dump(core: Core): Promise<Record<string, string[]>> {
  const { database } = core
  return database.read(async (db) => {
    const all: Record<string, string[]> = {}
    for (const { name, columns } of await readTables(db, database.engine)) {
      const list = sql.join(columns.map((column) => sql.ref(column)))
      const { rows } = await sql`select ${list} from ${sql.table(name)}`.execute(db)
      all[name] = rows.map((row) => JSON.stringify(row)).toSorted()
    }
    return all
  })
}

async function stopped(server: TestServer): Promise<void> {
  await server.stop()
  expect(server.reports).toEqual([])
}

const ODD = "ä\"\\\n\u2028 \u{1F600} \u{10FFFF} \uFFFE {}[] '$1' \u0001 %s"
/** Every column of every table, with a value that is easily spoilt on its way. */
async function fillEverything(core: Core, userId: string): Promise<void> {
  await core.database.write(async ({ db }) => {
    const types = await sql<{ name: string; column: string; type: string }>`
      select t."name", c."name" as "column", c."type" from "sqlite_master" t
      join pragma_table_info(t."name") c where t."type" = 'table'`.execute(db)
    for (const { name, columns } of await readTables(db, 'sqlite')) {
      if (name === 'erasures') continue
      const typeOf = (wanted: string) =>
        types.rows.find((row) => row.name === name && row.column === wanted)?.type.toLowerCase()
      const values = columns.map((column) => {
        if (column === 'userId') return userId
        // Work that a start would go on with.
        if (column === 'deletedAt') return null
        if (typeOf(column) === 'bigint') return Number.MAX_SAFE_INTEGER
        return typeOf(column) === 'integer' ? 2_147_483_647 : `${column} ${ODD}`
      })
      // One already there needs no other.
      await sql`insert into ${sql.table(name)} (${sql.join(columns.map((each) => sql.ref(each)))})
        values (${sql.join(values)}) on conflict do nothing`.execute(db)
    }
  })
}

test('there and back again everything is as it was, on either engine', async () => {
  const sqlite = await places.start('sqlite')
  const { alice, bob } = await signUpCast(sqlite, 'alice', 'bob')
  const { id } = await alice.makeRoomWith([bob])
  await seedMessages(sqlite.app.core, { conversationId: id, senderId: bob.id, count: 2_500 })
  await seedMembers(sqlite.app.core, id, 1_100)
  const said = await alice.send(id, 'said', { mentions: [bob.id] })
  await bob.react(said.id, '👍')
  await alice.edit(said.id, 'edited')
  await alice.erase((await alice.send(id, 'gone')).id)
  await bob.send((await bob.openDirect(alice)).id, 'in private')
  await fillEverything(sqlite.app.core, alice.id)
  await sqlite.app.flush()
  const before = await dump(sqlite.app.core)
  expect(Object.keys(before).filter((name) => before[name]?.length === 0)).toEqual(['erasures'])
  const { epoch } = sqlite.app.core.database

  const told = await runMove(sqlite, places.url)
  expect(told.lines.at(-1)).toMatch(/^From now on start the server with DATABASE_URL set/)
  expect(sqlite.app.retired.aborted).toBe(true)
  await stopped(sqlite)
  const postgres = await places.start('postgres')
  expect(postgres.app.core.database).toMatchObject({ engine: 'postgres', epoch })
  expect(await dump(postgres.app.core)).toEqual(before)
  // Nothing of the move is left there.
  const rest = await postgres.app.core.database.read((db) =>
    sql`select relname from pg_class where relname like 'move%'
        union all select tgname from pg_trigger where not tgisinternal`.execute(db),
  )
  expect(rest.rows).toEqual([])

  await runMove(postgres, 'sqlite')
  await stopped(postgres)
  const again = await places.start('sqlite')
  expect(again.app.core.database).toMatchObject({ engine: 'sqlite', epoch })
  expect(await dump(again.app.core)).toEqual(before)
  // The schema too, with nothing of the move in it.
  const raw = new DatabaseSync(places.file)
  const schema = raw.prepare(`SELECT "name" FROM "sqlite_master" WHERE "name" LIKE 'move%'`).all()
  expect(schema).toEqual([])
  raw.close()
  await runMove(again, places.url)
  await stopped(again)
  const third = await places.start('postgres')
  expect(await dump(third.app.core)).toEqual(before)
  // References hold as before.
  await third.app.core.database.write(({ db }) =>
    db.deleteFrom('users').where('id', '=', alice.id).execute(),
  )
  expect((await dump(third.app.core))['sessions']).toMatchObject([
    expect.stringContaining(bob.id) as string,
  ])
  await stopped(third)
})

test.for(['sqlite', 'postgres'] as const)(
  'what changes last while it moves from %s arrives as it is',
  async (from) => {
    const own = await makePlaces()
    const server = await own.start(from)
    const { alice, bob, carol } = await signUpCast(server, 'alice', 'bob', 'carol')
    const { id } = await alice.makeRoomWith([bob, carol])
    const said = await alice.send(id, 'said', { mentions: [bob.id] })
    await bob.react(said.id, '👍')
    await seedMembers(server.app.core, id, 600)
    const rename = (db: Db, who: Person, username: string | null) =>
      db.updateTable('users').set({ username }).where('id', '=', who.id).execute()
    let last: Record<string, string[]> = {}
    // The last that is awaited before nobody writes.
    const flush = async () => {
      await server.app.core.database.write(async ({ db }) => {
        // Names change hands; sessions hang on their rows, and on one that goes.
        await rename(db, alice, null)
        await db
          .updateTable('users')
          .set({ about: 'new' })
          .where('username', 'like', 'extra%')
          .execute()
        await rename(db, bob, 'alice')
        await rename(db, alice, 'bob')
        await db.deleteFrom('users').where('id', '=', carol.id).execute()
        await db.deleteFrom('reactions').execute()
        await db.updateTable('mentions').set({ userId: alice.id }).execute()
        await db.updateTable('nameWords').set({ word: 'other' }).where('id', '=', id).execute()
        await db.insertInto('settings').values({ name: 'new', value: '1' }).execute()
      })
      last = await dump(server.app.core)
    }
    const moving = { ...server, app: { ...server.app, flush } }
    await runMove(moving, from === 'sqlite' ? own.url : 'sqlite')
    await stopped(server)
    const there = await own.start(from === 'sqlite' ? 'postgres' : 'sqlite')
    expect(await dump(there.app.core)).toEqual(last)
    expect(last['sessions']).toHaveLength(2)
    await stopped(there)
    await own.remove()
  },
)

/** Someone who writes without a break, wherever the server is, and remembers what was acknowledged. */
class Writer {
  readonly #here: () => TestServer
  readonly #person: Person
  readonly #conversationId: string
  /** By id: the seq, and the last text; null once deleted. */
  readonly said = new Map<string, { seq: number; body: string | null }>()
  readonly reacted = new Set<string>()
  #isToStop = false

  constructor(here: () => TestServer, person: Person, conversationId: string) {
    this.#here = here
    this.#person = person
    this.#conversationId = conversationId
  }

  async run(): Promise<void> {
    for (let n = 0; !this.#isToStop; n += 1) {
      const id = newClientId()
      const body = `number ${n}`
      const sent = { params: { id: this.#conversationId }, body: { clientId: id, body } }
      const { seq } = await this.#insist(endpoints.sendMessage, sent)
      this.said.set(id, { seq, body })
      const target = { params: { id } }
      if (n % 3 === 0) {
        const edit = { ...target, body: { clientId: newClientId(), body: `edited ${n}` } }
        await this.#insist(endpoints.editMessage, edit)
        this.said.set(id, { seq, body: `edited ${n}` })
      }
      if (n % 5 === 0) {
        await this.#insist(endpoints.react, { params: { id, emoji: '👍' }, body: {} })
        this.reacted.add(id)
      }
      if (n % 7 === 0) {
        await this.#insist(endpoints.deleteMessage, {
          ...target,
          body: { clientId: newClientId() },
        })
        this.said.set(id, { seq, body: null })
        this.reacted.delete(id)
      }
    }
  }

  stop(): void {
    this.#isToStop = true
  }

  /** The same request until there is an answer, as every client of ours does it. */
  async #insist<E extends Endpoint>(endpoint: E, input: Partial<In<E>>) {
    for (;;) {
      const now = new Person(this.#here(), this.#person)
      const answer = await now.request(endpoint, input).catch(() => undefined)
      if (answer && answer.status < 300)
        return endpoint.response.parse(answer.body) as z.output<E['response']>
      if (answer) expect(answer.status, JSON.stringify(answer.body)).toBe(503)
      await new Promise((again) => setTimeout(again, 10))
    }
  }
}

const isMoved = (error: unknown) =>
  error instanceof Error &&
  error.cause instanceof StorageUnavailableError &&
  error.cause.message === MOVED

test.for(['sqlite', 'postgres'] as const)(
  'whoever writes while it moves from %s loses nothing and finds nothing twice',
  async (from) => {
    const own = await makePlaces()
    const to = from === 'sqlite' ? 'postgres' : 'sqlite'
    let server = await own.start(from)
    const { alice, bob, carol } = await signUpCast(server, 'alice', 'bob', 'carol')
    const { id } = await alice.makeRoomWith([bob, carol])
    await seedMessages(server.app.core, { conversationId: id, senderId: carol.id, count: 8_000 })
    const first = await carol.ask(endpoints.conversations)
    const socket = await carol.connect()
    const writers = [alice, bob].map((person) => new Writer(() => server, person, id))
    const writing = writers.map((writer) => writer.run())
    const { app } = server
    // The last that is awaited before nobody writes: much has been written meanwhile.
    const flush = async () => {
      await app.flush()
      while (writers.some(({ said }) => said.size < 20))
        await new Promise((again) => setTimeout(again, 10))
    }
    const told = await runMove(
      { ...server, app: { ...app, flush } },
      from === 'sqlite' ? own.url : 'sqlite',
    )
    const acknowledged = writers.reduce((sum, { said }) => sum + said.size, 0)
    const [left, reports] = [server, server.reports]
    // Both are here for a moment. What was left takes nothing any more.
    server = await own.start(to)
    const refused = await new Person(left, carol).request(endpoints.sendMessage, {
      params: { id },
      body: { clientId: newClientId(), body: 'too late' },
    })
    expect(refused.status).toBe(503)
    await left.stop()
    // Whoever asked between its last row and its end was told so.
    expect(reports.filter((error) => !isMoved(error))).toEqual([])
    // And goes on here for a while.
    const enough = () => writers.reduce((sum, { said }) => sum + said.size, 0) > acknowledged + 20
    while (!enough()) await new Promise((again) => setTimeout(again, 10))
    for (const writer of writers) writer.stop()
    await Promise.all(writing)

    expect(told.states.map(({ note }) => note)).toContain('The rest, while nobody writes')
    const { messages, events, reactions } = await server.app.core.database.read(async (db) => ({
      messages: await db.selectFrom('messages').selectAll().orderBy('seq').execute(),
      events: await db
        .selectFrom('events')
        .selectAll()
        .where('conversationId', '=', id)
        .orderBy('seq')
        .execute(),
      reactions: await db.selectFrom('reactions').selectAll().execute(),
    }))
    const texts = messages.filter(({ senderId, kind }) => kind === 'text' && senderId !== carol.id)
    expect(new Map(texts.map((row) => [row.id, row.seq]))).toEqual(
      new Map(writers.flatMap(({ said }) => [...said].map(([of, { seq }]) => [of, seq]))),
    )
    const bodies = new Map(texts.map((row) => [row.id, row.deletedAt === null ? row.body : null]))
    expect(bodies).toEqual(
      new Map(writers.flatMap(({ said }) => [...said].map(([of, { body }]) => [of, body]))),
    )
    const byPlace = new Map(texts.map((row) => [row.seq, row.id]))
    expect(new Set(reactions.map(({ seq }) => byPlace.get(seq)))).toEqual(
      new Set(writers.flatMap(({ reacted }) => [...reacted])),
    )
    // The log has no hole and nothing twice.
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length)

    // Who was connected goes on from where they were.
    await socket.closed
    const seqs = socket.seqs(id)
    const seen = socket.frames.filter(TestSocket.isEvent(id)).at(-1)
    const eventId = events.find(({ seq }) => seq === seen?.seq)?.id ?? ''
    const again = new Person(server, carol)
    const cursor = { conversationId: id, seq: seen?.seq ?? 0, eventId }
    const body = { epoch: first.epoch, userSeq: first.userSeq, heads: [cursor] }
    const reply = await again.ask(endpoints.sync, { body })
    expect(reply).toMatchObject({ epoch: first.epoch, userSeq: first.userSeq, foreign: [] })
    expect(seqs).toEqual(seqs.map((_, at) => (seqs[0] ?? 0) + at))
    await stopped(server)
    await own.remove()
  },
)
