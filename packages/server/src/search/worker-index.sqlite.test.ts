import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'

import { endpoints } from '@roost/protocol'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'

import { newClientId, Person, signUpCast } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { PASSWORD, startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { parseQuery } from './query.ts'
import type { FromWorker, ToWorker } from './search-worker.ts'

const folders = mkdtempSync(join(tmpdir(), 'roost-search-'))
afterAll(() => rmSync(folders, { recursive: true, force: true }))

let folder: string
let server: TestServer
let alice: Person
let bob: Person
let mallory: Person
let room: string
const database = () => join(folder, 'roost.db')
const index = () => join(folder, 'search.db')

beforeEach(async () => {
  folder = mkdtempSync(join(folders, 'run-'))
  server = await startTestServer({ folder })
  await server.app.createAccount(
    { username: 'owner', name: 'Owner', email: 'owner@example.org', password: PASSWORD },
    { admin: true },
  )
  ;({ alice, bob, mallory } = await signUpCast(server, 'alice', 'bob', 'mallory'))
  room = (await alice.makeRoomWith([bob], { visibility: 'private' })).id
  await alice.send(room, 'before the stop')
  expect(await find(bob, 'stop')).toEqual(['before the stop'])
})
afterEach(() => server.stop())

async function find(person: Person, query: string): Promise<string[]> {
  const { messages } = await person.ask(endpoints.search, { query: { query, limit: 100 } })
  return messages.map(({ body }) => body)
}

/** Starts the server again on the same folder, after something was done to it. */
async function restart(between: () => void = () => undefined): Promise<void> {
  await server.stop()
  between()
  server = await startTestServer({ folder })
  alice = new Person(server, alice)
  bob = new Person(server, bob)
  mallory = new Person(server, mallory)
}

/** Changes the index with the hand. */
function tamper(sql: string, ...values: (string | number)[]): void {
  const raw = new DatabaseSync(index())
  raw.prepare(sql).run(...values)
  raw.close()
}

test('what happened without it is found when it is there again', async () => {
  const { id } = await alice.send(room, 'the first stop')
  await restart()
  // No search and no index so far.
  const body = { clientId: newClientId(), body: 'the changed stop' }
  await alice.ask(endpoints.editMessage, { params: { id }, body })
  await alice.send(room, 'after the stop')
  await restart()
  expect(await find(bob, 'stop')).toEqual(['after the stop', 'the changed stop', 'before the stop'])
  expect(await find(bob, 'first')).toEqual([])
})

test.each<readonly [what: string, spoil: () => void]>([
  ['is missing', () => rmSync(index())],
  ['is no database', () => writeFileSync(index(), 'no database, but as long as one'.repeat(500))],
  ['is empty', () => writeFileSync(index(), '')],
  ['is another database', () => copyFileSync(database(), index())],
  ['is of a newer version', () => tamper('PRAGMA user_version = 99')],
  ['is of another server', () => tamper('UPDATE origin SET epoch = ?', 'another')],
  ['lacks a table', () => tamper('DROP TABLE origin')],
  ['is broken inside', () => breakPages(readFileSync(index()))],
])('an index that %s is made anew', async (_what, spoil) => {
  await restart(spoil)
  await alice.send(room, 'after the stop')
  const expected = ['after the stop', 'before the stop']
  for (;;) {
    const { status, body } = await bob.request(endpoints.search, { query: { query: 'stop' } })
    if (status === 503) continue
    const { messages } = endpoints.search.response.parse(body)
    expect(messages.map((message) => message.body)).toEqual(expected)
    break
  }
  server.reports.length = 0
})

/** The first page tells what it is; the others are garbage. */
function breakPages(bytes: Buffer): void {
  writeFileSync(
    index(),
    Buffer.concat([bytes.subarray(0, 4_096), bytes.subarray(4_096).fill(0xa5)]),
  )
}

test('a database that was put back to an older state is followed from there', async () => {
  await alice.send(room, 'kept stop')
  await restart(() => copyFileSync(database(), join(folder, 'old.db')))
  await alice.send(room, 'lost stop 1')
  await alice.send(room, 'lost stop 2')
  expect(await find(bob, 'lost')).toHaveLength(2)
  await restart(() => copyFileSync(join(folder, 'old.db'), database()))
  await alice.send(room, 'other stop')
  expect(await find(bob, 'stop')).toEqual(['other stop', 'kept stop', 'before the stop'])
})

test.runIf(process.platform === 'linux')('the thread gives way to all others', () => {
  const folder = '/proc/self/task'
  const stats = readdirSync(folder).flatMap((id) => {
    try {
      return readFileSync(join(folder, id, 'stat'), 'latin1')
    } catch {
      // Other threads come and go.
      return []
    }
  })
  // The nineteenth field, the seventeenth after the name: proc_pid_stat(5).
  const nicenessOf = (stat: string) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])
  const ours = stats.filter((stat) => stat.includes('(roost-search)'))
  expect(ours.length).toBeGreaterThan(0)
  expect(new Set(ours.map(nicenessOf))).toEqual(new Set([10]))
})

test('words that were deleted are in the file no more', async () => {
  const secret = await alice.send(room, 'xylographicquartz and more')
  const edited = await alice.send(room, 'brontologicalfjord')
  expect(await find(bob, 'xylographicquartz')).toHaveLength(1)
  expect(await find(bob, 'brontologicalfjord')).toHaveLength(1)
  await alice.ask(endpoints.deleteMessage, {
    params: { id: secret.id },
    body: { clientId: newClientId() },
  })
  const body = { clientId: newClientId(), body: 'nothing' }
  await alice.ask(endpoints.editMessage, { params: { id: edited.id }, body })
  expect(await find(bob, 'xylographicquartz')).toEqual([])
  const files = [index(), `${index()}-wal`].map((file) => readFileSync(file, 'latin1'))
  for (const word of ['graphicquartz', 'logicalfjord']) {
    expect(files.some((text) => text.includes(word))).toBe(false)
  }
  expect(files.some((text) => text.includes('before'))).toBe(true)
})

test('an index that lies shows nobody what is not theirs', async () => {
  await alice.send(room, 'secret bait')
  const { id: den } = await mallory.makeRoom()
  await mallory.send(den, 'my bait')
  expect(await find(mallory, 'bait')).toEqual(['my bait'])
  await restart(() => {
    const raw = new DatabaseSync(index())
    const docs = raw
      .prepare(
        `SELECT place, id FROM docs JOIN conversations ON key = conversation
         WHERE words LIKE '%bait'`,
      )
      .all()
    const placeOf = (id: string) => Number(docs.find((doc) => doc['id'] === id)?.['place'])
    const [secret, mine] = [placeOf(room), placeOf(den)]
    // What the index says of her message leads to that of the others.
    raw.exec('CREATE TABLE copy AS SELECT * FROM docs')
    raw.prepare('DELETE FROM docs WHERE place IN (?, ?)').run(secret, mine)
    raw
      .prepare(
        `INSERT INTO docs SELECT CAST(? AS INTEGER), conversation, seq, sender, words
         FROM copy WHERE place = ?`,
      )
      .run(mine, secret)
    raw.close()
  })
  expect(await find(mallory, 'bait')).toEqual([])
})

test('while it cannot be asked one is told to come again, and it is tried again', async () => {
  await restart(() => {
    rmSync(index())
    mkdirSync(index())
  })
  const ask = () => bob.request(endpoints.search, { query: { query: 'stop' } })
  const { status, headers } = await ask()
  expect(status).toBe(503)
  expect(headers.get('retry-after')).toBe('2')
  // Nobody else is kept from anything.
  await alice.send(room, 'still sending')
  expect(server.reports.length).toBeGreaterThan(0)
  rmdirSync(index())
  while ((await ask()).status !== 200);
  expect(await find(bob, 'sending')).toEqual(['still sending'])
  server.reports.length = 0
})

test('of too many questions at once some are told to come again, and the rest are answered', async () => {
  const ask = () => bob.request(endpoints.search, { query: { query: 'stop' } })
  const statuses = await Promise.all(Array.from({ length: 400 }, async () => (await ask()).status))
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([])
  expect(statuses).toContain(200)
  expect(await find(bob, 'stop')).toEqual(['before the stop'])
  server.reports.length = 0
})

test('a thread that is killed in the middle has lost nothing and doubled nothing', async () => {
  const count = 4_000
  const seqs = await seedMessages(server.app.core, {
    conversationId: room,
    senderId: alice.id,
    count,
  })
  await server.stop()
  rmSync(index())
  const start = () =>
    new Worker(new URL('./search-worker.ts', import.meta.url), {
      workerData: { database: database(), index: index() },
      execArgv: [],
    })
  /** What it tells, one after the other. */
  async function* listen(worker: Worker): AsyncGenerator<FromWorker> {
    const heard: FromWorker[] = []
    let wake = () => undefined as void
    worker.on('message', (message: FromWorker) => {
      heard.push(message)
      wake()
    })
    for (;;) {
      const next = heard.shift()
      if (next) yield next
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  }
  const first = start()
  let left = 0
  for await (const message of listen(first)) {
    left = message.type === 'pending' ? message.events : 0
    break
  }
  expect(left).toBeGreaterThan(0)
  await first.terminate()

  const second = start()
  const told: FromWorker[] = []
  for await (const message of listen(second)) {
    if (message.type === 'pending' && message.events === 0) {
      const wanted = { phrases: parseQuery('seed'), in: [room], limit: count * 2 }
      second.postMessage({ type: 'find', request: 1, wanted } satisfies ToWorker)
    }
    if (message.type === 'pending') continue
    told.push(message)
    break
  }
  await second.terminate()
  expect(told).toMatchObject([{ type: 'found', found: { complete: true } }])
  const [answer] = told
  const found = answer?.type === 'found' ? answer.found.hits.map(({ seq }) => seq) : []
  expect(found.toSorted((a, b) => a - b)).toEqual(seqs)
  server = await startTestServer({ folder })
})
