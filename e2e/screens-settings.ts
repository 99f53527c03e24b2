import { readFile } from 'node:fs/promises'

import { arrive } from './club.ts'
import { expect } from './fixtures.ts'
import type { Tour } from './tour.ts'

/** What everybody sets for themselves. */
export async function settingsScreens({ world, layout, shoot, open }: Tour) {
  await using _phone = await arrive(world, 'nora')
  const page = await open('nora', '/settings')
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  if (layout === 'phone') await shoot(page, 'settings')
  const section = async (path: string, heading: string) => {
    await page.goto(`/settings/${path}`)
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible()
    await shoot(page, `settings-${path}`)
  }
  await section('profile', 'Profile')
  await section('account', 'E-mail and password')
  await page.getByRole('button', { name: 'Change password' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Change password' }).click()
  await expect(dialog.getByRole('alert')).toBeVisible()
  await shoot(page, 'settings-password')
  await page.keyboard.press('Escape')
  await section('appearance', 'Appearance')
  await section('language', 'Language')
  await page.getByRole('combobox').click()
  await expect(page.getByRole('option', { name: 'Deutsch' })).toBeVisible()
  await shoot(page, 'settings-language-open', { english: true })
  await page.keyboard.press('Escape')
  await section('notifications', 'Notifications')
  await section('devices', 'Devices')
  await expect(page.getByRole('heading', { name: /other device/ })).toBeVisible()
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(dialog).toBeVisible()
  await shoot(page, 'settings-devices-end')
  await page.keyboard.press('Escape')
  await section('keyboard', 'Keyboard')

  await page.goto('/settings/profile')
  await page.getByRole('button', { name: 'Change picture' }).click()
  await expect(dialog.getByRole('button', { name: 'Choose a picture' }).first()).toBeVisible()
  await shoot(page, 'picture')
  const photo = new URL('../docs/images/room.png', import.meta.url)
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'room.png',
    mimeType: 'image/png',
    buffer: await readFile(photo),
  })
  await expect(dialog.getByRole('slider')).toBeVisible()
  await expect(dialog.locator('img[src^="blob:"]')).toBeVisible()
  await shoot(page, 'picture-cropper')
}
