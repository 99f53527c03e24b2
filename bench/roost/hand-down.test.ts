import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { makeData } from '../growth/data.ts'
import { handDown } from './hand-down.ts'

let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'roost-hand-down-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test('an earlier release gets the rows that it has a place for', async () => {
  const [made, earlier] = [join(folder, 'made'), join(folder, 'earlier')]
  const roomId = await makeData({ folder: made }, async ({ owner: alice, addPerson }) => {
    const bob = await addPerson('bob')
    const room = await alice.makeRoom({ name: 'Tea', userIds: [bob.id] })
    await bob.send(room.id, 'Milk?')
    return room.id
  })
  await makeData({ folder: earlier }, async () => {})
  change(earlier, 'ALTER TABLE "users" DROP COLUMN "about"; DROP TABLE "authorships"')
  change(earlier, `ALTER TABLE "messages" ADD COLUMN "tone" TEXT NOT NULL DEFAULT 'polite'`)

  handDown(made, earlier)

  const epoch = `SELECT "value" FROM "meta" WHERE "key" = 'epoch'`
  expect(read(earlier, epoch)).toEqual(read(made, epoch))
  const said = `SELECT u."username", m."body", m."tone" FROM "messages" m
    JOIN "users" u ON u."id" = m."senderId" WHERE m."kind" = 'text' AND m."conversationId" = ?`
  expect(read(earlier, said, roomId)).toEqual([{ username: 'bob', body: 'Milk?', tone: 'polite' }])
})

function change(place: string, sql: string): void {
  const database = new DatabaseSync(join(place, 'roost.db'), { enableForeignKeyConstraints: false })
  database.exec(sql)
  database.close()
}

function read(place: string, sql: string, ...values: string[]): object[] {
  const database = new DatabaseSync(join(place, 'roost.db'), { readOnly: true })
  const rows = database.prepare(sql).all(...values)
  database.close()
  return rows.map((row) => ({ ...row }))
}
