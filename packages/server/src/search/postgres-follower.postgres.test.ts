import { endpoints } from '@roost/protocol'
import { Client } from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

import { locks } from '../storage/advisory-locks.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { EVENTS_PER_STEP } from './follower.ts'
import { PostgresFollower } from './postgres-follower.ts'
import { parseQuery } from './query.ts'

// One server that searches, and one whose index is followed here.
const { server: asked, alice: asker } = await shareServer(['alice'])
const { server, core, alice } = await shareServer(['alice'])

let follower: PostgresFollower
let client: Client
let room: string
beforeAll(async () => {
  await core.search.close()
  follower = await PostgresFollower.open(server.databaseUrl ?? '')
  client = await connect(server.databaseUrl)
})
afterAll(async () => {
  await follower.close()
  await client.end()
})
beforeEach(async () => {
  ;({ id: room } = await alice.makeRoom())
  follower.lookAround()
  await followAll()
})

async function connect(url = ''): Promise<Client> {
  const connected = new Client({ connectionString: url })
  await connected.connect()
  return connected
}

/** Fails where it goes on for ever. */
async function followAll(): Promise<void> {
  let steps = 0
  while (await follower.step()) expect(++steps).toBeLessThan(50)
}
const seed = (conversationId: string, count: number) =>
  seedMessages(core, { conversationId, senderId: alice.id, count })
const find = async (query: string, conversationId = room) => {
  const wanted = { phrases: parseQuery(query), in: [conversationId], limit: 5_000 }
  return (await follower.find(wanted)).map(({ seq }) => seq).toSorted((a, b) => a - b)
}

test('what is noticed comes first, and the rest goes on after it', async () => {
  const { id: large } = await alice.makeRoom()
  const seqs = await seed(large, 3 * EVENTS_PER_STEP)
  follower.lookAround()
  expect(await follower.step()).toBe(true)
  const before = follower.pending()
  const { seq } = await alice.send(room, 'urgent')
  follower.notice([room])
  expect(await follower.step()).toBe(true)
  expect(await find('urgent')).toEqual([seq])
  expect(follower.pending()).toBeLessThan(before)
  expect(follower.pending()).toBeGreaterThan(0)
  await followAll()
  expect(follower.pending()).toBe(0)
  expect(await find('seed', large)).toEqual(seqs)
})

test('the planner knows of what was indexed before it would have looked', async () => {
  await seed(room, 2 * EVENTS_PER_STEP)
  follower.notice([room])
  await followAll()
  const { rows } = await client.query(
    `select reltuples > 0 as known from pg_class where relname = 'searchDocs'`,
  )
  expect(rows).toEqual([{ known: true }])
})

test('what is noticed while its conversation is read is looked at again', async () => {
  const { seq } = await alice.send(room, 'owl one')
  follower.notice([room])
  await client.query('begin; lock table "searchDocs" in share mode')
  const stepping = follower.step()
  await untilSomebodyWaits(client)
  const { seq: next } = await alice.send(room, 'owl two')
  follower.notice([room])
  await client.query('commit')
  expect(await stepping).toBe(true)
  await followAll()
  expect(await find('owl')).toEqual([seq, next])
})

test('a step that fails is done again', async () => {
  const { seq } = await alice.send(room, 'crane')
  follower.notice([room])
  await client.query('begin; lock table "searchDocs" in share mode')
  const failed = follower.step().catch((error: unknown) => error)
  await untilSomebodyWaits(client)
  await endWhoWaits(client)
  expect(await failed).toMatchObject({ code: '57P01' })
  await client.query('commit')
  expect(follower.hasNoticed()).toBe(true)
  await followAll()
  expect(await find('crane')).toEqual([seq])
})

test('a log that holds less than its conversation says comes to an end', async () => {
  await alice.send(room, 'short')
  await client.query('update conversations set "lastSeq" = "lastSeq" + 7 where id = $1', [room])
  follower.lookAround()
  await followAll()
  expect(follower.pending()).toBe(0)
  follower.lookAround()
  expect(await follower.step()).toBe(false)
})

test('while another process follows nothing is compared, and afterwards it is', async () => {
  await client.query('begin')
  await client.query(`select pg_advisory_xact_lock(${locks.following})`)
  const { seq } = await alice.send(room, 'heron')
  follower.lookAround()
  expect(await follower.step()).toBe(false)
  expect(follower.pending()).toBe(0)
  await client.query('commit')
  await followAll()
  expect(await find('heron')).toEqual([seq])
})

test('among very many conversations what went unnoticed is found look after look', async () => {
  // After all others, whose ids begin with a time.
  const last = 'z-25000'
  await client.query(
    `insert into conversations (id, kind, name, "searchName", visibility, history,
       "memberCount", "createdAt", "lastSeq", "lastActivityAt")
     select 'z-' || n, 'room', '', '', 'private', 'all', 0, 0, (n = 25000)::int, 0
     from generate_series(10001, 25000) n`,
  )
  const { seq } = await alice.send(room, 'first')
  const looks: unknown[] = []
  for (let look = 0; look < 2; look++) {
    follower.lookAround()
    await followAll()
    const read = 'select from "searchHeads" where "conversationId" = $1'
    const { rowCount } = await client.query(read, [last])
    looks.push({ first: await find('first'), last: rowCount })
  }
  expect(looks).toEqual([
    { first: [seq], last: 0 },
    { first: [seq], last: 1 },
  ])
  await client.query(`delete from conversations where id like 'z-%'`)
})

test.each([
  ['noticed', () => follower.notice([room])],
  ['found later', () => follower.lookAround()],
])('a conversation whose end is %s leaves nothing behind', async (_how, hear) => {
  await seed(room, EVENTS_PER_STEP + 100)
  follower.notice([room])
  await followAll()
  await alice.ask(endpoints.deleteConversation, { params: { id: room } })
  hear()
  await followAll()
  expect(await find('seed')).toEqual([])
  const { rows } = await client.query('select from "searchHeads" where "conversationId" = $1', [
    room,
  ])
  expect(rows).toEqual([])
})

test('a phrase is found wherever it stands, also after a word that is there hundreds of times', async () => {
  const { seq } = await alice.send(room, `${'ha '.repeat(300)}yes`)
  await alice.send(room, `yes ${'ha '.repeat(255)}`)
  follower.notice([room])
  await followAll()
  expect(await find('"ha yes"')).toEqual([seq])
})

test('a question during which the database goes away is to be asked again', async () => {
  const { id } = await asker.makeRoom()
  await asker.send(id, 'stork')
  const ask = () => asker.request(endpoints.search, { query: { query: 'stork' } })
  expect((await ask()).status).toBe(200)
  const other = await connect(asked.databaseUrl)
  await other.query('begin; lock table "searchDocs"')
  const asking = ask()
  await untilSomebodyWaits(other)
  await endWhoWaits(other)
  expect(await asking).toMatchObject({ status: 503 })
  asked.reports.length = 0
  await other.query('commit')
  await other.end()
  expect((await ask()).status).toBe(200)
})

const WAITING = `from pg_stat_activity where datname = current_database()
  and application_name = 'roost search' and wait_event_type = 'Lock'`

async function untilSomebodyWaits(by: Client): Promise<void> {
  for (;;) {
    const { rows } = await by.query(`select pid ${WAITING}`)
    if (rows.length > 0) return
  }
}
async function endWhoWaits(by: Client): Promise<void> {
  await by.query(`select pg_terminate_backend(pid) ${WAITING}`)
}
