/** What the empty field says of whom one writes to, however long the name is. */
import { composer, write } from './app.ts'
import { expect, phone, test } from './fixtures.ts'
import { translateAccount } from './photographer.ts'

for (const [layout, options] of [['wide', {}] as const, ['phone', phone] as const])
  test(`a long name ends in a sign that there is more of it, ${layout}`, async ({ stage }) => {
    const [alice] = await stage.people('Alice')
    const name = stage.named('A society for the history of lighthouses on the coast of Pomorze')
    const { id } = await alice.api.createRoom(name)
    const page = await stage.visit(alice, { ...options, path: `/c/${id}` })
    await page.setViewportSize({ width: layout === 'wide' ? 760 : 360, height: 800 })
    const shown = page.locator('form bdi').filter({ hasText: name })
    for (const language of ['en', 'ar', 'zh-CN'] as const) {
      await translateAccount(page, language)
      // It is cut, on one line, and the words around it are not.
      await expect(shown).toHaveCSS('text-overflow', 'ellipsis')
      await expect.poll(() => shown.evaluate((it) => it.scrollWidth > it.clientWidth)).toBe(true)
      const line = await shown.locator('..').evaluate((it) => it.scrollWidth - it.clientWidth)
      expect(line).toBeLessThanOrEqual(0)
      const field = page.locator('form textarea')
      const [outer, inner] = [await field.boundingBox(), await shown.locator('../..').boundingBox()]
      expect(inner?.height).toBe(outer?.height)
    }
    await translateAccount(page, 'en')
    // A screen reader hears all of it, and once.
    await expect(composer(page)).toHaveAccessibleName(`Message \u2068${name}\u2069`)
    await expect(page.locator('form').ariaSnapshot()).resolves.not.toContain('text: Message')
    await composer(page).fill('x')
    await expect(shown).toHaveCount(0)
    await write(page, 'something')
    await expect(shown).toBeVisible()
  })
