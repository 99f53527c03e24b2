import type { Locator, Page } from '@playwright/test'

import {
  chatHeading,
  chatRow,
  chats,
  composer,
  editField,
  message,
  messageMenu,
  progress,
  timeline,
} from './app.ts'
import { expect, test } from './fixtures.ts'

/** Moves on with Tab until `target` has the focus: whoever has no mouse must be able to get there. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab') {
  await expect(target).toBeVisible()
  for (let steps = 0; steps < 60; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press(key)
  }
  throw new Error(`Tab never reaches ${String(target)}.`)
}

test('everything without a mouse', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const fromCarol = await carol.api.openDirect(alice.id)
  await carol.api.send(fromCarol.id, 'hello from Carol')

  const page = await stage.stranger()
  await tabTo(page, page.getByLabel('E-mail or user name'))
  await page.keyboard.type(alice.username)
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(alice.password)
  await page.keyboard.press('Enter')
  await expect(chats(page)).toBeVisible()

  await tabTo(page, chats(page).getByRole('button', { name: 'New chat' }))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'New chat' })
  await expect(dialog.getByRole('combobox')).toBeFocused()
  await page.keyboard.type(bob.name)
  await expect(dialog.getByRole('option', { name: bob.name })).toBeVisible()
  await page.keyboard.press('Enter')
  await tabTo(page, dialog.getByRole('button', { name: 'Start chat' }))
  await page.keyboard.press('Enter')
  await expect(chatHeading(page, bob.name)).toBeVisible()

  await expect(composer(page)).toBeFocused()
  await page.keyboard.type('two')
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('lines')
  await page.keyboard.press('Enter')
  await expect(message(page, 'two')).toContainText('lines')
  await expect(composer(page)).toHaveValue('')

  // Tab reaches the open chat; the arrows lead from row to row.
  await tabTo(page, chatRow(page, bob.name).getByRole('link'), 'Shift+Tab')
  await page.keyboard.press('ArrowDown')
  await expect(chatRow(page, carol.name).getByRole('link')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(message(page, 'hello from Carol')).toBeVisible()
  await expect(composer(page)).toBeFocused()
})

test('a conversation without a mouse: answering, reacting, editing, deleting', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await bob.api.send(id, 'shall we sail')
  const page = await stage.visit(alice)
  await tabTo(page, chatRow(page, bob.name).getByRole('link'))
  await page.keyboard.press('Enter')
  await expect(composer(page)).toBeFocused()
  await page.keyboard.type('we shall')
  await page.keyboard.press('Enter')
  await expect(progress(page, 'we shall', 'Sent')).toBeVisible()

  // Into the timeline, from the newest message upwards.
  await tabTo(page, timeline(page), 'Shift+Tab')
  await page.keyboard.press('ArrowUp')
  await expect(message(page, 'we shall')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await expect(message(page, 'shall we sail')).toBeFocused()
  await page.keyboard.press('r')
  await expect(composer(page)).toBeFocused()
  await page.keyboard.type('at ten')
  await page.keyboard.press('Enter')
  await expect(message(page, 'at ten')).toContainText('shall we sail')

  // A reaction, by the menu: up from its first command to the row of emoji.
  await tabTo(page, timeline(page), 'Shift+Tab')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(messageMenu(page)).toBeVisible()
  const quick = messageMenu(page).getByRole('menuitemcheckbox')
  for (let steps = 0; steps < 20; steps++) {
    if (await quick.first().evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('ArrowDown')
  }
  await expect(quick.first()).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(quick.nth(1)).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(messageMenu(page)).toBeHidden()
  await expect(message(page, 'at ten').getByRole('list', { name: 'Reactions' })).toBeVisible()
  await expect(message(page, 'at ten')).toBeFocused()

  await page.keyboard.press('e')
  await expect(editField(page)).toBeFocused()
  await page.keyboard.type(' sharp')
  await page.keyboard.press('Enter')
  await expect(message(page, 'at ten sharp')).toContainText('edited')

  await tabTo(page, timeline(page), 'Shift+Tab')
  await page.keyboard.press('ArrowUp')
  await expect(message(page, 'at ten sharp')).toBeFocused()
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Delete')
  await expect(message(page, 'You deleted this message')).toBeVisible()

  const heading = chatHeading(page, bob.name).getByRole('button')
  await tabTo(page, heading, 'Shift+Tab')
  await page.keyboard.press('Enter')
  const profile = page.getByRole('complementary', { name: 'Profile' })
  await expect(profile).toBeVisible()
  await tabTo(page, profile.getByRole('button').first())
  await page.keyboard.press('Escape')
  await expect(profile).toBeHidden()
  await expect
    .poll(async () => (await bob.api.messages(id)).map(({ body }) => body))
    .toEqual(['shall we sail', '', 'at ten sharp'])
})

test('Escape closes a dialog and gives the focus back', async ({ stage }) => {
  const [alice] = await stage.people('Alice')
  const page = await stage.visit(alice)
  const opener = chats(page).getByRole('button', { name: 'New chat' }).first()
  await tabTo(page, opener)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog', { name: 'New chat' })).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog', { name: 'New chat' })).toBeHidden()
  await expect(opener).toBeFocused()
})

test('what an input method composes is not sent by its Enter', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const page = await stage.visit(alice, { path: `/c/${id}` })
  const client = await page.context().newCDPSession(page)
  await composer(page).focus()
  await client.send('Input.imeSetComposition', {
    text: 'にほん',
    selectionStart: 3,
    selectionEnd: 3,
  })
  await page.keyboard.press('Enter')
  await expect(composer(page)).toHaveValue(/にほん/)
  await client.send('Input.insertText', { text: '日本' })
  await page.keyboard.press('Enter')
  await expect(message(page, '日本')).toBeVisible()
})
