import { environment, expect, Stage, test } from './fixtures.ts'

test('a journey fails when the page breaks its own policy', async ({ browser }) => {
  const stage = new Stage(browser, environment('E2E_ORIGIN'))
  const page = await stage.stranger()
  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'window.pwned = 1'
    document.body.append(script)
  })
  await expect(stage[Symbol.asyncDispose]()).rejects.toThrow(/Content Security Policy/)
})

test('a journey fails when the page asks another server', async ({ browser }) => {
  const stage = new Stage(browser, environment('E2E_ORIGIN'))
  const page = await stage.stranger()
  await page.evaluate(() => fetch('https://example.org/').catch(String))
  await expect(stage[Symbol.asyncDispose]()).rejects.toThrow(/example\.org/)
})

test('a journey fails on an error that nobody caught', async ({ browser }) => {
  const stage = new Stage(browser, environment('E2E_ORIGIN'))
  const page = await stage.stranger()
  const caught = page.waitForEvent('pageerror')
  await page.evaluate(() => {
    setTimeout(() => {
      throw new Error('nobody caught me')
    })
  })
  await caught
  await expect(stage[Symbol.asyncDispose]()).rejects.toThrow(/nobody caught me/)
})
