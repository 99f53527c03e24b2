/** Everything but messages that is done without a line, and what the server refuses: nothing is lost. */
import type { Page } from '@playwright/test'

import {
  chatHeading,
  chatRow,
  chooseFor,
  content,
  editField,
  goOffline,
  loadMenuOf,
  message,
  openMenuOf,
  reaction,
  write,
} from './app.ts'
import { expectAccessible } from './axe.ts'
import { expect, test } from './fixtures.ts'

const confirm = (page: Page) => page.getByRole('dialog').getByRole('button', { name: 'Leave room' })

test('what is done without a line is done as soon as there is one, also by the next tab', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  for (const text of ['mend me', 'drop me']) await alice.api.send(id, text)
  await bob.api.send(id, 'like me')
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await loadMenuOf(page, 'like me')
  const context = page.context()
  await goOffline(stage, page)
  await chooseFor(page, 'mend me', 'Edit')
  await editField(page).fill('mended')
  await editField(page).press('Enter')
  await expect(message(page, 'mended')).toBeVisible()
  const menu = await openMenuOf(page, 'like me')
  await menu.getByRole('menuitemcheckbox', { name: 'React with 👍', exact: true }).click()
  await expect(reaction(page, 'like me', /^👍/)).toBeVisible()
  await chooseFor(page, 'drop me', 'Delete')
  await expect(message(page, 'You deleted this message')).toBeVisible()
  // Its notice has to go, and with it the way back.
  await expect(page.getByText('Message deleted')).toBeHidden({ timeout: 20_000 })
  await page.close()
  await context.setOffline(false)

  const again = await stage.tab(context, `/c/${id}`)
  await expect(message(again, 'mended')).toBeVisible()
  await expect(message(again, 'You deleted this message')).toBeVisible()
  await expect
    .poll(async () => (await bob.api.messages(id)).map(({ body }) => body))
    .toEqual(['mended', '', 'like me'])
  await expect
    .poll(async () => (await bob.api.messages(id)).at(-1)?.reactions)
    .toMatchObject([{ emoji: '👍', count: 1 }])
})

test('a room is joined without a line, and what is written into it goes out then', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const name = stage.named('Observatory')
  const { id } = await bob.api.createRoom(name)
  await bob.api.send(id, 'Look up')
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await expect(message(page, 'Look up')).toBeVisible()

  await goOffline(stage, page)
  await content(page).getByRole('button', { name: /^Join/ }).click()
  await expect(page.getByText('You join as soon as you are back online.')).toBeVisible()
  await expectAccessible(page, 'joining without a line')
  await write(page, 'What is that bright one?')
  await expect(message(page, 'What is that bright one?')).toBeVisible()

  await page.context().setOffline(false)
  await expect
    .poll(async () => (await bob.api.messages(id)).map(({ body }) => body), { timeout: 40_000 })
    .toContain('What is that bright one?')
  await expect(chatRow(page, name)).toBeVisible()
  await expect(page.getByText('You join as soon as you are back online.')).toBeHidden()
})

test('a room is left without a line', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const name = stage.named('Attic')
  const { id } = await bob.api.createRoom(name)
  await alice.api.join(id)
  // From the start page: what is shown where a room was is loaded then.
  const page = await stage.visit(alice)
  await chatRow(page, name).click()
  await chatHeading(page, name).click()
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(confirm(page)).toBeVisible()

  await goOffline(stage, page)
  await confirm(page).click()
  await expect(chatRow(page, name)).toBeHidden()
  expect((await bob.api.conversation(id)).memberCount).toBe(2)

  await page.context().setOffline(false)
  await expect
    .poll(async () => (await bob.api.conversation(id)).memberCount, { timeout: 40_000 })
    .toBe(1)
  await expect(chatRow(page, name)).toBeHidden()
})

test('a change that the server refuses is taken back, and can be tried again or given up', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'as it was')
  const page = await stage.visit(alice, { path: `/c/${id}` })
  stage.allow([/status of 403/])
  await page.route('**/api/v1/messages/**', (route) =>
    route.request().method() === 'GET'
      ? route.continue()
      : route.fulfill({ status: 403, json: { error: { code: 'forbidden', message: 'No.' } } }),
  )
  const menu = await openMenuOf(page, 'as it was')
  await menu.getByRole('menuitemcheckbox', { name: 'React with 👍', exact: true }).click()
  await expect(page.getByText('Reaction 👍 not saved')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Reactions' })).toHaveCount(0)
  await message(page, 'as it was').getByRole('button', { name: 'Discard' }).click()
  await expect(page.getByText('Reaction 👍 not saved')).toBeHidden()

  await chooseFor(page, 'as it was', 'Edit')
  await editField(page).fill('as it is now')
  await editField(page).press('Enter')
  await expect(page.getByText('Edit not saved')).toBeVisible()
  await expect(message(page, 'as it was')).toBeVisible()
  await page.reload()
  await expect(page.getByText('Edit not saved')).toBeVisible()
  await page.unroute('**/api/v1/messages/**')
  await message(page, 'as it was').getByRole('button', { name: 'Retry' }).click()
  await expect(message(page, 'as it is now')).toBeVisible()
  await expect(page.getByText('Edit not saved')).toBeHidden()
  expect((await bob.api.messages(id)).map(({ body }) => body)).toEqual(['as it is now'])
})
