import type { Page } from '@playwright/test'

import {
  anyUnread,
  chatRow,
  chooseFor,
  chooseQuick,
  composer,
  editField,
  goOffline,
  message,
  messages,
  openChat,
  reaction,
  unread,
  write,
} from './app.ts'
import { expect, test } from './fixtures.ts'

/** What all windows of a person agree within, from the moment on that the server has acknowledged an act. */
const second = { timeout: 1_000 }

/** Acts, until the server has acknowledged it. Whichever tab leads may be the one that asks. */
async function acknowledged(page: Page, path: RegExp, act: () => Promise<void>): Promise<void> {
  const answer = page.context().waitForEvent('response', (response) => {
    const isAct = response.request().method() !== 'GET' && path.test(response.url())
    return isAct && response.ok()
  })
  await act()
  await answer
}

const sending = /\/conversations\/[^/]+\/messages$/
const reading = /\/conversations\/[^/]+\/read$/
const changing = /\/api\/v1\/messages\/[^/]+$/
const reacting = /\/reactions\//

/** Everything that one does to a chat, in one window after the other, shows in the other within a second. */
async function agreeOnAll(one: Page, other: Page) {
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    await here.bringToFront()
    await acknowledged(here, sending, () => write(here, 'a slip'))
    await expect(message(there, 'a slip')).toBeVisible(second)
    await acknowledged(here, changing, async () => {
      await chooseFor(here, 'a slip', 'Edit')
      await editField(here).fill('mended')
      await editField(here).press('Enter')
    })
    await expect(message(there, 'mended')).toBeVisible(second)
    await acknowledged(here, reacting, () => chooseQuick(here, 'mended', '👍'))
    await expect(reaction(there, 'mended', /^👍/)).toBeVisible(second)
    await acknowledged(here, changing, async () => {
      await chooseFor(here, 'mended', 'Delete')
      // It goes when its notice does, or with the page.
      await here.evaluate(() => dispatchEvent(new Event('pagehide')))
    })
    await expect(message(there, 'mended')).toBeHidden(second)
  }
}

test('two tabs of one person agree within a second', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'one')
  await alice.api.send(id, 'two')
  const first = await stage.visit(bob)
  const other = await stage.tab(first.context())
  await expect(unread(chatRow(first, alice.name), 2)).toBeVisible()
  await expect(unread(chatRow(other, alice.name), 2)).toBeVisible()

  await first.bringToFront()
  await acknowledged(first, reading, () => openChat(first, alice.name))
  await expect(anyUnread(chatRow(first, alice.name))).toBeHidden(second)
  await expect(anyUnread(chatRow(other, alice.name))).toBeHidden(second)

  await other.bringToFront()
  await openChat(other, alice.name)
  await expect(message(other, 'two')).toBeVisible()
  await agreeOnAll(first, other)
  await acknowledged(first, sending, () => write(first, 'from the first tab'))
  await acknowledged(other, sending, () => write(other, 'from the second tab'))
  const all = ['one', 'two', '', '', 'from the first tab', 'from the second tab']
  await expect(messages(first)).toContainText(all, second)
  await expect(messages(other)).toContainText(all, second)
})

test('two devices of one person agree within a second', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const laptop = await stage.visit(bob)
  const tablet = await stage.visit(bob)
  await expect(chatRow(laptop, alice.name)).toBeVisible()
  await expect(chatRow(tablet, alice.name)).toBeVisible()
  await alice.api.send(id, 'hello twice')
  await expect(unread(chatRow(laptop, alice.name), 1)).toBeVisible(second)
  await expect(unread(chatRow(tablet, alice.name), 1)).toBeVisible(second)
  await acknowledged(tablet, reading, () => openChat(tablet, alice.name))
  await expect(anyUnread(chatRow(laptop, alice.name))).toBeHidden(second)
  // Again, sooner than a mark may follow another.
  await alice.api.send(id, 'and once more')
  await acknowledged(tablet, reading, () =>
    expect(message(tablet, 'and once more')).toBeVisible(second),
  )
  await expect(anyUnread(chatRow(laptop, alice.name))).toBeHidden(second)
  await acknowledged(tablet, sending, () => write(tablet, 'hello once'))
  await expect(chatRow(laptop, alice.name)).toContainText('hello once', second)
  await openChat(laptop, alice.name)
  await expect(message(laptop, 'hello once')).toBeVisible()
  await agreeOnAll(laptop, tablet)
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
  const other = await stage.tab(first.context(), `/c/${id}`)
  await expect(message(other, 'hello')).toBeVisible()
  await goOffline(stage, first)
  // What waits shows in all tabs at once.
  await write(first, 'from the first tab')
  await expect(message(other, 'from the first tab')).toBeVisible(second)
  await write(other, 'from the other tab')
  await expect(message(first, 'from the other tab')).toBeVisible(second)
  await composer(first).press('ArrowUp')
  await editField(first).fill('mended in the first tab')
  await editField(first).press('Enter')
  await expect(message(other, 'mended in the first tab')).toBeVisible(second)
  await first.close()
  await other.context().setOffline(false)
  await expect
    .poll(async () => (await alice.api.messages(id)).map(({ body }) => body), { timeout: 40_000 })
    .toEqual(['hello', 'from the first tab', 'mended in the first tab'])
})

test('tabs that cannot find each other send for themselves', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'hello')
  const first = await stage.visit(bob)
  // As on a page without https.
  await first.context().addInitScript(() => Reflect.deleteProperty(Navigator.prototype, 'locks'))
  await first.goto(`/c/${id}`)
  const other = await stage.tab(first.context(), `/c/${id}`)
  for (const [page, text] of [
    [first, 'from the first tab'],
    [other, 'from the second tab'],
  ] as const) {
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(false)
    await write(page, text)
    await expect(message(page === first ? other : first, text)).toBeVisible()
  }
  expect((await alice.api.messages(id)).map(({ body }) => body)).toEqual([
    'hello',
    'from the first tab',
    'from the second tab',
  ])
})
