import type { Page } from '@playwright/test'

import { chats } from './app.ts'
import { expect, test } from './fixtures.ts'

const paper = 'rgb(254, 253, 251)'
const night = 'rgb(20, 21, 24)'

const background = (page: Page) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)

test('dark and light follow the system, while the page is open too', async ({ stage }) => {
  const [alice] = await stage.people('Alice')
  const page = await stage.visit(alice, { colorScheme: 'dark' })
  await expect(chats(page)).toBeVisible()
  expect(await background(page)).toBe(night)
  await page.emulateMedia({ colorScheme: 'light' })
  expect(await background(page)).toBe(paper)
})

test('a chosen theme holds against the system, from the first paint on', async ({ stage }) => {
  const [alice] = await stage.people('Alice')
  const page = await stage.visit(alice, { colorScheme: 'light', path: '/settings/appearance' })
  await page.getByRole('radio', { name: 'Dark' }).click()
  await expect.poll(() => background(page)).toBe(night)

  // Without the app itself, all there is to see is what comes before the first paint.
  stage.allow([/net::ERR_FAILED/])
  await page.route('**/assets/*.js', (route) => route.abort())
  await page.reload()
  expect(await background(page)).toBe(night)
})
