/** A device without a network, from the opening of the app on. */
import type { Page } from '@playwright/test'

import {
  chatRow,
  chooseFor,
  chooseQuick,
  composer,
  content,
  cutLine,
  editField,
  message,
  messages,
  offlineNotice,
  openChat,
  progress,
  reaction,
  signInHeading,
  write,
} from './app.ts'
import { expect, offlineComplaints, test } from './fixtures.ts'
import { keepAll, readKept } from './kept.ts'

/** Until the app itself is on the device. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { active } = await navigator.serviceWorker.ready
    if (active?.state === 'activated') return
    await new Promise<void>((resolve) =>
      active?.addEventListener('statechange', () => {
        if (active.state === 'activated') resolve()
      }),
    )
  })
}

test('without a network the app opens, shows what there was, and sends all of it later, once', async ({
  stage,
}) => {
  stage.allow(offlineComplaints)
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'mine, with a mistkae')
  await bob.api.send(id, 'how are you?')
  const atBob = await stage.visit(bob, { path: `/c/${id}` })
  const page = await stage.visit(alice, { path: `/c/${id}`, serviceWorkers: 'allow' })
  await expect(message(page, 'how are you?')).toBeVisible()
  await isKept(page)

  await cutLine(page)
  await keepAll(page)
  await page.reload()
  await expect(messages(page)).toContainText(['mine, with a mistkae', 'how are you?'])
  await expect(offlineNotice(page)).toBeVisible()
  await write(page, 'written in the air')
  await chooseFor(page, 'mine, with a mistkae', 'Edit')
  await editField(page).fill('mine, without a mistake')
  await editField(page).press('Enter')
  await chooseQuick(page, 'how are you?', '👍')
  await write(page, 'and a second one')
  await expect(progress(page, 'and a second one', 'Waiting to be sent')).toBeVisible()

  // Once more, and from the list: everything is still to be sent.
  await page.goto('/')
  await expect(chatRow(page, bob.name)).toContainText('and a second one')
  await openChat(page, bob.name)
  await expect(messages(page)).toContainText([
    'mine, without a mistake',
    'how are you?',
    'written in the air',
    'and a second one',
  ])
  await expect(reaction(page, 'how are you?', /👍/)).toBeVisible()
  await expect(composer(page)).toHaveValue('')
  await bob.api.send(id, 'meanwhile, down here')

  await page.context().setOffline(false)
  const all = [
    'mine, without a mistake',
    'how are you?',
    'meanwhile, down here',
    'written in the air',
    'and a second one',
  ]
  await expect(messages(atBob)).toContainText(all, { timeout: 40_000 })
  await expect(messages(page)).toContainText(all)
  await expect(reaction(atBob, 'how are you?', /👍/)).toBeVisible()
  await expect(progress(page, 'and a second one', 'Read')).toBeVisible()
  expect((await bob.api.messages(id)).map(({ body }) => body)).toEqual(all)
})

test('emoji that nobody has opened before are there without a network', async ({ stage }) => {
  stage.allow(offlineComplaints)
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await bob.api.send(id, 'coming?')
  const page = await stage.visit(alice, { path: `/c/${id}`, serviceWorkers: 'allow' })
  await expect(message(page, 'coming?')).toBeVisible()
  await isKept(page)

  await cutLine(page)
  await keepAll(page)
  await page.reload()
  await content(page).getByRole('button', { name: 'Emoji', exact: true }).click()
  const picker = page.getByRole('dialog', { name: 'Emoji' })
  await picker.getByRole('searchbox').fill('rocket')
  await picker.getByText('🚀', { exact: true }).click()
  await expect(composer(page)).toHaveValue('🚀')
  await composer(page).pressSequentially(':tada')
  await page.getByRole('option', { name: /:tada:/ }).click()
  await expect(composer(page)).toHaveValue(/^🚀🎉/)
})

test('a proxy whose server is gone is no reason to show its error instead of the app', async ({
  stage,
}) => {
  stage.allow([/status of 502/])
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await bob.api.send(id, 'still there?')
  const page = await stage.visit(alice, { path: `/c/${id}`, serviceWorkers: 'allow' })
  await expect(message(page, 'still there?')).toBeVisible()
  await isKept(page)
  // From now on the service worker has the page.
  await page.reload()
  let asked = 0
  await page.context().route(`**/c/${id}`, async (route) => {
    asked += 1
    await route.fulfill({ status: 502, body: 'Bad Gateway' })
  })
  await page.reload()
  await expect(message(page, 'still there?')).toBeVisible()
  expect(asked).toBeGreaterThan(0)
})

test('whoever signs out leaves nothing behind', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'between us')
  const page = await stage.visit(alice, { path: `/c/${id}`, serviceWorkers: 'allow' })
  await expect(message(page, 'between us')).toBeVisible()
  await isKept(page)
  await keepAll(page)
  await page.reload()
  await page.goto('/settings')
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(signInHeading(page)).toBeVisible()
  const left = (await readKept(page)).join()
  expect(left).not.toContain('between us')
  expect(left).not.toContain(bob.id)
})
