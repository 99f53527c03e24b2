/** What can still be done with a message that has not arrived: while it waits, and once it is refused. */
import type { Page } from '@playwright/test'

import {
  chats,
  chooseFor,
  composer,
  content,
  editField,
  goOffline,
  loadMenuOf,
  message,
  messageMenu,
  notice,
  offlineNotice,
  openMenuOf,
  progress,
  refuseSends,
  signInHeading,
  timeline,
  write,
} from './app.ts'
import { expectAccessible } from './axe.ts'
import {
  expect,
  offlineComplaints,
  phone,
  refusedSendComplaints,
  test,
  type Stage,
} from './fixtures.ts'

const commands = (page: Page) => messageMenu(page).getByRole('menuitem')

async function chatWith(stage: Stage, options: Parameters<Stage['visit']>[1] = {}) {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'hello')
  const page = await stage.visit(alice, { path: `/c/${id}`, ...options })
  await expect(message(page, 'hello')).toBeVisible()
  const stored = async () => (await bob.api.messages(id)).map(({ body }) => body)
  return { page, stored }
}

/** Without a line; what menus are made of is there. */
async function goOfflinePrepared(stage: Stage, page: Page) {
  await loadMenuOf(page, 'hello')
  await goOffline(stage, page)
}

test('one that waits is edited, or deleted and never sent', async ({ stage }) => {
  const { page, stored } = await chatWith(stage)
  await goOfflinePrepared(stage, page)
  for (const text of ['one, mistkaen', 'two, regretted', 'three, missed']) await write(page, text)
  await expect(progress(page, 'three', 'Waiting to be sent')).toBeVisible()

  await message(page, 'one').hover()
  await content(page).getByRole('button', { name: 'More', exact: true }).click()
  await expect(commands(page)).toHaveText([/^Copy/, /^Edit/, /^Delete/])
  await expectAccessible(page, 'the menu of a message that waits')
  await commands(page).filter({ hasText: 'Edit' }).click()
  await editField(page).fill('one, mended')
  await editField(page).press('Enter')
  await expect(message(page, 'one, mended')).toBeVisible()
  await chooseFor(page, 'two', 'Delete')
  await expect(message(page, 'two')).toBeHidden()
  await chooseFor(page, 'three', 'Delete')
  await expect(message(page, 'three')).toBeHidden()
  await notice(page, 'Message deleted').getByRole('button', { name: 'Undo' }).click()
  await expect(progress(page, 'three', 'Waiting to be sent')).toBeVisible()

  await page.context().setOffline(false)
  await expect.poll(stored, { timeout: 40_000 }).toEqual(['hello', 'one, mended', 'three, missed'])
})

test('one that the server may have already is deleted there', async ({ stage }) => {
  const { page, stored } = await chatWith(stage)
  await loadMenuOf(page, 'hello')
  stage.allow(offlineComplaints)
  // It arrives, and the line goes before the answer does.
  await page.route('**/messages', async (route) => {
    if (route.request().method() !== 'POST') return route.continue()
    await route.fetch()
    await page.context().setOffline(true)
    await route.abort()
  })
  await write(page, 'out too soon')
  await expect.poll(stored).toEqual(['hello', 'out too soon'])
  await expect(offlineNotice(page)).toBeVisible()
  await page.unroute('**/messages')
  await chooseFor(page, 'out too soon', 'Delete')
  await expect(message(page, 'out too soon')).toBeHidden()

  await page.context().setOffline(false)
  await expect.poll(stored, { timeout: 40_000 }).toEqual(['hello', ''])
  await expect(message(page, 'You deleted this message')).toBeVisible()
})

test('one that was refused is copied, sent again or deleted by its menu', async ({ stage }) => {
  const permissions = ['clipboard-read', 'clipboard-write']
  const { page, stored } = await chatWith(stage, { permissions })
  stage.allow(refusedSendComplaints)
  const accept = await refuseSends(page)
  for (const text of ['refused', 'dropped']) await write(page, text)
  await expect(progress(page, 'dropped', 'Not sent')).toBeVisible()
  await accept()

  await openMenuOf(page, 'refused')
  await expect(commands(page)).toHaveText([/^Retry/, /^Copy/, /^Delete/])
  await commands(page).filter({ hasText: 'Copy' }).click()
  await expect(notice(page, 'Copied')).toBeVisible()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('refused')
  await chooseFor(page, 'dropped', 'Delete')
  await expect(message(page, 'dropped')).toBeHidden()
  await chooseFor(page, 'refused', 'Retry')
  await expect(progress(page, 'refused', 'Not sent')).toBeHidden()
  await expect.poll(stored).toEqual(['hello', 'refused'])
})

test('all of it by keys, and the focus stays among the messages', async ({ stage }) => {
  const { page, stored } = await chatWith(stage)
  stage.allow(refusedSendComplaints)
  const accept = await refuseSends(page)
  for (const text of ['refused', 'dropped']) await write(page, text)
  await expect(progress(page, 'dropped', 'Not sent')).toBeVisible()
  await message(page, 'dropped').getByRole('button', { name: 'Retry' }).press('Enter')
  await expect(message(page, 'dropped')).toBeFocused()
  await expect(progress(page, 'dropped', 'Not sent')).toBeVisible()
  await message(page, 'dropped').getByRole('button', { name: 'Delete' }).press('Enter')
  await expect(message(page, 'refused')).toBeFocused()
  await accept()
  await goOfflinePrepared(stage, page)
  for (const text of ['one', 'two', 'three']) await write(page, text)

  await timeline(page).focus()
  await page.keyboard.press('ArrowUp')
  await expect(message(page, 'three')).toBeFocused()
  await page.keyboard.press('Delete')
  await expect(message(page, 'three')).toBeHidden()
  await expect(message(page, 'two')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(messageMenu(page)).toBeVisible()
  await page.keyboard.press('End')
  await expect(commands(page).filter({ hasText: 'Delete' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(message(page, 'two')).toBeHidden()
  await expect(message(page, 'one')).toBeFocused()
  await page.keyboard.press('e')
  await expect(editField(page)).toBeFocused()
  await page.keyboard.type(' and only')
  await page.keyboard.press('Enter')
  await expect(message(page, 'one and only')).toBeVisible()
  // The last of mine, straight from the empty field.
  await expect(composer(page)).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(editField(page)).toHaveValue('one and only')
  await page.keyboard.press('Escape')

  await timeline(page).focus()
  for (const text of ['one and only', 'refused']) {
    await page.keyboard.press('ArrowUp')
    await expect(message(page, text)).toBeFocused()
  }
  await page.keyboard.press('r')
  await expect(progress(page, 'refused', 'Waiting to be sent')).toBeVisible()
  await page.context().setOffline(false)
  await expect.poll(stored, { timeout: 40_000 }).toEqual(['hello', 'refused', 'one and only'])
})

test('what was written into a room that one is no longer in can be found, kept and thrown away', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await bob.api.createRoom(stage.named('Cabin'))
  await bob.api.add(id, alice.id)
  await bob.api.send(id, 'hello')
  const permissions = ['clipboard-read', 'clipboard-write']
  const page = await stage.visit(alice, { path: `/c/${id}`, permissions })
  await expect(message(page, 'hello')).toBeVisible()
  await goOfflinePrepared(stage, page)
  await write(page, 'an hour of thought')
  await write(page, 'and a joke')
  await bob.api.remove(id, alice.id)
  stage.allow([/status of 40[34]/])
  await page.context().setOffline(false)
  const row = chats(page).getByRole('button', { name: 'Not sent' })
  await expect(row).toContainText('2', { timeout: 40_000 })
  // It would be lost with the session.
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page.getByRole('dialog')).toContainText('2 things that you wrote')
  await page.keyboard.press('Escape')
  await page.goto('/')

  await chats(page).getByRole('searchbox').focus()
  await page.keyboard.press('ArrowDown')
  await expect(row).toBeFocused()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Not sent' })
  const items = dialog.getByRole('listitem')
  await expect(items).toContainText(['an hour of thought', 'and a joke'])
  await expectAccessible(page, 'what could not be sent')
  await items.first().getByRole('button', { name: 'Copy' }).press('Enter')
  await expect(items.first().getByRole('status')).toHaveText('Copied')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('an hour of thought')
  await items.first().getByRole('button', { name: 'Delete' }).press('Enter')
  await expect(items).toContainText(['and a joke'])
  await expect(items.getByRole('button', { name: 'Delete' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(dialog).toBeHidden()
  await expect(row).toBeHidden()
  // The line that had led there is gone as well.
  await expect(chats(page).getByRole('listitem').first().getByRole('button').first()).toBeFocused()

  await page.goto('/settings')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(signInHeading(page)).toBeVisible()
})

test('a finger that stays on one that waits opens what can be done with it', async ({ stage }) => {
  const { page, stored } = await chatWith(stage, phone)
  await goOfflinePrepared(stage, page)
  await write(page, 'regretted')
  await expect(progress(page, 'regretted', 'Waiting to be sent')).toBeVisible()
  const { x, y } = (await message(page, 'regretted').boundingBox()) ?? { x: 0, y: 0 }
  const touch = await page.context().newCDPSession(page)
  const touchPoints = [{ x: x + 20, y: y + 12 }]
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  await expect(messageMenu(page)).toBeVisible()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await expect(commands(page)).toHaveText([/^Copy/, /^Edit/, /^Delete/])
  await commands(page).filter({ hasText: 'Delete' }).tap()
  await expect(message(page, 'regretted')).toBeHidden()
  await page.context().setOffline(false)
  await write(page, 'kept')
  await expect.poll(stored, { timeout: 40_000 }).toEqual(['hello', 'kept'])
})
