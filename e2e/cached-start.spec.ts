/** What was read before is on the screen before the server has said anything. */
import type { Page, Route } from '@playwright/test'

import { chatHeading, chatRow, message, openChat, unread, write } from './app.ts'
import { expect, phone, test, type Stage } from './fixtures.ts'
import { keepAll } from './kept.ts'

test('the list and the open chat are there before the server answers', async ({ stage }) => {
  const { bob, carol, id, room, page } = await readBefore(stage)
  const server = await holdServer(page)
  await page.reload()
  await expect(chatRow(page, stage.named('Harbour'))).toContainText('hello')
  await expect(chatRow(page, bob.name)).toContainText('see you there')
  await expect(message(page, 'see you there')).toBeVisible()
  await write(page, 'written meanwhile')
  await expect(message(page, 'written meanwhile')).toBeVisible()
  await bob.api.send(id, 'sent meanwhile')
  await carol.api.send(room, 'in the other chat')
  expect(server.held()).toBeGreaterThan(0)

  server.release()
  await expect(message(page, 'sent meanwhile')).toBeVisible()
  await expect(unread(chatRow(page, stage.named('Harbour')), 2)).toBeVisible()
  await expect
    .poll(async () => (await bob.api.messages(id)).map(({ body }) => body))
    .toContain('written meanwhile')
})

test('on a phone as well, from the list into the chat', async ({ stage }) => {
  const { bob, id, page } = await readBefore(stage, phone)
  const server = await holdServer(page)
  await page.goto('/')
  await expect(chatRow(page, stage.named('Harbour'))).toContainText('hello')
  await openChat(page, bob.name)
  await expect(message(page, 'see you there')).toBeVisible()
  await bob.api.send(id, 'sent meanwhile')
  expect(server.held()).toBeGreaterThan(0)

  server.release()
  await expect(message(page, 'sent meanwhile')).toBeVisible()
})

/** Alice has looked at a chat with Bob once; the room with Carol she has only in her list. */
async function readBefore(stage: Stage, device = {}) {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const { id } = await alice.api.openDirect(bob.id)
  const { id: room } = await carol.api.createRoom(stage.named('Harbour'))
  await carol.api.add(room, alice.id)
  await carol.api.send(room, 'hello')
  await alice.api.send(id, 'at the harbour, at nine?')
  await bob.api.send(id, 'see you there')
  const page = await stage.visit(alice, { path: `/c/${id}`, ...device })
  await expect(chatHeading(page, bob.name)).toBeVisible()
  await expect(message(page, 'see you there')).toBeVisible()
  await keepAll(page, 'at the harbour, at nine?')
  return { bob, carol, id, room, page }
}

/** From now on no request of the page is answered and no socket opens, until they are released. */
async function holdServer(page: Page) {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  let held = 0
  const hold = async (route: Route) => {
    held += 1
    await released
    await route.continue()
  }
  await page.route('**/api/**', hold)
  await page.routeWebSocket('**/api/**', async (socket) => {
    held += 1
    await released
    socket.connectToServer()
  })
  return { release, held: () => held }
}
