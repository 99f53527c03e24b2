/** `npm run screenshots`: the pictures of the README, taken in the world of the demonstration. */
import { chromium, type Browser, type BrowserContextOptions, type Page } from '@playwright/test'
import sharp from 'sharp'

import type { Who } from '../demo/people.ts'
import { chromiumPath } from '../e2e/chromium.ts'
import { foundClub, now, openClub, type World } from '../e2e/club.ts'
import { createClient } from '../packages/sdk/src/index.ts'
import { nodeOptions } from '../packages/sdk/src/node.ts'
import { installMissing } from './system-packages.ts'

const wide = { viewport: { width: 1440, height: 900 } }
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }

installMissing({ journeys: true, faults: false })
using club = await foundClub()
await using world = await openClub(club)
const browser = await chromium.launch({
  executablePath: chromiumPath,
  args: ['--disable-background-networking'],
})
const present = await Promise.all(
  (['lucia', 'jonas', 'ingrid', 'diego', 'jing'] as const).map(arrive),
)

await shoot('room', { who: 'nora', path: room(), look: wide })
await shoot('room-dark', { who: 'nora', path: room(), look: { ...wide, colorScheme: 'dark' } })
await shoot('chats-phone', { who: 'nora', path: '/', look: phone })
await shoot('direct-phone', { who: 'nora', path: chatWith('Lucía Ferrer'), look: phone })
await shoot('arabic', { who: 'layla', path: room(), look: { ...wide, locale: 'ar' } })
await shoot('administration', { who: 'jonas', path: '/admin', look: wide })

for (const client of present) client.stop()
await browser.close()

function room(): string {
  return `/c/${world.chatId('Segelclub Möwenbucht')}`
}

function chatWith(name: string): string {
  return `/c/${world.chatId(name)}`
}

async function arrive(who: Who) {
  const client = createClient(nodeOptions(world.origin))
  const { username, password } = world.account(who)
  await client.signIn({ login: username, password })
  return client
}

async function shoot(
  name: string,
  at: { who: Who; path: string; look: BrowserContextOptions },
): Promise<void> {
  const page = await sitDown(browser, world, at)
  await page.goto(at.path)
  await page.waitForLoadState('networkidle')
  await page.evaluate(() => document.fonts.ready.then(() => undefined))
  const picture = await page.screenshot({ animations: 'disabled', caret: 'hide' })
  await sharp(picture).png({ palette: true, quality: 90 }).toFile(`docs/images/${name}.png`)
  console.log(`docs/images/${name}.png`)
  await page.context().close()
}

async function sitDown(
  inside: Browser,
  world: World,
  { who, look }: { who: Who; look: BrowserContextOptions },
): Promise<Page> {
  const context = await inside.newContext({
    baseURL: world.origin,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    deviceScaleFactor: 2,
    ...look,
  })
  await context.clock.setFixedTime(now)
  const { username, password } = world.account(who)
  await context.request.post('/api/auth/sign-in/username', {
    headers: { origin: world.origin },
    data: { username, password },
  })
  return context.newPage()
}
