import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import { askPostgres } from '../testing/ask-postgres.ts'
import { shareServer } from '../testing/share-server.ts'
import { importMessages } from './import-messages.ts'
import { readJsonLines } from './read-json-lines.ts'
import { makeLines, writeLines } from './testing/archive.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-planner-'))
afterAll(() => rmSync(folder, { recursive: true }))
const { server, core } = await shareServer([])

test('after a large import PostgreSQL knows what there is to read', async () => {
  const { lines } = await readJsonLines(writeLines(join(folder, 'many.jsonl'), makeLines(6_000)))
  await importMessages(core, {
    source: 'jsonl',
    lines,
    signal: new AbortController().signal,
    onRefused: () => {},
    onChunk: () => {},
  })
  const known = await askPostgres(server.databaseUrl ?? '', (ask) =>
    ask(`select reltuples >= 5000 as known from pg_class where relname in ('messages', 'events')`),
  )
  expect(known).toEqual([{ known: true }, { known: true }])
})
