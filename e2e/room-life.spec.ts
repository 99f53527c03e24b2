/** A room from its first topic to its last member, and what each of them may do in it. */
import type { Page } from '@playwright/test'

import {
  anyUnread,
  chatHeading,
  chatRow,
  chats,
  chooseFor,
  choosePerson,
  composer,
  content,
  inSentence,
  message,
  openMenuOf,
  timeline,
} from './app.ts'
import { expectAccessible } from './axe.ts'
import { expect, test } from './fixtures.ts'
import { coloursOf, photograph } from './photograph.ts'

const details = (page: Page) => page.getByRole('complementary', { name: 'Room details' })

async function openDetails(page: Page, room: string): Promise<void> {
  await chatHeading(page, room).getByRole('button').click()
  await expect(details(page)).toBeVisible()
}

/** Uses a power over a member, by the menu of their row. */
async function wield(page: Page, member: string, power: string): Promise<void> {
  const options = details(page).getByRole('button', { name: `Options for ${inSentence(member)}` })
  await options.click()
  await page.getByRole('menuitem', { name: power }).click()
}

const confirm = (page: Page, action: string) =>
  page.getByRole('alertdialog').or(page.getByRole('dialog')).getByRole('button', { name: action })

test('those who steer a room change it, and all see it at once', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const name = stage.named('Boats')
  const room = await alice.api.createRoom(name, { visibility: 'private' })
  await alice.api.add(room.id, bob.id)
  await bob.api.send(room.id, 'a word of Bob')
  const path = `/c/${room.id}`
  const atAlice = await stage.visit(alice, { path })
  const atBob = await stage.visit(bob, { path })
  await openDetails(atAlice, name)
  await openDetails(atBob, name)
  await expect(details(atBob).getByRole('button', { name: 'Edit the room' })).toBeHidden()

  const renamed = stage.named('Big boats')
  await details(atAlice).getByRole('button', { name: 'Edit the room' }).click()
  await details(atAlice).getByLabel('Name of the room').fill(renamed)
  await details(atAlice).getByLabel('Topic').fill('Masts and bilges')
  await details(atAlice)
    .getByRole('radio', { name: /Public/ })
    .check()
  await expectAccessible(atAlice, 'editing a room')
  await details(atAlice).getByRole('button', { name: 'Save' }).click()
  await expect(chatHeading(atBob, renamed)).toBeVisible()
  await expect(details(atBob)).toContainText('Masts and bilges')
  await expect(details(atBob)).toContainText('Public room')
  for (const line of ['renamed the room', 'changed the topic', 'made this room public'])
    await expect(timeline(atBob)).toContainText(line)
  expect((await carol.api.rooms(renamed)).map(({ id }) => id)).toEqual([room.id])

  await details(atAlice).getByRole('button', { name: 'More' }).click()
  await atAlice.getByRole('menuitem', { name: 'Add people' }).click()
  const dialog = atAlice.getByRole('dialog', { name: 'Add people' })
  await choosePerson(dialog, carol.name)
  await dialog.getByRole('button', { name: 'Add 1 person' }).click()
  await expect(dialog).toBeHidden()
  await expect(content(atBob).getByText('3 members').first()).toBeVisible()

  // Bob becomes an administrator, and may what members may not.
  await carol.api.send(room.id, 'a rude word')
  const asMember = await openMenuOf(atBob, 'a rude word')
  await expect(asMember.getByRole('menuitem', { name: 'Reply' })).toBeVisible()
  await expect(asMember.getByRole('menuitem', { name: 'Delete' })).toHaveCount(0)
  await atBob.keyboard.press('Escape')
  await expect(asMember).toBeHidden()
  await wield(atAlice, bob.name, 'Make administrator')
  await expect(details(atBob).getByRole('button', { name: 'Edit the room' })).toBeVisible()
  await expect(timeline(atBob)).toContainText('made you an admin')
  await carol.api.send(room.id, 'a word of Carol')
  const menu = await openMenuOf(atBob, 'a word of Carol')
  await expect(menu.getByRole('menuitem', { name: 'Delete' })).toBeVisible()
  await expect(menu.getByRole('menuitem', { name: 'Edit' })).toHaveCount(0)
  await atBob.keyboard.press('Escape')
  await expect(menu).toBeHidden()
  const deleted = 'This message was deleted'
  await chooseFor(atBob, 'a rude word', 'Delete')
  await expect(message(atBob, deleted)).toBeVisible()

  // Handed over, it is Bob's; Alice stays and can go. Her list of members may ask once more, too late.
  stage.allow([/status of 403/])
  await wield(atAlice, bob.name, 'Hand over the room')
  await confirm(atAlice, 'Hand over').click()
  await expect(timeline(atBob)).toContainText('made you the owner')
  // When the notice with its Undo has gone.
  await expect(message(atAlice, deleted)).toBeVisible()
  await expect(message(atAlice, 'a rude word')).toHaveCount(0)
  await details(atAlice).getByRole('button', { name: 'More' }).click()
  await expect(atAlice.getByRole('menuitem', { name: 'Delete room' })).toHaveCount(0)
  await atAlice.getByRole('menuitem', { name: 'Leave room' }).click()
  await confirm(atAlice, 'Leave room').click()
  await expect(chatRow(atAlice, renamed)).toBeHidden()
  await expect(timeline(atBob)).toContainText(`${inSentence(alice.name)} left`)

  await details(atBob).getByRole('button', { name: 'More' }).click()
  await atBob.getByRole('menuitem', { name: 'Delete room' }).click()
  await atBob.getByLabel('Type the name of the room').fill(renamed)
  const atCarol = await stage.visit(carol, { path })
  await expect(message(atCarol, 'a word of Carol')).toBeVisible()
  await expect(message(atCarol, deleted)).toBeVisible()
  // It began as a private room: what was said before one came stays among those who were there.
  await expect(atCarol.getByText('a word of Bob')).toHaveCount(0)
  await atBob.getByRole('dialog').getByRole('button', { name: 'Delete room' }).click()
  for (const page of [atBob, atCarol]) {
    await expect(chatRow(page, renamed)).toBeHidden()
    await expect(page.getByText('a word of Carol')).toHaveCount(0)
  }
})

test('a room gets a picture, which all see at once, and loses it again', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const name = stage.named('Lookout')
  const room = await alice.api.createRoom(name)
  await bob.api.join(room.id)
  const path = `/c/${room.id}`
  const atAlice = await stage.visit(alice, { path })
  const atBob = await stage.visit(bob, { path })
  await openDetails(atAlice, name)
  await openDetails(atBob, name)
  await expect(details(atBob).getByRole('button', { name: 'Change picture' })).toHaveCount(0)

  const dialog = atAlice.getByRole('dialog', { name: 'Picture' })
  await details(atAlice).getByRole('button', { name: 'Change picture' }).click()
  await dialog.locator('input[type=file]').setInputFiles(await photograph())
  await expect(dialog.getByRole('slider', { name: 'Zoom' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Save picture' }).click()
  await expect(dialog).toBeHidden()
  const shown = details(atBob).locator('img').first()
  await expect(shown).toBeVisible()
  expect(await coloursOf(atBob, shown)).toEqual(['red', 'blue'])
  await expect(chatRow(atBob, name).locator('img')).toBeVisible()
  await expect(timeline(atBob)).toContainText('changed the picture of this room')

  await details(atAlice).getByRole('button', { name: 'Change picture' }).click()
  await dialog.getByRole('button', { name: 'Remove picture' }).click()
  await expect(details(atBob).locator('img')).toHaveCount(0)
  await expect(chatRow(atBob, name).locator('img')).toHaveCount(0)
})

test('who is removed learns it at once, and hears nothing more', async ({ stage }) => {
  const [alice, mallory] = await stage.people('Alice', 'Mallory')
  const name = stage.named('Quiet corner')
  const room = await alice.api.createRoom(name, { visibility: 'private' })
  await alice.api.add(room.id, mallory.id)
  await alice.api.send(room.id, 'while you were here')
  const atAlice = await stage.visit(alice, { path: `/c/${room.id}` })
  const atMallory = await stage.visit(mallory)
  const frames: string[] = []
  atMallory.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
  )
  await atMallory.goto(`/c/${room.id}`)
  await expect(message(atMallory, 'while you were here')).toBeVisible()
  stage.allow([/status of 404/])

  await openDetails(atAlice, name)
  await wield(atAlice, mallory.name, 'Remove from the room')
  await expectAccessible(atAlice, 'asking before removing somebody')
  await confirm(atAlice, 'Remove').click()
  await expect(atMallory.getByText('Nobody sits here')).toBeVisible()
  await expect(composer(atMallory)).toBeHidden()
  await expect(atMallory.getByText('while you were here')).toHaveCount(0)
  await expect(chatRow(atMallory, name)).toBeHidden()

  await alice.api.send(room.id, 'after you were gone')
  // Something that does arrive, after what must not.
  const { id } = await alice.api.openDirect(mallory.id)
  await alice.api.send(id, 'just between us')
  await expect(chatRow(atMallory, alice.name)).toContainText('just between us')
  expect(frames.join('\n')).not.toContain('after you were gone')
  await atMallory.reload()
  await expect(atMallory.getByText('Nobody sits here')).toBeVisible()
})

test('pinned, muted, read and archived by the menu of a row', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const fromBob = await bob.api.openDirect(alice.id)
  const fromCarol = await carol.api.openDirect(alice.id)
  await bob.api.send(fromBob.id, 'from Bob')
  await carol.api.send(fromCarol.id, 'from Carol')
  const page = await stage.visit(alice)
  const elsewhere = await stage.visit(alice)
  const rows = (at: Page) => chats(at).getByRole('listitem')
  const choose = async (name: string, ...commands: string[]) => {
    await chatRow(page, name).getByRole('link').click({ button: 'right' })
    for (const command of commands) await page.getByRole('menuitem', { name: command }).click()
    await expect(page.getByRole('menu')).toHaveCount(0)
  }
  await expect(rows(elsewhere)).toContainText([carol.name, bob.name])

  await choose(bob.name, 'Pin')
  await expect(rows(elsewhere)).toContainText([bob.name, carol.name])
  await choose(bob.name, 'Mark as read')
  await expect(anyUnread(chatRow(elsewhere, bob.name))).toBeHidden()
  await expect(anyUnread(chatRow(elsewhere, carol.name))).toBeVisible()
  await choose(carol.name, 'Mute', 'For a week')
  await expect(chatRow(elsewhere, carol.name)).toContainText('Muted')
  await expect(elsewhere).toHaveTitle(/^(?!\()/)

  await chatRow(page, carol.name).getByRole('link').click({ button: 'right' })
  await expectAccessible(page, 'menu of a chat')
  await page.getByRole('menuitem', { name: 'Archive' }).click()
  await expect(chatRow(elsewhere, carol.name)).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(chatRow(elsewhere, carol.name)).toBeVisible()
  await choose(carol.name, 'Archive')
  await expect(chatRow(elsewhere, carol.name)).toBeHidden()
  await elsewhere.getByRole('button', { name: /^Archived/ }).click()
  await expect(chatRow(elsewhere, carol.name)).toBeVisible()
})
