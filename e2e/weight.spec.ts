/** What a browser has to fetch before somebody can write. */
import { composer } from './app.ts'
import { expect, test } from './fixtures.ts'

const budget = 200_000

test('the scripts of an open chat weigh at most 200 kB', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'Hello')
  const context = await stage.context()
  await stage.signIn(context, alice)
  const page = await context.newPage()
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const scripts = new Map<string, string>()
  let bytes = 0
  network.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') scripts.set(requestId, response.url)
  })
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength
  })
  await page.goto(`/c/${id}`)
  await expect(page.getByRole('log').getByText('Hello')).toBeVisible()
  await composer(page).fill('Hello back')
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled()
  await page.waitForLoadState('networkidle')
  expect(scripts.size).toBeGreaterThan(3)
  expect(bytes, `in ${scripts.size} scripts`).toBeLessThanOrEqual(budget)
})
