/**
 * What a browser has to fetch before somebody can write. The budgets are close to what it is: what makes a
 * screen heavier than that either waits until it is wanted, or has earned a new figure here.
 */
import type { BrowserContext, Page } from '@playwright/test'

import { chatRow, composer, message, signInHeading } from './app.ts'
import { expect, test, type Stage } from './fixtures.ts'

/** Bytes over the line, compressed, with what the answers say about themselves. */
const budgets = { 'sign-in': 197_000, list: 184_000, chat: 200_000 }

/**
 * Which scripts, by name. Nothing else is fetched before it is wanted: no picker of emoji, no settings, no
 * administration, no QR code, no menus and dialogs, no second language.
 */
const always = ['base', 'en', 'rolldown-runtime', 'shared', 'theme']
const files = {
  // Whoever is signed in is expected, and the frame of the list is fetched before that is known.
  'sign-in': [...always, 'AccountFrame', 'Shell', 'SignIn', 'Welcome', 'forms'],
  list: [...always, 'Shell', 'Welcome'],
  chat: [...always, 'ConversationRoute', 'Shell'],
}

test('the scripts of the first screen weigh no more than they have to', async ({ stage }) => {
  const { page, scripts } = await weigh(await stage.context(), '/')
  await expect(signInHeading(page)).toBeEnabled()
  await expectWeight(page, scripts, 'sign-in')
})

test('the scripts of the chat list and of an open chat weigh at most 200 kB', async ({ stage }) => {
  const { alice, bob, id } = await makeChat(stage)
  const context = await stage.context()
  await stage.signIn(context, alice)
  const list = await weigh(context, '/')
  await expect(chatRow(list.page, bob.name)).toBeVisible()
  await expectWeight(list.page, list.scripts, 'list')
  await list.page.close()

  const fresh = await stage.context()
  await stage.signIn(fresh, alice)
  const { page, scripts } = await weigh(fresh, `/c/${id}`)
  await expect(message(page, 'Hello')).toBeVisible()
  await composer(page).fill('Hello back')
  await expect(page.getByRole('button', { name: 'Send' })).toBeEnabled()
  await expectWeight(page, scripts, 'chat')
})

async function makeChat(stage: Stage) {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'Hello')
  return { alice, bob, id }
}

/** Opens a page and notes how many bytes each script of it took. */
async function weigh(context: BrowserContext, path: string) {
  const page = await context.newPage()
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const urls = new Map<string, string>()
  const scripts = new Map<string, number>()
  network.on('Network.responseReceived', ({ requestId, type, response }) => {
    if (type === 'Script') urls.set(requestId, response.url)
  })
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const url = urls.get(requestId)
    if (url !== undefined) scripts.set(nameOf(url), encodedDataLength)
  })
  await page.goto(path)
  return { page, scripts }
}

/** Without what changes with every build: "EmojiPopup" of "/assets/EmojiPopup-CpKmrjbR.js". */
function nameOf(url: string): string {
  return url.replace(/^.*\/([\w-]+?)(-[\w-]{8})?\.js$/, '$1')
}

async function expectWeight(
  page: Page,
  scripts: ReadonlyMap<string, number>,
  screen: keyof typeof budgets,
): Promise<void> {
  await page.waitForLoadState('networkidle')
  const bytes = [...scripts.values()].reduce((sum, each) => sum + each, 0)
  expect([...scripts.keys()].toSorted()).toEqual(files[screen].toSorted())
  expect(bytes, `in ${scripts.size} scripts`).toBeLessThanOrEqual(budgets[screen])
}
