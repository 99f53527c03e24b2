import type { Browser } from '@playwright/test'
import { adminEndpoints, endpoints } from '@roost/protocol'

import { fillSignUp } from './app.ts'
import { arrive } from './club.ts'
import { expect, Stage } from './fixtures.ts'
import { layouts, photographer, still, translateDevice, type Layout } from './photographer.ts'
import { makeDataFolder, startServer } from './server.ts'
import type { Tour } from './tour.ts'

/** What one sees before there is a session. */
export async function accountScreens({ stage, world, shootSignedOut: shoot, open }: Tour) {
  stage.allow([/status of 40[0134]/])
  await using jonas = await arrive(world, 'jonas')
  const call: typeof jonas.client.call = (endpoint, input) => jonas.client.call(endpoint, input)
  const page = await open(null, '/sign-in')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await shoot(page, 'sign-in')
  await page.getByLabel('E-mail or user name').fill('nora')
  await page.getByLabel('Password', { exact: true }).fill('not this one')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toBeVisible()
  await shoot(page, 'sign-in-refused', { english: true })
  await page.goto('/sign-up')
  await fillSignUp(page, { ...stage.account('Mei'), password: 'short' })
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  await shoot(page, 'sign-up-refused', { english: true })
  await page.goto('/forgot')
  await expect(page.getByText('This server sends no mail.')).toBeVisible()
  await shoot(page, 'forgot-by-admin')
  // The answer of a server that sends mail.
  await page.route('**/api/v1/server', async (route) => {
    const response = await route.fetch()
    const known = endpoints.server.response.parse(await response.json())
    await route.fulfill({ response, json: { ...known, passwordReset: 'mail' } })
  })
  await page.route('**/api/auth/request-password-reset', (route) =>
    route.fulfill({ json: { status: true, success: true } }),
  )
  await page.goto('/forgot')
  await expect(page.getByRole('button', { name: 'Send the link' })).toBeVisible()
  await shoot(page, 'forgot')
  await page.unrouteAll()
  await page.goto('/reset/no-such-token')
  await expect(page.getByLabel('New password')).toBeVisible()
  await shoot(page, 'reset')
  await page.getByLabel('New password').fill('seven gulls on a pier')
  await page.getByRole('button', { name: 'Set password' }).click()
  await expect(page.getByRole('heading', { name: 'This link has had its time' })).toBeVisible()
  await shoot(page, 'reset-over', { english: true })

  const conversationId = world.chatId('Segelclub Möwenbucht')
  const toServer = await call(endpoints.createInvite, { body: {} })
  const toRoom = await call(endpoints.createInvite, { body: { conversationId } })
  await page.goto(`/invite/${toServer.token}`)
  await expect(page.getByText('invites you')).toBeVisible()
  await shoot(page, 'invite-to-server')
  await page.goto(`/invite/${toRoom.token}`)
  await expect(page.getByRole('button', { name: 'Create account and join' })).toBeVisible()
  await shoot(page, 'invite-to-room')
  await page.goto('/invite/no-such-token')
  await expect(page.getByRole('heading', { name: 'This invite is over' })).toBeVisible()
  await shoot(page, 'invite-over')
  const sofie = await open('sofie', `/invite/${toRoom.token}`)
  await expect(sofie.getByRole('link', { name: 'Go to your chats' })).toBeVisible()
  await shoot(sofie, 'invite-signed-in', { english: true })

  for (const signUp of ['invite', 'closed'] as const) {
    await call(adminEndpoints.adminUpdateSettings, { body: { signUp } })
    await page.goto('/sign-up')
    await expect(page.getByText(/invite link|no new accounts/)).toBeVisible()
    await shoot(page, `sign-up-${signUp}`)
  }
  await page.goto('/no/such/place')
  await expect(page.getByText('Nothing roosts here')).toBeVisible()
  await shoot(page, 'not-found')
}

export async function setUpScreens(browser: Browser, layout: Layout): Promise<void> {
  using folder = makeDataFolder()
  await using server = await startServer(folder)
  await using stage = new Stage(browser, server.origin)
  const shoot = photographer(layout, translateDevice)
  const page = await stage.stranger({ ...layouts[layout], ...still })
  await expect(page.getByText('This server is not set up yet')).toBeVisible()
  await shoot(page, 'not-set-up')
  await page.goto(server.setupLink ?? '')
  await expect(page.getByRole('heading', { name: 'Welcome to Roost' })).toBeVisible()
  await shoot(page, 'set-up')
}
