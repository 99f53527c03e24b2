/** Changes to messages that are made without a line: nothing is lost without a word. */
import { chooseFor, editField, message, messageMenu, openMenuOf, reaction } from './app.ts'
import { expect, offlineComplaints, test } from './fixtures.ts'

test('a change made without a line is taken back with a word, and works again with one', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  for (const text of ['mend me', 'drop me']) await alice.api.send(id, text)
  await bob.api.send(id, 'like me')
  const page = await stage.visit(alice, { path: `/c/${id}` })
  // What the menu is made of is there before the line goes.
  await openMenuOf(page, 'like me')
  await page.keyboard.press('Escape')
  await expect(messageMenu(page)).toBeHidden()

  stage.allow(offlineComplaints)
  await page.context().setOffline(true)
  await expect(page.getByText('Offline. You can keep writing.')).toBeVisible()
  await chooseFor(page, 'mend me', 'Edit')
  await editField(page).fill('mended')
  await editField(page).press('Enter')
  await expect(message(page, 'mended')).toBeVisible()
  await expect(page.getByText('The change did not get through.')).toBeVisible()
  await expect(message(page, 'mend me')).toBeVisible()
  const menu = await openMenuOf(page, 'like me')
  await menu.getByRole('menuitemcheckbox', { name: 'React with 👍', exact: true }).click()
  await expect(reaction(page, 'like me', /^👍/)).toBeVisible()
  await expect(page.getByText('Your reaction did not get through.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Reactions' })).toHaveCount(0)
  await chooseFor(page, 'drop me', 'Delete')
  await expect(message(page, 'You deleted this message')).toBeVisible()
  await expect(page.getByText('The message could not be deleted.')).toBeVisible({ timeout: 20_000 })
  await expect(message(page, 'drop me')).toBeVisible()

  await page.context().setOffline(false)
  await expect(page.getByText('Offline. You can keep writing.')).toBeHidden({ timeout: 40_000 })
  await chooseFor(page, 'mend me', 'Edit')
  await editField(page).fill('mended')
  await editField(page).press('Enter')
  await expect
    .poll(async () => (await bob.api.messages(id)).map(({ body }) => body))
    .toEqual(['mended', 'drop me', 'like me'])
})

test('a change that the server refuses is taken back, with a word', async ({ stage }) => {
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
  await chooseFor(page, 'as it was', 'Edit')
  await editField(page).fill('as it never was')
  await editField(page).press('Enter')
  await expect(page.getByText('The change did not get through.')).toBeVisible()
  await expect(message(page, 'as it was')).toBeVisible()
  const menu = await openMenuOf(page, 'as it was')
  await menu.getByRole('menuitemcheckbox', { name: 'React with 👍', exact: true }).click()
  await expect(page.getByText('Your reaction did not get through.')).toBeVisible()
  await expect(page.getByRole('list', { name: 'Reactions' })).toHaveCount(0)
})
