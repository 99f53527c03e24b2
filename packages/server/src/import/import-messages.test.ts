import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { serverFrame, stripControls, uuidv7, type MessagePage } from '@roost/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'

import { startTestServer, type TestServer, type TestUser } from '../testing/start-test-server.ts'
import { importMessages, type Totals } from './import-messages.ts'
import { readJsonLines } from './read-json-lines.ts'
import { makeLines, openArchive, writeLines, type ArchiveLine } from './testing/archive.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-import-'))
let server: TestServer
let alice: TestUser
let bob: TestUser
beforeAll(async () => {
  server = await startTestServer()
  alice = await server.signUp('alice')
  bob = await server.signUp('bob')
})
afterAll(async () => {
  await server.stop()
  rmSync(folder, { recursive: true })
})

interface Run {
  readonly totals: Totals
  readonly refused: string[]
}

async function importFile(
  file: string,
  options: { signal?: AbortSignal; onChunk?: (totals: Readonly<Totals>) => void } = {},
): Promise<Run> {
  const { lines } = await readJsonLines(file)
  const refused: string[] = []
  const totals = await importMessages(server.app.core, {
    source: 'jsonl',
    lines,
    signal: options.signal ?? new AbortController().signal,
    onRefused: (line, reason) => refused.push(`${line} ${reason}`),
    onChunk: options.onChunk ?? (() => undefined),
  })
  return { totals, refused }
}

let files = 0
const importLines = (lines: readonly unknown[]) =>
  importFile(writeLines(join(folder, `${files++}.jsonl`), lines))

interface Listing {
  readonly id: string
  readonly name: string
  readonly memberCount: number
  readonly joined: boolean
}

async function findRooms(name: string): Promise<Listing[]> {
  const reply = await alice.call('GET', `/api/v1/rooms?query=${encodeURIComponent(name)}`)
  const { rooms } = reply.body as { rooms: Listing[] }
  return rooms.filter((room) => room.name === name)
}

async function roomId(name: string): Promise<string> {
  const [room] = await findRooms(name)
  if (!room) throw new Error(`There is no room ${name}.`)
  return room.id
}

async function readPage(conversationId: string, place: string): Promise<MessagePage> {
  const path = `/api/v1/conversations/${conversationId}/messages?${place}`
  return (await alice.call('GET', path)).body as MessagePage
}

/** What anyone reads in a room: author, text, and the text of what it answers. */
async function readRoom(name: string, limit = 100): Promise<string[]> {
  const page = await readPage(await roomId(name), `after=0&limit=${limit}`)
  return page.messages.map(({ senderId, body, replyTo }) => {
    const author = page.users.find(({ id }) => id === senderId)
    return `${author?.name}: ${body}${replyTo ? ` ← ${replyTo.excerpt}` : ''}`
  })
}

const line = (room: string, n: number, more: Partial<ArchiveLine> = {}): ArchiveLine => ({
  id: `${n}`,
  room,
  author: 'Ada',
  time: '2020-01-01T00:00:00Z',
  text: `text ${n}`,
  ...more,
})

test('an archive is all there, in the order of the file, its replies linked; twice adds nothing', async () => {
  const { file, lines } = openArchive(join(folder, 'archive.jsonl.gz'))
  const first = await importFile(file)
  expect(first.refused).toEqual([])
  const authors = new Set(lines.map(({ author }) => author))
  const replies = lines.filter(({ replyTo }) => replyTo !== undefined)
  expect(first.totals).toMatchObject({
    messages: lines.length,
    authors: authors.size,
    rooms: new Set(lines.map(({ room }) => room)).size,
    replies: replies.length,
    refused: 0,
    unlinked: 0,
    repeated: 0,
  })
  await expectStored(lines)

  const second = await importFile(file)
  expect(second.totals).toMatchObject({
    messages: 0,
    authors: 0,
    rooms: 0,
    replies: 0,
    refused: 0,
    repeated: lines.length,
  })
  await expectStored(lines)
}, 300_000)

/** Compares every row with its line, and what a reader is given at both ends. */
async function expectStored(lines: readonly ArchiveLine[]): Promise<void> {
  const name = lines[0]?.room ?? ''
  const conversationId = await roomId(name)
  const rows = await server.app.core.database.read((db) =>
    db
      .selectFrom('messages as m')
      .innerJoin('users as u', 'u.id', 'm.senderId')
      .select(['m.seq', 'm.body', 'm.createdAt', 'm.replyToSeq', 'u.importKey'])
      .where('m.conversationId', '=', conversationId)
      .orderBy('m.seq')
      .execute(),
  )
  const seqs = new Map(lines.map(({ id }, at) => [id, at + 1]))
  const wanted = lines.map(({ text, time, author, replyTo }, at) => ({
    seq: at + 1,
    body: stripControls(text).text,
    createdAt: Date.parse(time),
    replyToSeq: replyTo === undefined ? null : (seqs.get(replyTo) ?? 'missing'),
    importKey: author,
  }))
  // Not by one assertion over all: telling two such lists apart would take minutes.
  expect(rows.length).toBe(wanted.length)
  const wrong = rows.findIndex(
    (row, at) => JSON.stringify(row) !== JSON.stringify(pick(wanted[at])),
  )
  expect([rows[wrong], wanted[wrong]]).toEqual([undefined, undefined])

  const oldest = await readPage(conversationId, 'after=0&limit=1')
  expect(oldest.messages[0]).toMatchObject({ seq: 1, body: wanted[0]?.body })
  const newest = await readPage(conversationId, 'limit=1')
  expect(newest.messages[0]).toMatchObject({ seq: lines.length, body: wanted.at(-1)?.body })
}

function pick(row: object | undefined) {
  const { seq, body, createdAt, replyToSeq, importKey } = (row ?? {}) as Record<string, unknown>
  return { seq, body, createdAt, replyToSeq, importKey }
}

test('authors are names without an account: nobody finds or writes to them', async () => {
  await importLines([line('quay', 1, { author: 'Ada Placeholder' })])
  expect(await readRoom('quay')).toEqual(['Ada Placeholder: text 1'])
  const found = await alice.call('GET', '/api/v1/users?query=Ada%20Placeholder')
  expect(found).toMatchObject({ status: 200, body: { users: [] } })
  const page = await readPage(await roomId('quay'), 'limit=1')
  const [ada] = page.users
  expect(ada).toMatchObject({ kind: 'placeholder', username: null })
  const direct = { kind: 'direct', userId: ada?.id }
  expect((await alice.call('POST', '/api/v1/conversations', direct)).status).toBe(404)
  expect(await findRooms('quay')).toMatchObject([{ memberCount: 0, joined: false }])
})

test('an author is known by the exact name, in every room and every run', async () => {
  const run = await importLines([
    line('pier', 1, { author: 'Zoe' }),
    line('pier', 2, { author: 'zoe' }),
    line('dock', 1, { author: 'Zoe' }),
  ])
  expect(run.totals).toMatchObject({ messages: 3, authors: 2, rooms: 2 })
  expect((await importLines([line('pier', 3, { author: 'zoe' })])).totals).toMatchObject({
    messages: 1,
    authors: 0,
    rooms: 0,
  })
})

test('it never goes into a room that people made, whatever its name', async () => {
  const room = { kind: 'room', name: 'plaza', visibility: 'public' }
  const live = (await bob.call('POST', '/api/v1/conversations', room)).body as { id: string }
  await importLines([line('plaza', 1)])
  expect(await findRooms('plaza')).toHaveLength(2)
  expect((await readPage(live.id, 'limit=100')).messages).toMatchObject([{ kind: 'system' }])
})

test('an id belongs to one message: the same again is known, another is refused', async () => {
  const run = await importLines([
    line('twice', 1),
    line('twice', 1),
    line('twice', 1, { text: 'something else' }),
    line('other', 1),
  ])
  expect(run.totals).toMatchObject({ messages: 2, repeated: 1, refused: 1, rooms: 2 })
  expect(run.refused).toEqual(['3 id is that of another message'])
  const later = await importLines([line('twice', 1, { author: 'Eve' })])
  expect(later.refused).toEqual(['1 id is that of another message'])
  expect(later.totals).toMatchObject({ messages: 0, authors: 0, refused: 1 })
})

test('a reply to what did not come before is stored without the link, and counted', async () => {
  const run = await importLines([
    line('links', 1),
    line('links', 2, { replyTo: '1' }),
    line('links', 3, { replyTo: '4' }),
    line('links', 4),
    line('links', 5, { replyTo: '5' }),
    line('links', 6, { replyTo: 'nowhere' }),
    line('elsewhere', 7, { replyTo: '1' }),
  ])
  expect(run.totals).toMatchObject({ messages: 7, replies: 1, unlinked: 4 })
  expect(await readRoom('links')).toEqual([
    'Ada: text 1',
    'Ada: text 2 ← text 1',
    'Ada: text 3',
    'Ada: text 4',
    'Ada: text 5',
    'Ada: text 6',
  ])
})

test('bad lines are reported by number, in order, and the rest is there', async () => {
  const run = await importLines([
    line('bad', 1),
    '{"id": "broken',
    line('bad', 2, { time: 'noon' }),
    '',
    line('bad', 3, { text: '\u0000' }),
    line('bad', 4, { author: 'B\u0007ob', text: '\u001b[31mred\ttab\nnewline' }),
  ])
  expect(run.refused).toEqual([
    '2 is not JSON',
    expect.stringMatching(/^3 time must be/),
    '5 text is empty',
  ])
  expect(run.totals).toMatchObject({ messages: 2, refused: 3, removed: 2 })
  expect(await readRoom('bad')).toEqual(['Ada: text 1', 'Bob: [31mred\ttab\nnewline'])
})

test('ended between two chunks it has whole chunks, and the next run goes on from there', async () => {
  const lines = makeLines(2_200, 'ended')
  const file = writeLines(join(folder, 'ended.jsonl.gz'), lines)
  const stop = new AbortController()
  const first = await importFile(file, { signal: stop.signal, onChunk: () => stop.abort() })
  expect(first.totals.messages).toBeGreaterThan(0)
  expect(first.totals.messages).toBeLessThan(lines.length)
  expect(first.totals.messages % 500).toBe(0)
  const second = await importFile(file)
  expect(second.totals).toMatchObject({
    messages: lines.length - first.totals.messages,
    repeated: first.totals.messages,
    rooms: 0,
    unlinked: 0,
  })
  await expectStored(lines)
})

test('members who are there see it come in, every seq once and in order', async () => {
  await importLines(makeLines(1, 'watched'))
  const id = await roomId('watched')
  const joined = await bob.call('POST', `/api/v1/conversations/${id}/join`, {})
  const { lastSeq } = joined.body as { lastSeq: number }
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/api/v1/socket`, {
    headers: { authorization: `Bearer ${bob.token}` },
  })
  const seqs: number[] = []
  const all = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const frame = serverFrame.parse(JSON.parse(data.toString()))
      if (frame.type !== 'event' || frame.conversationId !== id) return
      seqs.push(frame.seq)
      if (frame.seq === lastSeq + 1_199) resolve()
    })
  })
  await once(socket, 'open')
  await importLines(makeLines(1_200, 'watched'))
  await all
  expect(seqs).toEqual(Array.from({ length: 1_199 }, (_, n) => lastSeq + 1 + n))
  socket.close()
})

test('people go on talking while it runs', async () => {
  const room = { kind: 'room', name: 'talk', visibility: 'private' }
  const { id } = (await alice.call('POST', '/api/v1/conversations', room)).body as { id: string }
  let running = true
  let sent = 0
  const talk = async () => {
    while (running) {
      const body = { clientId: uuidv7(Date.now(), Math.random), body: 'still here' }
      const reply = await alice.call('POST', `/api/v1/conversations/${id}/messages`, body)
      expect(reply.status).toBe(201)
      sent++
    }
  }
  const talking = talk()
  let between = 0
  let before = 0
  await importFile(writeLines(join(folder, 'busy.jsonl'), makeLines(10_000, 'busy')), {
    onChunk: () => {
      if (sent > before) between++
      before = sent
    },
  })
  running = false
  await talking
  expect(between).toBeGreaterThan(5)
  expect(server.reports).toEqual([])
})
