/**
 * Every screen in both themes and both layouts: a picture of each for people to look at, and no
 * complaint from axe.
 */
import { AxeBuilder } from '@axe-core/playwright'
import type { BrowserContextOptions, Page } from '@playwright/test'
import { createClient } from '@roost/sdk'
import { nodeOptions } from '@roost/sdk/node'

import type { Who } from '../demo/people.ts'
import {
  chatHeading,
  chatRow,
  chats,
  content,
  fillSignUp,
  openNewChat,
  progress,
  write,
} from './app.ts'
import { foundClub, now, openClub, type Club, type World } from './club.ts'
import { expect, offlineComplaints, phone, Stage, test } from './fixtures.ts'
import { makeDataFolder, startServer } from './server.ts'

const layouts: Record<string, BrowserContextOptions> = {
  wide: { viewport: { width: 1440, height: 900 } },
  phone,
}

let club: Club
test.beforeAll(async () => {
  club = await foundClub()
})
test.afterAll(() => club[Symbol.dispose]())

for (const theme of ['light', 'dark'] as const)
  for (const [layout, options] of Object.entries(layouts))
    test(`every screen, ${layout}, ${theme}`, async ({ browser }) => {
      test.setTimeout(300_000)
      await using world = await openClub(club)
      await using stage = new Stage(browser, world.origin)
      const shoot = photographer(`${layout}-${theme}`)
      const look = { ...options, colorScheme: theme, reducedMotion: 'reduce' } as const
      await signedOutScreens(await open(stage, look), shoot)
      await signedInScreens({ stage, world, look, shoot })
    })

test('the screen of a server without an owner', async ({ browser }) => {
  using folder = makeDataFolder()
  await using server = await startServer(folder)
  for (const theme of ['light', 'dark'] as const)
    for (const [layout, options] of Object.entries(layouts)) {
      await using stage = new Stage(browser, server.origin)
      const shoot = photographer(`${layout}-${theme}`)
      const page = await open(stage, { ...options, colorScheme: theme })
      await expect(page.getByText('This server is not set up yet')).toBeVisible()
      await shoot(page, 'not-set-up')
      await page.goto(server.setupLink ?? '')
      await expect(page.getByRole('heading', { name: 'Welcome to Roost' })).toBeVisible()
      await shoot(page, 'set-up')
    }
})

type Shoot = (page: Page, screen: string) => Promise<void>

/** Soft, so that one bad screen does not hide the others. */
function photographer(variant: string): Shoot {
  return async (page, screen) => {
    await page.screenshot({
      path: `test-results/screenshots/${screen}-${variant}.png`,
      animations: 'disabled',
      caret: 'hide',
    })
    const { violations } = await new AxeBuilder({ page }).analyze()
    const found = violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' · ')}`,
    )
    expect.soft(found, `${screen}, ${variant}`).toEqual([])
  }
}

async function open(stage: Stage, look: BrowserContextOptions): Promise<Page> {
  const context = await stage.context(look)
  await context.clock.setFixedTime(now)
  return stage.tab(context)
}

async function signedOutScreens(page: Page, shoot: Shoot): Promise<void> {
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible()
  await shoot(page, 'sign-in')
  await page.getByRole('link', { name: 'Create your account' }).click()
  await fillSignUp(page, {
    name: 'Mei',
    username: 'mei',
    email: 'mei@example.org',
    password: 'short',
  })
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.getByRole('alert').first()).toBeVisible()
  await shoot(page, 'sign-up-refused')
  await page.goto('/no/such/place')
  await expect(page.getByText('Nothing roosts here')).toBeVisible()
  await shoot(page, 'not-found')
}

interface Show {
  readonly stage: Stage
  readonly world: World
  readonly look: BrowserContextOptions
  readonly shoot: Shoot
}

async function signedInScreens(show: Show): Promise<void> {
  const { stage, world, shoot } = show
  await using lucia = await arrive(world, 'lucia')
  await using _jonas = await arrive(world, 'jonas')
  await using _ingrid = await arrive(world, 'ingrid')
  const page = await sitDown(show, 'nora')
  const settled = async () => {
    await page.evaluate(() => document.fonts.ready.then(() => undefined))
    if (await chats(page).isVisible())
      await expect(chatRow(page, 'Lucía Ferrer')).toContainText('online')
  }
  const chat = async (name: string) => {
    await page.goto(`/c/${world.chatId(name)}`)
    await expect(chatHeading(page, name)).toBeVisible()
    await settled()
  }

  await page.goto('/')
  await expect(
    page.getByText('Nora Brandt').or(page.getByText('Lucía Ferrer')).first(),
  ).toBeVisible()
  await settled()
  await shoot(page, 'chats')

  await chat('Lucía Ferrer')
  lucia.client.typing(world.chatId('Lucía Ferrer'))
  await expect(content(page).getByText('typing…')).toBeVisible()
  await shoot(page, 'direct-chat')

  await chat('ليلى حداد')
  await shoot(page, 'direct-chat-right-to-left')

  await chat('Segelclub Möwenbucht')
  await shoot(page, 'room')
  await chatHeading(page, 'Segelclub Möwenbucht').getByRole('button').click()
  await expect(page.getByRole('complementary', { name: 'Room details' })).toContainText('online')
  await shoot(page, 'room-details')
  await page.getByRole('button', { name: 'Add people' }).click()
  await expect(page.getByRole('dialog').getByRole('option').first()).toBeVisible()
  await shoot(page, 'add-people')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await expect(page.getByRole('dialog')).toContainText('You will get no more messages')
  await shoot(page, 'leave-room')

  await chat('Opa Karl')
  await chatHeading(page, 'Opa Karl').getByRole('button').click()
  await expect(page.getByRole('complementary', { name: 'Profile' })).toContainText('@karl')
  await shoot(page, 'person-details')

  await page.goto('/rooms')
  await expect(page.getByText('Youth training')).toBeVisible()
  await shoot(page, 'rooms')
  await page.getByRole('link', { name: 'Galley recipes' }).click()
  await expect(page.getByRole('button', { name: /^Join/ })).toBeVisible()
  await shoot(page, 'room-to-join')

  await page.goto('/')
  await chats(page).getByRole('searchbox').fill('pe')
  await expect(chats(page).getByRole('region', { name: 'Public rooms' })).toBeVisible()
  await shoot(page, 'search')

  await page.goto('/')
  const dialog = await openNewChat(page)
  await dialog.getByRole('combobox').fill('er')
  await expect(dialog.getByRole('option', { name: 'Diego Ferrer' })).toBeVisible()
  await dialog.getByRole('option', { name: 'Diego Ferrer' }).click()
  await dialog.getByRole('option', { name: 'Peter Aalto' }).click()
  await shoot(page, 'new-chat')
  await dialog.getByRole('button', { name: 'Create room with 2' }).click()
  await expect(page.getByLabel('Name of the room')).toBeVisible()
  await shoot(page, 'new-room')

  await page.goto('/settings')
  await expect(page.getByRole('button', { name: 'Sign out' })).toBeVisible()
  await shoot(page, 'settings')
  for (const section of ['Profile', 'Appearance', 'Language', 'Keyboard']) {
    await page.goto(`/settings/${section.toLowerCase()}`)
    await expect(page.getByRole('heading', { name: section })).toBeVisible()
    await shoot(page, `settings-${section.toLowerCase()}`)
  }

  await troubles(page, chat, shoot, stage)
  await emptyScreens(show)
}

/** Somebody who is there, without a browser. */
async function arrive(world: World, who: Who) {
  const client = createClient(nodeOptions(world.origin))
  const { username, password } = world.account(who)
  await client.signIn({ login: username, password })
  return { client, [Symbol.asyncDispose]: async () => client.stop() }
}

async function sitDown({ stage, world, look }: Show, who: Who): Promise<Page> {
  const context = await stage.context(look)
  await context.clock.setFixedTime(now)
  await stage.signIn(context, world.account(who))
  return stage.tab(context)
}

async function troubles(
  page: Page,
  chat: (name: string) => Promise<void>,
  shoot: Shoot,
  stage: Stage,
) {
  stage.allow([...offlineComplaints, /status of 413/])
  await chat('Tomasz Wilk')
  await page.route('**/messages', (route) =>
    route.request().method() === 'POST'
      ? route.fulfill({ status: 413, json: { error: { code: 'too_large', message: 'Too long.' } } })
      : route.continue(),
  )
  await write(page, 'And two life jackets for the children?')
  await expect(progress(page, 'And two life jackets', 'Not sent')).toBeVisible()
  await page.unroute('**/messages')
  await page.context().setOffline(true)
  await write(page, 'I’ll be there at ten.')
  await expect(page.getByText('Offline. You can keep writing.')).toBeVisible()
  await shoot(page, 'trouble')
  // Left offline: what waits here is never sent.
}

async function emptyScreens(show: Show): Promise<void> {
  const page = await sitDown(show, 'sofie')
  await expect(page.getByText('No chats yet.')).toBeVisible()
  await show.shoot(page, 'welcome')
}
