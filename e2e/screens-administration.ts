import type { Page } from '@playwright/test'
import { adminEndpoints, endpoints } from '@roost/protocol'

import { actionsOn } from './app.ts'
import { arrive } from './club.ts'
import { expect } from './fixtures.ts'
import type { Tour } from './tour.ts'

/** Every section that the owner sees, and the dialogs in them. */
export async function administrationScreens({ world, layout, shoot, open }: Tour) {
  await using jonas = await arrive(world, 'jonas')
  const call: typeof jonas.client.call = (endpoint, input) => jonas.client.call(endpoint, input)
  const { users } = await jonas.client.findUsers({ query: 'Werner' })
  const params = { id: users[0]?.id ?? '' }
  await call(adminEndpoints.adminUpdateUser, { params, body: { disabled: true } })
  await call(endpoints.createInvite, { body: { maxUses: 10 } })
  const conversationId = world.chatId('Segelclub Möwenbucht')
  await call(endpoints.createInvite, { body: { conversationId, expiresIn: null } })

  const page = await open('jonas', '/admin')
  const dialog = page.getByRole('dialog')
  const section = async (path: string, heading: string) => {
    await page.goto(`/admin/${path}`)
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
  }
  const choose = async (on: string, what: string) => {
    await page.getByRole('button', { name: actionsOn({ name: on }) }).click()
    await page.getByRole('menuitem', { name: what, exact: true }).click()
    await expect(dialog).toBeVisible()
  }
  if (layout === 'phone') {
    await expect(page.getByRole('link', { name: 'Health' })).toBeVisible()
    await shoot(page, 'admin')
  }
  await section('users', 'Users')
  await expect(page.getByRole('row', { name: 'Werner Lang' })).toBeVisible()
  await shoot(page, 'admin-users')
  await page
    .getByRole('button', { name: actionsOn({ name: 'Karl' }) })
    .or(page.getByRole('button', { name: actionsOn({ name: 'Opa Karl' }) }))
    .click()
  await expect(page.getByRole('menuitem', { name: 'Disable' })).toBeVisible()
  await shoot(page, 'admin-user-menu')
  await page.keyboard.press('Escape')
  await choose('Opa Karl', 'Delete')
  await shoot(page, 'admin-user-delete')
  await page.keyboard.press('Escape')
  await choose('Opa Karl', 'Make a reset link')
  await dialog.getByRole('button', { name: 'Make link' }).click()
  await expect(dialog.getByLabel('Reset link')).toBeVisible()
  await shoot(page, 'admin-user-reset-link')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'New user' }).click()
  await expect(dialog).toBeVisible()
  await shoot(page, 'admin-user-new')
  await page.keyboard.press('Escape')
  await page.getByRole('searchbox').fill('nobody of that name')
  await expect(page.getByText('Nobody found.')).toBeVisible()
  await shoot(page, 'admin-users-nothing')

  await section('rooms', 'Rooms')
  await expect(page.getByRole('row', { name: 'Galley recipes' })).toBeVisible()
  await shoot(page, 'admin-rooms')
  await choose('Segelclub Möwenbucht', 'Members')
  await expect(dialog.getByText('Opa Karl')).toBeVisible()
  await shoot(page, 'admin-room-members')
  await page.keyboard.press('Escape')
  await choose('Segelclub Möwenbucht', 'Delete room')
  await shoot(page, 'admin-room-delete')

  await section('messages', 'Messages')
  await shoot(page, 'admin-messages-idle')
  await page.getByRole('searchbox').fill('boat')
  await expect(page.getByRole('button', { name: 'Remove message' }).first()).toBeVisible()
  await shoot(page, 'admin-messages')
  await page.getByRole('button', { name: 'Remove message' }).first().click()
  await expect(dialog).toBeVisible()
  await shoot(page, 'admin-message-remove')

  await section('invites', 'Invites')
  await expect(page.getByRole('row')).toHaveCount(3)
  await shoot(page, 'admin-invites')
  await section('settings', 'Settings')
  await expect(page.getByLabel('Whom to ask')).toBeVisible()
  await shoot(page, 'admin-settings')
  await page.getByLabel('In a room').fill('many')
  await page
    .getByRole('region', { name: 'Pages of messages' })
    .getByRole('button', { name: 'Save' })
    .click()
  await expect(page.getByRole('alert')).toBeVisible()
  await toEnd(page)
  await shoot(page, 'admin-settings-end')
  await section('health', 'Health')
  await expect(page.getByText('Running since')).toBeVisible()
  await shoot(page, 'admin-health')
  await section('audit', 'Audit log')
  await expect(page.getByText('disabled').first()).toBeVisible()
  await shoot(page, 'admin-audit')
}

async function toEnd(page: Page): Promise<void> {
  await page.getByLabel('Requests a second').scrollIntoViewIfNeeded()
}
