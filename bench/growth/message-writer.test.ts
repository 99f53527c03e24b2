import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { endpoints, uuidv7 } from '@roost/protocol'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { Person } from '../../packages/server/src/testing/person.ts'
import { startTestServer } from '../../packages/server/src/testing/start-test-server.ts'
import { makeData } from './data.ts'
import { openWriter } from './message-writer.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-writer-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Which columns have something in them, and of what kind. */
const shapeOf = (row: object | undefined) =>
  Object.entries(row ?? {}).map(([name, value]) => [name, value === null ? null : typeof value])

test('what is written is what sending would have left, and is read like it', async () => {
  const { owner, room, sent } = await makeData({ folder }, async ({ owner }) => {
    const { id: room } = await owner.makeRoom()
    return { owner, room, sent: await owner.send(room, 'sent') }
  })
  const written = {
    conversationId: room,
    seq: sent.seq + 1,
    id: uuidv7(Date.now(), Math.random),
    senderId: owner.id,
    at: Date.now(),
    body: 'written',
  }
  const writer = await openWriter({ folder })
  expect((await writer.heads()).get(room)).toBe(sent.seq)
  await writer.append([written])
  await writer.moveHeads([{ id: room, seq: written.seq, at: written.at }])
  await writer.close()

  const raw = new DatabaseSync(join(folder, 'roost.db'))
  for (const table of ['events', 'messages']) {
    const find = raw.prepare(`SELECT * FROM "${table}" WHERE "id" = ?`)
    expect(shapeOf(find.get(written.id))).toEqual(shapeOf(find.get(sent.id)))
  }
  const hash = raw.prepare('SELECT length("requestHash") AS "length" FROM "events" WHERE "id" = ?')
  expect(hash.get(written.id)).toEqual(hash.get(sent.id))
  raw.close()

  const server = await startTestServer({ folder })
  const alice = new Person(server, owner)
  const { messages } = await alice.ask(endpoints.messages, { params: { id: room } })
  expect(messages.map(({ body }) => body)).toEqual([expect.anything(), 'sent', 'written'])
  expect((await alice.look(room)).lastMessage?.body).toBe('written')
  await alice.send(room, 'sent after it')
  await server.stop()
})
