import { endpoints } from '@roost/protocol'
import { afterAll, beforeAll, expect, test } from 'vitest'

import { memoryBus } from '../bus/memory-bus.ts'
import { newClientId, signUpCast } from '../testing/person.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { Settings } from './settings.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer({ config: { fixed: { signUp: 'open', pageRoom: 7 } } })
})
afterAll(async () => {
  await server.stop()
  expect(server.reports).toEqual([])
})
const update = (change: Parameters<Settings['update']>[1]) => {
  const { database, settings } = server.app.core
  return database.write((tx) => settings.update(tx, change))
}
const info = async () =>
  endpoints.server.response.parse(await (await fetch(`${server.url}/api/v1/server`)).json())

test('what was set is in force at once, and lies above the default', async () => {
  expect(server.app.core.settings.get()).toMatchObject({ serverName: 'Roost', sendBurst: 200 })
  expect(await update({ serverName: 'Harbour', helpContact: 'Ada' })).toMatchObject({
    serverName: 'Harbour',
    sendBurst: 200,
  })
  expect(await info()).toMatchObject({ name: 'Harbour', helpContact: 'Ada', signUp: 'open' })
  await update({ helpContact: null, invites: undefined })
  expect(await info()).toMatchObject({ name: 'Harbour', helpContact: null, invites: 'members' })
})

test('what the environment decides is locked', async () => {
  const { settings } = server.app.core
  expect(settings.locked).toEqual({ signUp: 'ROOST_SIGN_UP', pageRoom: 'ROOST_PAGE_ROOM' })
  await expect(update({ serverName: 'Elsewhere', signUp: 'closed' })).rejects.toMatchObject({
    code: 'forbidden',
    field: 'signUp',
    reason: 'setting_locked',
  })
  expect(settings.get()).toMatchObject({ serverName: 'Harbour', signUp: 'open' })
  // A form may send back all that it was given.
  expect(await update({ serverName: 'Harbour 2', signUp: 'open' })).toMatchObject({
    serverName: 'Harbour 2',
  })
})

test('pages and pace follow the settings of the moment', async () => {
  const { alice } = await signUpCast(server, 'alice')
  const { id } = await alice.makeRoom()
  const { id: direct } = await alice.openDirect(alice)
  for (let at = 0; at < 9; at++) await alice.send(id, `${at}`)
  for (let at = 0; at < 4; at++) await alice.send(direct, `${at}`)
  await update({ pageDirect: 3 })
  const page = (conversationId: string) =>
    alice.ask(endpoints.messages, { params: { id: conversationId } })
  expect((await page(direct)).messages).toHaveLength(3)
  expect((await page(id)).messages).toHaveLength(7)
  await update({ sendBurst: 1, sendsPerSecond: 1 })
  const attempt = { params: { id }, body: { clientId: newClientId(), body: 'too fast' } }
  // One at a time another might be allowed meanwhile.
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => alice.request(endpoints.sendMessage, attempt)),
  )
  expect(answers.map(({ status }) => status)).toContain(429)
})

test('another process hears of a change, and of one while it still reads the last', async () => {
  const { core } = server.app
  const other = await Settings.open({ ...core, fixed: {} })
  await update({ pageDirect: 10 })
  await update({ pageDirect: 20 })
  await other.close()
  expect(other.get()).toMatchObject({ serverName: 'Harbour 2', pageDirect: 20 })
  await update({ pageDirect: 30 })
  expect(other.get().pageDirect).toBe(20)
})

test('a restart finds what was set; what does not fit counts as never set', async () => {
  const { core } = server.app
  const rows = [
    { name: 'pageDirect', value: '1000' },
    { name: 'sendBurst', value: '"many"' },
    { name: 'colour', value: '"red"' },
  ]
  await core.database.write(async ({ db }) => {
    for (const row of rows)
      await db
        .insertInto('settings')
        .values(row)
        .onConflict((c) => c.column('name').doUpdateSet({ value: row.value }))
        .execute()
  })
  const later = await Settings.open({ ...core, bus: memoryBus(core.report), fixed: {} })
  expect(later.get()).toMatchObject({ serverName: 'Harbour 2', pageDirect: 15, sendBurst: 200 })
  expect(later.get()).not.toHaveProperty('colour')
})
