import { expect, test } from './fixtures.ts'

test('German by the language of the browser, from the first screen to the first message', async ({
  stage,
}) => {
  const anna = stage.account('Anna')
  const [bernd] = await stage.people('Bernd')
  const page = await stage.stranger({ locale: 'de-DE' })
  await expect(page.locator('html')).toHaveAttribute('lang', 'de')
  await page.getByRole('link', { name: 'Konto erstellen' }).click()
  await page.getByLabel('Dein Name').fill(anna.name)
  await page.getByLabel('Benutzername').fill(anna.username)
  await page.getByLabel('E-Mail').fill(anna.email)
  await page.getByLabel('Passwort', { exact: true }).fill('kurz')
  await page.getByRole('button', { name: 'Konto erstellen' }).click()
  await expect(page.getByText('Nimm mindestens 10 Zeichen.')).toBeVisible()
  await page.getByLabel('Passwort', { exact: true }).fill(anna.password)
  await page.getByRole('button', { name: 'Konto erstellen' }).click()

  const chats = page.getByRole('navigation', { name: 'Chats' })
  await expect(chats).toBeVisible()
  const { id } = await bernd.api.openDirect((await bernd.api.findUser(anna.name)).id)
  await bernd.api.send(id, 'Moin!')
  await expect(
    chats.getByRole('img', { name: '1 ungelesene Nachricht', exact: true }),
  ).toBeVisible()
  await page.goto(`/c/${id}`)
  await page.getByRole('main').getByRole('textbox').fill('Moin moin')
  await page.keyboard.press('Enter')
  const sent = page.getByRole('article').filter({ hasText: 'Moin moin' })
  await expect(sent.getByRole('img', { name: 'Gesendet', exact: true })).toBeVisible()
})

test('a language chosen in the settings holds on every device', async ({ stage }) => {
  const [alice] = await stage.people('Alice')
  const page = await stage.visit(alice, { path: '/settings/language' })
  await page.getByRole('combobox', { name: 'Language' }).click()
  await page.getByRole('option', { name: 'Deutsch' }).click()
  await expect(page.getByRole('button', { name: 'Abmelden' })).toBeVisible()
  const elsewhere = await stage.visit(alice)
  await expect(elsewhere.locator('html')).toHaveAttribute('lang', 'de')
})
