/** What the owner and administrators do to accounts, rooms, messages and settings, as those it concerns see it. */
import type { Page } from '@playwright/test'

import type { Account } from './api.ts'
import {
  actionsOn,
  chatHeading,
  chatRow,
  chats,
  composer,
  message,
  signIn,
  signInHeading,
  timeline,
  write,
} from './app.ts'
import { expect, phone } from './fixtures.ts'
import { test } from './own-server.ts'

test('accounts: made, promoted, disabled, enabled and deleted', async ({ openServer }) => {
  const { stage, owner } = await openServer()
  stage.allow([/status of 40[34]/])
  const [bob, carol] = await stage.people('Bob', 'Carol')
  const room = await carol.api.createRoom('Regatta')
  await bob.api.join(room.id)
  await bob.api.send(room.id, 'I am in')
  const carols = await stage.visit(carol, { path: `/c/${room.id}` })
  const bobs = await stage.visit(bob, { path: `/c/${room.id}` })
  await expect(message(bobs, 'I am in')).toBeVisible()
  const page = await stage.visit(owner, { path: '/admin' })

  // By keyboard alone.
  const dora = stage.account('Dora')
  await page.getByRole('button', { name: 'New user' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name', { exact: true }).focus()
  await page.keyboard.type(dora.name)
  for (const value of [dora.username, dora.email]) {
    await page.keyboard.press('Tab')
    await page.keyboard.type(value)
  }
  await page.keyboard.press('Enter')
  const field = dialog.getByLabel('Reset link')
  await expect(field).toBeFocused()
  const doras = await stage.stranger({ path: await field.inputValue() })
  await page.keyboard.press('Escape')
  await expect(page.getByRole('row', { name: dora.name })).toContainText('never')
  await doras.getByLabel('New password').fill(dora.password)
  await doras.getByRole('button', { name: 'Set password' }).click()
  await doras.getByRole('link', { name: 'Back to sign-in' }).click()
  await signIn(doras, dora)
  await expect(chats(doras)).toBeVisible()
  await doras.goto('/admin')
  await expect(doras.getByText('Nothing roosts here')).toBeVisible()

  await act(page, carol, 'Make administrator')
  await expect(page.getByRole('row', { name: carol.name })).toContainText('Administrator')
  const administrator = await stage.visit(carol, { path: '/admin/users' })
  await expect(administrator.getByRole('button', { name: actionsOn(bob) })).toBeVisible()
  await expect(administrator.getByRole('button', { name: actionsOn(owner) })).toHaveCount(0)

  await act(page, bob, 'Disable')
  await expect(signInHeading(bobs)).toBeVisible()
  await signIn(bobs, bob)
  await expect(bobs.getByRole('alert')).toContainText('This account is disabled')
  await act(page, bob, 'Enable')
  await bobs.getByRole('button', { name: 'Sign in' }).click()
  await expect(message(bobs, 'I am in')).toBeVisible()

  await openAct(page, bob, 'Delete')
  await dialog.getByRole('radio', { name: 'Delete their messages' }).check()
  const confirm = dialog.getByRole('button', { name: 'Delete', exact: true })
  await expect(confirm).toBeDisabled()
  await dialog.getByRole('textbox').fill(bob.username)
  await confirm.click()
  await expect(signInHeading(bobs)).toBeVisible()
  await expect(page.getByRole('row', { name: bob.name })).toHaveCount(0)
  const gone = carols.getByRole('article', { name: 'Deleted account, Message deleted' })
  await expect(gone).toBeVisible()
  await expect(message(carols, 'I am in')).toHaveCount(0)

  await page.getByRole('link', { name: 'Audit log' }).click()
  const log = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem')
  await expect(log).toHaveText([
    /deleted/,
    /enabled .*Bob/,
    /disabled .*Bob/,
    /made .*Carol.* an administrator/,
    /made an account for .*Dora/,
  ])
})

test('rooms and messages: renamed, archived, restored, removed and deleted', async ({
  openServer,
}) => {
  const { stage, owner } = await openServer()
  stage.allow([/status of 40[34]/])
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const room = await alice.api.createRoom('Jury', { visibility: 'private' })
  await alice.api.add(room.id, bob.id)
  const direct = await alice.api.openDirect(bob.id)
  await alice.api.send(direct.id, 'a spinnaker between us')
  await alice.api.send(room.id, 'the spinnaker is torn')
  await alice.api.send(room.id, 'who has a needle?')
  const bobs = await stage.visit(bob, { path: `/c/${room.id}` })
  await expect(message(bobs, 'who has a needle?')).toBeVisible()

  const page = await stage.visit(owner, { path: '/admin/messages' })
  await page.getByRole('searchbox').fill('spinnaker')
  const hits = page.getByRole('list', { name: 'Messages' }).getByRole('listitem')
  await expect(hits).toHaveCount(1)
  await expect(hits.locator('mark')).toHaveText('spinnaker')
  await hits.getByRole('button', { name: 'Jury' }).click()
  await expect(page.getByText('In \u2068Jury\u2069')).toBeVisible()
  await hits.getByRole('button', { name: 'Remove message' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Nothing found.')).toBeVisible()
  await expect(message(bobs, 'This message was deleted')).toBeVisible()
  await expect(message(bobs, 'the spinnaker is torn')).toHaveCount(0)

  await page.getByRole('link', { name: 'Rooms' }).click()
  await openAct(page, { name: 'Jury' }, 'Rename')
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill('Race jury')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(chatHeading(bobs, 'Race jury')).toBeVisible()
  const race = { name: 'Race jury' }

  await act(page, race, 'Archive')
  await expect(bobs.getByText('This room is archived: it can be read')).toBeVisible()
  await expect(composer(bobs)).toHaveCount(0)
  await act(page, race, 'Restore')
  await write(bobs, 'still here')
  await expect(message(bobs, 'still here')).toBeVisible()

  await openAct(page, race, 'Delete room')
  await dialog.getByRole('textbox').fill('Race jury')
  await dialog.getByRole('button', { name: 'Delete room' }).click()
  await expect(page.getByText('There are no rooms yet.')).toBeVisible()
  await expect(bobs.getByRole('heading', { name: 'Nobody sits here' })).toBeVisible()
  await expect(chatRow(bobs, 'Race jury')).toHaveCount(0)

  await page.getByRole('link', { name: 'Audit log' }).click()
  const log = page.getByRole('list', { name: 'Audit log' }).getByRole('listitem')
  await expect(log).toHaveText([
    /deleted the room .*Race jury/,
    /restored the room .*Race jury/,
    /archived the room .*Race jury/,
    /renamed the room .*/,
    /removed a message from .*Jury/,
  ])
})

test('settings hold at once; health and all sections fit a phone', async ({ openServer }) => {
  const { stage, owner } = await openServer()
  const [bob] = await stage.people('Bob')
  const room = await bob.api.createRoom('Galley')
  for (let n = 10; n < 40; n++) await bob.api.send(room.id, `recipe ${n}`)
  const page = await stage.visit(owner, { ...phone, path: '/admin' })
  await page.getByRole('link', { name: 'Settings' }).click()
  const save = async (group: string) => {
    await page.getByRole('region', { name: group }).getByRole('button', { name: 'Save' }).click()
    await expect(page.getByRole('region', { name: group }).getByRole('alert')).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Discard' })).toHaveCount(0)
  }
  await page.getByLabel('Name', { exact: true }).fill('The harbour')
  await save('Community')
  await page.getByRole('radio', { name: 'Nobody' }).check()
  await save('Joining')
  const size = page.getByLabel('In a room')
  await size.fill('0')
  await page
    .getByRole('region', { name: 'Pages of messages' })
    .getByRole('button', { name: 'Save' })
    .click()
  await expect(page.getByRole('alert')).toContainText('Use a whole number')
  await size.fill('7')
  await save('Pages of messages')
  await expect(page.getByLabel('Requests a second')).toBeDisabled()
  await expect(page.getByText('ROOST_REQUESTS_PER_SECOND')).toBeVisible()

  const stranger = await stage.stranger()
  await expect(stranger.getByRole('heading', { name: 'The harbour' })).toBeVisible()
  await expect(stranger.getByText('New accounts are made by the administrators')).toBeVisible()
  const bobs = await stage.visit(bob)
  const loading = bobs.waitForResponse(/\/messages(\?|$)/)
  await bobs.goto(`/c/${room.id}`)
  const { messages: first } = (await (await loading).json()) as { messages: unknown[] }
  expect(first).toHaveLength(7)
  await expect(message(bobs, 'recipe 39')).toBeInViewport()
  await timeline(bobs).press('Home')
  await expect(message(bobs, 'recipe 10')).toBeInViewport()

  for (const section of ['Users', 'Rooms', 'Messages', 'Invites', 'Health', 'Audit log']) {
    await page.getByRole('button', { name: 'Back' }).click()
    await page.getByRole('link', { name: section }).click()
    await expect(page.getByRole('heading', { name: section, level: 1 })).toBeVisible()
    // Once the pane has slid in.
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  }
  await expect(page.getByRole('listitem').filter({ hasText: 'changed settings' })).toHaveCount(3)
})

async function openAct(page: Page, on: { name: string }, what: string): Promise<void> {
  await page.getByRole('button', { name: actionsOn(on) }).click()
  await page.getByRole('menuitem', { name: what, exact: true }).click()
}

/** Chooses something in the menu of a row, and says yes. */
async function act(page: Page, on: Pick<Account, 'name'>, what: string): Promise<void> {
  await openAct(page, on, what)
  await page.getByRole('dialog').getByRole('button', { name: what }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
}
