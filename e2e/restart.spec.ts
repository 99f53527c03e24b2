import { Api } from './api.ts'
import { message, messages, progress, write } from './app.ts'
import { expect, offlineComplaints, Stage, test } from './fixtures.ts'
import { makeDataFolder, startServer } from './server.ts'

test('a server that restarts is missed only for a moment', async ({ browser }) => {
  using folder = makeDataFolder()
  await using before = await startServer(folder)
  await using stage = new Stage(browser, before.origin)
  stage.allow([...offlineComplaints, /status of 50[234]/])
  const alice = stage.account('Alice')
  const api = await Api.setUp(before, alice)
  const room = await api.createRoom('Watch')
  const page = await stage.visit({ ...alice, id: api.userId, api }, { path: `/c/${room.id}` })
  await write(page, 'before')
  await expect(progress(page, 'before', 'Sent')).toBeVisible()

  await before.stop()
  await write(page, 'during')
  await expect(progress(page, 'during', 'Waiting to be sent')).toBeVisible()
  await expect(page.getByText('Connecting. Messages will go out when you are back.')).toBeVisible()

  await using _after = await startServer(folder, { PORT: new URL(before.origin).port })
  await expect(progress(page, 'during', 'Sent')).toBeVisible({ timeout: 45_000 })
  await expect(page.getByText('Connecting. Messages will go out when you are back.')).toBeHidden()
  await api.send(room.id, 'after')
  await expect(message(page, 'after')).toBeVisible()
  await expect(messages(page)).toContainText(['before', 'during', 'after'])
})
