import { composer, cutLine, message, messages, offlineNotice, progress, write } from './app.ts'
import { expect, offlineComplaints } from './fixtures.ts'
import { test, type OpenServer } from './own-server.ts'

/** A room on a server that is going to be away, with a message in it. */
async function openRoom(openServer: OpenServer) {
  const { stage, owner, ...around } = await openServer()
  stage.allow([...offlineComplaints, /status of 50[234]/])
  const { api } = owner
  const room = await api.createRoom('Watch')
  const page = await stage.visit(owner, { path: `/c/${room.id}` })
  await write(page, 'before')
  await expect(progress(page, 'before', 'Sent')).toBeVisible()
  return { page, room, api, ...around }
}

test('a server that restarts is missed only for a moment', async ({ openServer }) => {
  const { page, room, api, server, startAgain } = await openRoom(openServer)

  await server.stop()
  await write(page, 'during')
  await expect(progress(page, 'during', 'Waiting to be sent')).toBeVisible()
  await expect(page.getByText('Connecting. Messages will go out when you are back.')).toBeVisible()

  await startAgain()
  await expect(progress(page, 'during', 'Sent')).toBeVisible({ timeout: 45_000 })
  await expect(page.getByText('Connecting. Messages will go out when you are back.')).toBeHidden()
  await api.send(room.id, 'after')
  await expect(message(page, 'after')).toBeVisible()
  await expect(messages(page)).toContainText(['before', 'during', 'after'])
})

test('a server that is killed in the middle of a send leaves neither a gap nor a double', async ({
  openServer,
}) => {
  const { page, room, api, server, startAgain } = await openRoom(openServer)

  // The request has left the page, and whether it was carried out nobody can tell.
  const leaving = page.waitForRequest((request) => request.method() === 'POST')
  const texts = Array.from({ length: 10 }, (_, at) => `in the storm ${at}.`)
  const writing = (async () => {
    for (const text of texts) await write(page, text)
  })()
  await leaving
  await server.kill()
  await writing
  await expect(progress(page, 'in the storm 9.', 'Waiting to be sent')).toBeVisible()

  await startAgain()
  for (const text of texts)
    await expect(progress(page, text, 'Sent')).toBeVisible({ timeout: 45_000 })
  await expect(messages(page)).toContainText(['before', ...texts])
  const stored = (await api.messages(room.id)).filter(({ kind }) => kind === 'text')
  expect(stored.map(({ body }) => body)).toEqual(['before', ...texts])
})

test('a connection that is gone for less than two seconds is not spoken of', async ({ stage }) => {
  stage.allow(offlineComplaints)
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await expect(composer(page)).toBeVisible()
  // The clock of the page stands: nothing but these steps lets its time pass.
  await page.clock.install()
  await page.clock.pauseAt(Date.now() + 60_000)
  const banner = page.getByText('Connecting. Messages will go out when you are back.')
  await cutLine(page)
  const offline = offlineNotice(page)
  await page.clock.runFor(1_900)
  await expect(offline.or(banner)).toBeHidden()
  await page.clock.runFor(200)
  await expect(offline.or(banner)).toBeVisible()
})
