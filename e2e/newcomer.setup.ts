import { chats, fillSignUp, signUp } from './app.ts'
import { environment, expect, test } from './fixtures.ts'

test('a newcomer opens the printed link, becomes the owner, and lets others in', async ({
  stage,
}) => {
  const early = await stage.stranger()
  await expect(early.getByText('This server is not set up yet')).toBeVisible()
  await expect(early.getByRole('link', { name: 'Create your account' })).toBeHidden()

  const olga = { ...stage.account('Olga'), username: 'olga' }
  const page = await stage.stranger({ path: environment('E2E_SETUP_LINK') })
  await expect(page.getByRole('heading', { name: 'Welcome to Roost' })).toBeVisible()
  await fillSignUp(page, olga)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(chats(page)).toBeVisible()
  await expect(page.getByText('Welcome, Olga.')).toBeVisible()

  const late = await stage.stranger({ path: environment('E2E_SETUP_LINK') })
  await expect(late.getByText('This server has an owner already')).toBeVisible()
  await late.goto('/')
  await signUp(late, stage.account('Bob'))
})
