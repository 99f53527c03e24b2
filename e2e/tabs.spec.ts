import { anyUnread, chatRow, composer, message, messages, openChat, unread, write } from './app.ts'
import { expect, offlineComplaints, test } from './fixtures.ts'

test('two tabs of one person agree', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'one')
  await alice.api.send(id, 'two')
  const first = await stage.visit(bob)
  const second = await stage.tab(first.context())
  await expect(unread(chatRow(first, alice.name), 2)).toBeVisible()
  await expect(unread(chatRow(second, alice.name), 2)).toBeVisible()

  await first.bringToFront()
  await openChat(first, alice.name)
  await expect(anyUnread(chatRow(first, alice.name))).toBeHidden()
  await expect(anyUnread(chatRow(second, alice.name))).toBeHidden()

  await second.bringToFront()
  await openChat(second, alice.name)
  await write(first, 'from the first tab')
  await expect(message(second, 'from the first tab')).toBeVisible()
  await write(second, 'from the second tab')
  await expect(messages(first)).toContainText([
    'one',
    'two',
    'from the first tab',
    'from the second tab',
  ])
  await expect(messages(second)).toContainText([
    'one',
    'two',
    'from the first tab',
    'from the second tab',
  ])
})

test('two devices of one person agree', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const laptop = await stage.visit(bob)
  const tablet = await stage.visit(bob)
  await alice.api.send(id, 'hello twice')
  await expect(unread(chatRow(laptop, alice.name), 1)).toBeVisible()
  await expect(unread(chatRow(tablet, alice.name), 1)).toBeVisible()
  await openChat(tablet, alice.name)
  await expect(anyUnread(chatRow(laptop, alice.name))).toBeHidden()
  await write(tablet, 'hello once')
  await expect(chatRow(laptop, alice.name)).toContainText('hello once')
})

test('a draft stays with its chat', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  await bob.api.openDirect(alice.id)
  await bob.api.openDirect(carol.id)
  const page = await stage.visit(bob)
  await openChat(page, alice.name)
  await composer(page).fill('for Alice')
  await openChat(page, carol.name)
  await expect(composer(page)).toHaveValue('')
  await expect(chatRow(page, alice.name)).toContainText('Draft')
  await openChat(page, alice.name)
  await expect(composer(page)).toHaveValue('for Alice')
})

test('what one tab writes is sent by another when the first is closed', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'hello')
  const first = await stage.visit(bob, { path: `/c/${id}` })
  const second = await stage.tab(first.context(), `/c/${id}`)
  await expect(message(second, 'hello')).toBeVisible()
  stage.allow(offlineComplaints)
  await first.context().setOffline(true)
  await expect(first.getByText('Offline. You can keep writing.')).toBeVisible()
  await write(first, 'from the first tab')
  await expect(message(second, 'from the first tab')).toBeVisible()
  await write(second, 'from the second tab')
  await expect(message(first, 'from the second tab')).toBeVisible()
  await first.close()
  await second.context().setOffline(false)
  await expect
    .poll(async () => (await alice.api.messages(id)).map(({ body }) => body), { timeout: 40_000 })
    .toEqual(['hello', 'from the first tab', 'from the second tab'])
})

test('tabs that cannot find each other send for themselves', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'hello')
  const first = await stage.visit(bob)
  // As on a page without https.
  await first.context().addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'locks'))
  await first.goto(`/c/${id}`)
  const second = await stage.tab(first.context(), `/c/${id}`)
  for (const [page, text] of [
    [first, 'from the first tab'],
    [second, 'from the second tab'],
  ] as const) {
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(false)
    await write(page, text)
    await expect(message(page === first ? second : first, text)).toBeVisible()
  }
  expect((await alice.api.messages(id)).map(({ body }) => body)).toEqual([
    'hello',
    'from the first tab',
    'from the second tab',
  ])
})
