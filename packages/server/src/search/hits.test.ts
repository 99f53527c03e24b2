/** What the index finds is what reading every message would find: in an archive of all scripts. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { endpoints } from '@roost/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { importMessages } from '../import/import-messages.ts'
import { readJsonLines } from '../import/read-json-lines.ts'
import { makeLines, openArchive, writeLines } from '../import/testing/archive.ts'
import { shareServer } from '../testing/share-server.ts'
import { matchWords, parseQuery } from './query.ts'
import { tokenize } from './tokenize.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-hits-'))
afterAll(() => rmSync(folder, { recursive: true }))
const { core, alice } = await shareServer(['alice'])

const words =
  'the there then harbour Hafen Häfen Straße strasse crème creme brûlée don’t dont C++ c x ox ok ' +
  'example.com https://example.com/harbour?x=1 3.14 314 Ёлка елка море моря Καλημέρα καλά أحمد احمد ' +
  'مدرسة שלום שלומות हिन्दी हिन्दू की कि สวัสดี สวัส 北京 北 京北 东京 東京タワー 서울 서울에서 👍 👍🏿 🇩🇪 👩‍💻 #topic @anna.lee'
const vocabulary = words.split(' ')

/** Random, and the same in every run. */
function* pick(): Generator<string, never> {
  let state = 1
  for (;;) {
    state = (state * 48_271) % 2_147_483_647
    yield vocabulary[state % vocabulary.length] ?? ''
  }
}
const picks = pick()
const some = (count: number, joint: string) =>
  Array.from({ length: count }, () => picks.next().value).join(joint)

/** The real archive where ROOST_CORPUS names one, else one that is made here. */
const lines = process.env['ROOST_CORPUS']
  ? openArchive('', { first: 20_000 }).lines
  : makeLines(1_000).map((line, n) => ({ ...line, text: some(1 + (n % 9), n % 5 ? ' ' : '') }))

let rooms: string[]
let all: { id: string; words: string[]; createdAt: number }[]
let times: ReadonlyMap<string, number>
beforeAll(async () => {
  const read = await readJsonLines(writeLines(join(folder, 'archive.jsonl'), lines))
  await importMessages(core, {
    source: 'jsonl',
    lines: read.lines,
    signal: new AbortController().signal,
    onRefused: (line, reason) => {
      throw new Error(`${line} ${reason}`)
    },
    onChunk: () => undefined,
  })
  const stored = await core.database.read((db) =>
    db
      .selectFrom('messages')
      .select(['id', 'body', 'createdAt'])
      .where('kind', '=', 'text')
      .execute(),
  )
  all = stored.map(({ id, body, createdAt }) => ({ id, words: tokenize(body), createdAt }))
  times = new Map(all.map(({ id, createdAt }) => [id, createdAt]))
  const found = await alice.ask(endpoints.rooms, {})
  rooms = found.rooms.map(({ id }) => id)
  for (const id of rooms) await alice.join(id)
  // Each question is answered by an index that has gone on meanwhile.
  do await findAll('nothing in particular')
  while (core.search.pending() > 0)
})

async function findAll(query: string): Promise<string[]> {
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await alice.ask(endpoints.search, { query: { query, limit: 100, cursor } })
    ids.push(...page.messages.map(({ id }) => id))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return ids
}

test.each([
  ...vocabulary,
  ...vocabulary.map((word) => `"${word}"`),
  ...vocabulary.map((word) => word.slice(0, 2)),
  ...Array.from({ length: 20 }, () => some(2, ' ')),
  ...Array.from({ length: 20 }, () => `"${some(2, ' ')}"`),
  ...Array.from({ length: 20 }, () => some(2, '')),
])('%s', async (query) => {
  const phrases = parseQuery(query)
  const expected = phrases.length === 0 ? [] : all.filter(({ words }) => matchWords(phrases, words))
  const found = await findAll(query)
  expect(found.toSorted()).toEqual(expected.map(({ id }) => id).toSorted())
  const order = found.map((id) => times.get(id) ?? 0)
  expect(order).toEqual(order.toSorted((a, b) => b - a))
})
