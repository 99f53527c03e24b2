/** Who somebody is, as the open window of somebody else shows it, and finding people by keyboard. */
import { chatHeading, chatRow, content, message, openNewChat } from './app.ts'
import { expect, test } from './fixtures.ts'
import { coloursOf, photograph } from './photograph.ts'

test('a new name, a line and a picture reach a window that is open', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'look at me')
  const bobs = await stage.visit(bob, { path: `/c/${id}` })
  await expect(message(bobs, 'look at me')).toBeVisible()
  await chatHeading(bobs, alice.name).getByRole('button').click()
  const profile = bobs.getByRole('complementary', { name: 'Profile' })

  const page = await stage.visit(alice, { path: '/settings/profile' })
  const name = stage.named('Alice of the sea')
  await page.getByLabel('Name', { exact: true }).fill(name)
  await page.getByLabel('About you').fill('Never ashore')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  await expect(chatHeading(bobs, name)).toBeVisible()
  await expect(chatRow(bobs, name)).toBeVisible()

  await page.getByRole('button', { name: 'Change picture' }).click()
  const dialog = page.getByRole('dialog', { name: 'Picture' })
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'notes.txt',
    mimeType: 'text/plain',
    buffer: Buffer.from('no picture'),
  })
  await expect(dialog.getByRole('alert')).toContainText('not a picture')
  await dialog.locator('input[type=file]').setInputFiles(await photograph())
  // The frame and its zoom by keyboard.
  const zoom = dialog.getByRole('slider', { name: 'Zoom' })
  await zoom.focus()
  await page.keyboard.press('ArrowRight')
  await expect(zoom).not.toHaveAttribute('aria-valuetext', /100/)
  await page.keyboard.press('Home')
  await dialog.getByRole('button', { name: 'Save picture' }).click()
  await expect(dialog).toBeHidden()
  const shown = profile.locator('img')
  await expect(shown).toBeVisible()
  expect(await coloursOf(bobs, shown)).toEqual(['red', 'blue'])
  await expect(chatRow(bobs, name).locator('img')).toBeVisible()

  await page.getByRole('button', { name: 'Change picture' }).click()
  await dialog.getByRole('button', { name: 'Remove picture' }).click()
  await expect(shown).toHaveCount(0)
  await expect(chatRow(bobs, name).locator('img')).toHaveCount(0)
  // What was open is open again.
  await bobs.reload()
  await expect(profile).toContainText('Never ashore')
})

test('people and rooms are found and chosen by keyboard', async ({ stage }) => {
  const [alice] = await stage.people('Alice')
  const crew = await Promise.all(
    Array.from({ length: 12 }, (_, n) => stage.person(`Crew${String(n).padStart(2, '0')}`)),
  )
  const tag = alice.username.split('-')[1] ?? ''
  const room = await crew[0]?.api.createRoom(stage.named('Boathouse'))
  const page = await stage.visit(alice)
  const dialog = await openNewChat(page)
  await expect(dialog.getByRole('combobox')).toBeFocused()
  await page.keyboard.type(`Crew`)
  await expect(dialog.getByRole('option', { name: tag })).toHaveCount(12)
  await page.keyboard.press('Enter')
  await page.keyboard.type('Crew07')
  await expect(dialog.getByRole('option', { name: `Crew07 ${tag}` })).toBeVisible()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Create room with 2' }).press('Enter')
  await page.getByLabel('Name of the room').fill(stage.named('Night watch'))
  await page.keyboard.press('Enter')
  await expect(chatHeading(page, stage.named('Night watch'))).toBeVisible()

  await page.goto('/rooms')
  await content(page).getByRole('searchbox').fill(stage.named('Boathouse'))
  const listed = content(page).getByRole('list', { name: 'Public rooms' })
  await expect(listed.getByRole('link')).toHaveCount(1)
  // Past the cross that empties the field.
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await expect(listed.getByRole('link')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(`/c/${room?.id}`))
})
