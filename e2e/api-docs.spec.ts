import { expect, test } from './fixtures.ts'

test('the page about the API shows every kind of endpoint, with files of this server alone', async ({
  stage,
}) => {
  const page = await stage.stranger({ path: '/api/docs' })
  await expect(page).toHaveTitle('API · Roost')
  await expect(page.getByRole('heading', { name: /^Roost/ })).toBeVisible()
  for (const path of ['/api/v1/conversations', '/api/v1/search', '/api/v1/admin/users'])
    await expect(page.locator(`[data-path="${path}"]`).first()).toBeVisible()
  await page.locator('[data-path="/api/v1/search"]').first().click()
  await expect(
    page.getByText('messages that match').or(page.getByText('senderId')).first(),
  ).toBeVisible()
})
