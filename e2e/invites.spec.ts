/** The links that let people in: to a server that takes nobody else, and to a private room. */
import type { Page } from '@playwright/test'
import decodeQR from 'qr/decode.js'
import sharp from 'sharp'

import { chatHeading, chats, fillSignUp, message, signIn, write } from './app.ts'
import { expect } from './fixtures.ts'
import { test } from './own-server.ts'

test('a server that is by invite takes one for each link of one', async ({ openServer }) => {
  const { stage, owner } = await openServer()
  stage.allow([/status of 40[034]/])
  const admin = await stage.visit(owner, { path: '/admin/settings' })
  await admin.getByRole('radio', { name: 'Whoever has an invite' }).check()
  const joining = admin.getByRole('region', { name: 'Joining' })
  await joining.getByRole('button', { name: 'Save' }).click()
  await expect(admin.getByText('Saved.', { exact: true })).toBeVisible()

  const stranger = await stage.stranger({ path: '/sign-up' })
  await expect(stranger.getByText('You need an invite link')).toBeVisible()
  await expect(stranger.getByRole('textbox')).toHaveCount(0)
  await expect(stage.signUp(stage.account('Mallory'))).rejects.toThrow(/invite_required/)

  await admin.goto('/')
  await admin.getByRole('button', { name: 'Invite people', exact: true }).click()
  const link = await makeLink(admin, 'One')
  expect(await readCode(admin)).toBe(link)

  await stranger.goto(link)
  await expect(stranger.getByText('invites you. Create your account')).toBeVisible()
  const late = await stage.stranger({ path: link })
  await fillSignUp(late, stage.account('Mallory'))
  await fillSignUp(stranger, stage.account('Bob'))
  await stranger.getByRole('button', { name: 'Create account' }).click()
  await expect(chats(stranger)).toBeVisible()
  await late.getByRole('button', { name: 'Create account' }).click()
  await expect(late.getByRole('alert')).toContainText('no longer valid')
  await late.reload()
  await expect(late.getByRole('heading', { name: 'This invite is over' })).toBeVisible()

  await admin.getByRole('button', { name: 'Make another link' }).click()
  const other = await makeLink(admin, 'Any number')
  await late.goto(other)
  await expect(late.getByLabel('User name')).toBeVisible()
  await admin.getByRole('button', { name: /^Revoke/ }).click()
  await expect(admin.getByRole('button', { name: /^Revoke/ })).toHaveCount(0)
  await late.reload()
  await expect(late.getByRole('heading', { name: 'This invite is over' })).toBeVisible()
})

test('the link of a private room brings in who has an account, and who makes one', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const name = stage.named('Jury')
  const { id } = await alice.api.createRoom(name, { visibility: 'private', topic: 'Who wins' })
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await chatHeading(page, name).getByRole('button').click()
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const link = await makeLink(page, 'Ten')

  const bobs = await stage.stranger({ path: link })
  await expect(bobs.getByText('Who wins')).toBeVisible()
  await expect(bobs.getByText('1 member')).toBeVisible()
  await bobs.getByRole('link', { name: 'Sign in' }).click()
  await signIn(bobs, bob)
  await bobs.getByRole('button', { name: `Join` }).click()
  await expect(chatHeading(bobs, name)).toBeVisible()

  const carols = await stage.stranger({ path: link })
  await fillSignUp(carols, stage.account('Carol'))
  await carols.getByRole('button', { name: 'Create account and join' }).click()
  await expect(chatHeading(carols, name)).toBeVisible()
  await write(carols, 'here I am')
  await expect(message(bobs, 'here I am')).toBeVisible()

  await bobs.goto(link)
  await expect(bobs.getByText('You are in this room already.')).toBeVisible()
  await bobs.getByRole('button', { name: 'Open' }).click()
  await expect(message(bobs, 'here I am')).toBeVisible()
})

/** Makes a link in the dialog that is open, and reads it. */
async function makeLink(page: Page, uses: 'One' | 'Ten' | 'Any number'): Promise<string> {
  const dialog = page.getByRole('dialog', { name: 'Invite people' })
  await dialog.getByRole('radio', { name: uses }).click()
  await dialog.getByRole('button', { name: 'Make link' }).click()
  const field = dialog.getByRole('textbox', { name: 'Invite link' })
  await expect(field).toBeFocused()
  // Too long to be seen whole, it shows its beginning.
  expect(await field.evaluate(({ scrollLeft }) => scrollLeft)).toBe(0)
  return field.inputValue()
}

/** What a phone that photographs the code would open. */
async function readCode(page: Page): Promise<string> {
  const code = page.getByRole('img', { name: 'QR code of the invite link' })
  const picture = await code.locator('svg').screenshot({ type: 'png' })
  const { data, info } = await sharp(picture)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return decodeQR({ data, width: info.width, height: info.height })
}
