/** What happens to passwords, addresses and devices: everything that decides who is signed in where. */
import type { Page } from '@playwright/test'

import { actionsOn, chats, fillSignIn, signIn, signInHeading } from './app.ts'
import { expect, wrongPasswordComplaints } from './fixtures.ts'
import { startMailServer } from './mail-server.ts'
import { namedOrigin, test } from './own-server.ts'

const newPassword = 'seven gulls on a pier'

test('a forgotten password is reset by mail, which ends every session', async ({ openServer }) => {
  await using post = await startMailServer()
  const { stage } = await openServer({ ...(await namedOrigin()), ...post.env })
  stage.allow([/status of 403/, ...wrongPasswordComplaints])
  const erin = await stage.person('Erin')
  const elsewhere = await stage.visit(erin)
  await expect(chats(elsewhere)).toBeVisible()

  const page = await stage.stranger({ path: '/sign-in' })
  const ask = async (login: string) => {
    await page.getByLabel('E-mail or user name').fill(login)
    await page.getByRole('button', { name: 'Send the link' }).click()
    await expect(page.getByRole('heading', { name: 'Look into your mail' })).toBeVisible()
  }
  await page.getByRole('link', { name: 'Forgot it?' }).click()
  // The page that one comes from has a field of the same name.
  await expect(page.getByRole('heading', { name: 'Forgot your password?' })).toBeVisible()
  await ask('nobody-of-that-name')
  await page.getByRole('button', { name: 'ask again' }).click()
  await ask(erin.username)
  const mail = await post.mailTo(erin.email)
  const link = /http:\/\/\S+\/reset\/\S+/.exec(mail.text ?? '')?.[0] ?? ''
  expect(new URL(link).origin).toBe(stage.origin)

  await page.goto(link)
  await setPassword(page, newPassword)
  await expect(page.getByRole('heading', { name: 'Your new password is set' })).toBeVisible()
  await expect(signInHeading(elsewhere)).toBeVisible()

  await page.goto(link)
  await setPassword(page, 'eight gulls on a pier')
  await expect(page.getByRole('heading', { name: 'This link has had its time' })).toBeVisible()
  const reached = post.mails.flatMap(({ to = [] }) => to.map(({ address }) => address))
  expect(new Set(reached)).toEqual(new Set([erin.email]))

  await elsewhere.goto('/sign-in')
  await signIn(elsewhere, erin)
  await expect(elsewhere.getByRole('alert')).toBeVisible()
  await signIn(elsewhere, { ...erin, password: newPassword })
  await expect(chats(elsewhere)).toBeVisible()
})

test('where no mail is sent, an administrator makes the link', async ({ stage }) => {
  stage.allow([/status of 40[03]/])
  const erin = await stage.person('Erin')
  const page = await stage.stranger({ path: '/forgot' })
  await expect(page.getByText('This server sends no mail.')).toBeVisible()
  await expect(page.getByRole('textbox')).toHaveCount(0)

  const olga = { ...stage.account('Olga'), username: 'olga' }
  const context = await stage.context({ permissions: ['clipboard-read', 'clipboard-write'] })
  await stage.signIn(context, olga)
  const admin = await stage.tab(context, '/admin/users')
  await admin.getByRole('searchbox').fill(erin.name)
  await admin.getByRole('button', { name: actionsOn(erin) }).click()
  await admin.getByRole('menuitem', { name: 'Make a reset link' }).click()
  const dialog = admin.getByRole('dialog', { name: 'Reset link for' })
  await dialog.getByRole('button', { name: 'Make link' }).click()
  await dialog.getByRole('button', { name: 'Copy' }).click()
  await expect(dialog.getByRole('button', { name: 'Copied' })).toBeVisible()
  const link = await admin.evaluate(() => navigator.clipboard.readText())
  await expect(dialog.getByLabel('Reset link')).toHaveValue(link)

  await page.goto(link)
  await page.getByLabel('New password').fill('short')
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByRole('alert')).toContainText('at least')
  await setPassword(page, newPassword)
  await page.getByRole('link', { name: 'Back to sign-in' }).click()
  await signIn(page, { ...erin, password: newPassword })
  await expect(chats(page)).toBeVisible()
  // Whoever made it could have used it: the person is told.
  await page.goto('/settings/profile')
  const notice = page.getByText('An administrator made a password reset link')
  await expect(notice).toBeVisible()
  await page.getByRole('button', { name: 'I have seen this' }).click()
  await expect(notice).toBeHidden()
  await page.goto(link)
  await setPassword(page, 'eight gulls on a pier')
  await expect(page.getByRole('heading', { name: 'This link has had its time' })).toBeVisible()
})

test('a new password, a new address, and the other devices', async ({ stage }) => {
  stage.allow([/status of 40[03]/])
  const erin = await stage.person('Erin')
  const page = await stage.visit(erin, { path: '/settings/account' })
  const other = await stage.visit(erin)
  await expect(chats(other)).toBeVisible()

  await page.getByRole('button', { name: 'Change password' }).click()
  const dialog = page.getByRole('dialog')
  const change = async (current: string) => {
    await dialog.getByLabel('Current password', { exact: true }).fill(current)
    await dialog.getByLabel('New password', { exact: true }).fill(newPassword)
    await dialog.getByRole('button', { name: 'Change password' }).click()
  }
  await change('not this one')
  await expect(dialog.getByRole('alert')).toHaveText('That is not your password.')
  await expect(chats(other)).toBeVisible()
  await change(erin.password)
  await expect(dialog).toBeHidden()
  await expect(signInHeading(other)).toBeVisible()

  const email = `new-${erin.email}`
  await page.getByRole('button', { name: 'Change e-mail' }).click()
  await dialog.getByLabel('New e-mail').fill(email)
  await dialog.getByLabel('Your password', { exact: true }).fill(newPassword)
  await dialog.getByRole('button', { name: 'Save' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByText(email)).toBeVisible()

  await fillSignIn(other, { ...erin, username: email, password: newPassword })
  await other.getByRole('button', { name: 'Sign in' }).click()
  await expect(chats(other)).toBeVisible()
  await page.getByRole('link', { name: 'Devices' }).click()
  await expect(page.getByRole('heading', { name: '1 other device' })).toBeVisible()
  await page.getByRole('button', { name: /^Sign out there: .*Chrom/ }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out there' }).click()
  await expect(signInHeading(other)).toBeVisible()
  await expect(page.getByText('You are signed in nowhere else.')).toBeVisible()
})

async function setPassword(page: Page, password: string): Promise<void> {
  await page.getByLabel('New password').fill(password)
  await page.getByRole('button', { name: 'Set password' }).click()
}
