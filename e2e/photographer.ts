/**
 * Takes the pictures of a screen in both themes, and lets axe complain about it. With ROOST_PICTURES=all
 * also from right to left and in Chinese: those are only for people to look at, and cost time.
 */
import { fileURLToPath } from 'node:url'

import type { BrowserContextOptions, Page } from '@playwright/test'

import { expectNoComplaint, expectNoComplaintAboutColours } from './axe.ts'
import { expect, phone } from './fixtures.ts'

const folder = fileURLToPath(new URL('../test-results/screenshots/', import.meta.url))

export const layouts = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone,
} satisfies Record<string, BrowserContextOptions>
export type Layout = keyof typeof layouts

/** The theme in which axe looks at everything; in the other it looks at the colours. */
const inFull = { wide: 'light', phone: 'dark' } as const

export const still = { reducedMotion: 'reduce', colorScheme: 'light' } as const

type Shoot = (page: Page, screen: string, options?: { english?: true }) => Promise<void>
type Translate = (page: Page, language: 'en' | 'ar' | 'zh-CN') => Promise<void>

export function photographer(layout: Layout, translate: Translate): Shoot {
  const shoot = async (page: Page, file: string) => {
    await page.screenshot({ path: `${folder}${file}.png`, animations: 'disabled', caret: 'hide' })
  }
  return async (page, screen, { english } = {}) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await shoot(page, `${screen}-${layout}-${colorScheme}`)
      const state = `${screen}, ${layout}, ${colorScheme}`
      if (colorScheme === inFull[layout]) await expectNoComplaint(page, state)
      else await expectNoComplaintAboutColours(page, state)
    }
    await page.emulateMedia({ colorScheme: 'light' })
    if (english || process.env['ROOST_PICTURES'] !== 'all') return
    for (const language of ['ar', 'zh-CN'] as const) {
      await translate(page, language)
      await shoot(page, `${screen}-${layout}-${language}`)
    }
    await translate(page, 'en')
  }
}

/** By the account: whatever is open stays open, and follows. */
export const translateAccount: Translate = async (page, language) => {
  const { origin } = new URL(page.url())
  const data = { locale: language }
  await page.request.patch('/api/v1/me', { headers: { origin }, data })
  await expect(page.locator('html')).toHaveAttribute('lang', language)
  // What hangs on something else finds its place again.
  await page.evaluate(() => window.dispatchEvent(new Event('resize')))
}

/** By the device, before anybody is signed in: the page begins anew. */
export const translateDevice: Translate = async (page, language) => {
  await page.evaluate((chosen) => localStorage.setItem('roost.language', chosen), language)
  await page.reload()
  await expect(page.locator('html')).toHaveAttribute('lang', language)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
}
