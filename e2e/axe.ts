/** What axe has to complain about. Soft, so that one bad screen does not hide the others. */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'

import { expect } from './fixtures.ts'

/** Nothing about what is open now, by day and by night. */
export async function expectAccessible(page: Page, state: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' })
  await expectNoComplaint(page, `${state}, light`)
  await page.emulateMedia({ colorScheme: 'dark' })
  await expectNoComplaintAboutColours(page, `${state}, dark`)
  await page.emulateMedia({ colorScheme: null })
}

export async function expectNoComplaint(page: Page, state: string): Promise<void> {
  const axe = await inspect(page)
  // A menu hangs at the end of the page, outside of all its regions. A region of its own would stay
  // behind empty; in that of its pane, a phone would hide the menu with the pane, and slide it along.
  if ((await page.getByRole('menu').count()) > 0) axe.disableRules('region')
  await expectNone(axe, state)
}

/** All that another theme can change: the page is the same, in other colours. */
export async function expectNoComplaintAboutColours(page: Page, state: string): Promise<void> {
  const axe = await inspect(page)
  await expectNone(axe.withRules(['color-contrast', 'link-in-text-block']), state)
}

/**
 * Without frames there is nothing to be gathered on a page of its own. And axe is half a megabyte, which
 * a page that has it would be given twice more for every look.
 */
async function inspect(page: Page): Promise<AxeBuilder> {
  const isThere = await page.evaluate(() => 'axe' in window)
  const axe = new AxeBuilder({ page, ...(isThere && { axeSource: 'void 0' }) }).setLegacyMode()
  // Describing all that there is nothing to say about takes as long as looking for what there is.
  return axe.options({ resultTypes: ['violations'] })
}

async function expectNone(axe: AxeBuilder, state: string): Promise<void> {
  const { violations } = await axe.analyze()
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`,
  )
  expect.soft(found, state).toEqual([])
}
