import type { Page } from '@playwright/test'

import {
  chatHeading,
  composer,
  content,
  goOffline,
  message,
  messages,
  progress,
  refuseSends,
  timeline,
  write,
} from './app.ts'
import { arrive } from './club.ts'
import { expect } from './fixtures.ts'
import type { Tour } from './tour.ts'

/** What one sees of a chat while writing in it. */
export async function conversationScreens({ stage, world, layout, shoot, open }: Tour) {
  await using lucia = await arrive(world, 'lucia')
  await using _ingrid = await arrive(world, 'ingrid')
  stage.allow([/status of 4/])
  const page = await open('nora')
  const chat = async (name: string) => {
    await page.goto(`/c/${world.chatId(name)}`)
    await expect(chatHeading(page, name)).toBeVisible()
    await expect(messages(page).last()).toBeVisible()
  }

  await chat('Lucía Ferrer')
  await expect(content(page).getByText('online', { exact: true })).toBeVisible()
  lucia.client.typing(world.chatId('Lucía Ferrer'))
  await expect(content(page).getByText('typing…')).toBeVisible()
  await shoot(page, 'direct-chat')
  await openMenu(page, messages(page).last())
  await shoot(page, 'message-menu')
  await page.keyboard.press('Escape')
  await messages(page).last().press('r')
  await shoot(page, 'reply-strip')
  await page.keyboard.press('Escape')
  await composer(page).press('ArrowUp')
  await expect(page.getByRole('textbox', { name: 'Edit your message' })).toBeFocused()
  await shoot(page, 'edit-strip')
  await page.keyboard.press('Escape')

  await chat('ليلى حداد')
  await shoot(page, 'direct-chat-right-to-left')

  const club = 'Segelclub Möwenbucht'
  await chat(club)
  await shoot(page, 'room')
  await composer(page).fill('Who of you')
  await composer(page).pressSequentially(' @i')
  await expect(page.getByRole('option').first()).toBeVisible()
  await shoot(page, 'mention-list')
  await composer(page).fill('')
  await content(page).getByRole('button', { name: 'Emoji', exact: true }).click()
  await expect(
    page.getByRole('dialog', { name: 'Emoji' }).getByRole('gridcell').first(),
  ).toBeVisible()
  await shoot(page, 'emoji-picker')
  await page.keyboard.press('Escape')
  await openMenu(page, message(page, '14:00 is mine.'))
  await page.getByRole('menuitem', { name: 'Info' }).click()
  await expect(page.getByRole('dialog', { name: 'Message info' })).toContainText('Read by')
  await shoot(page, 'message-info')
  await page.keyboard.press('Escape')
  await message(page, '14:00 is mine.').press('Delete')
  // A notice stays for as long as one points at it.
  await page.getByRole('button', { name: 'Undo' }).hover()
  await shoot(page, 'message-deleted', { english: true })
  await page.getByRole('button', { name: 'Undo' }).click()
  if (layout === 'wide') {
    await content(page).getByRole('button', { name: 'Search in this chat' }).click()
  } else {
    await content(page).getByRole('button', { name: 'More' }).click()
    await page.getByRole('menuitem', { name: 'Search in this chat' }).click()
  }
  const bar = page.getByRole('search', { name: 'Search in this chat' })
  await bar.getByRole('searchbox').fill('mooring')
  await expect(bar.getByRole('status')).toHaveText(/^1 of/)
  await shoot(page, 'search-in-chat')
  await page.keyboard.press('Escape')
  await timeline(page).press('Home')
  await expect(page.getByRole('button', { name: 'To the newest message' })).toBeVisible()
  await shoot(page, 'scrolled-up')

  await page.goto('/c/0190aaaa-0000-7000-8000-000000000000')
  await expect(page.getByText('Nobody sits here')).toBeVisible()
  await shoot(page, 'chat-gone')
  await slow(page, async () => {
    await page.goto(`/c/${world.chatId('Regatta crew · July')}`)
    await expect(content(page).getByText('Loading', { exact: true })).toBeVisible()
    await shoot(page, 'chat-loading', { english: true })
  })

  await chat('Tomasz Wilk')
  const accept = await refuseSends(page)
  await write(page, 'And two life jackets for the children?')
  await expect(progress(page, 'And two life jackets', 'Not sent')).toBeVisible()
  await accept()
  await goOffline(stage, page)
  await write(page, 'I’ll be there at ten.')
  await expect(progress(page, 'I’ll be there at ten.', 'Waiting to be sent')).toBeVisible()
  // Left offline: what waits here is never sent, and no language comes.
  await shoot(page, 'trouble', { english: true })
}

async function openMenu(page: Page, on: ReturnType<typeof message>): Promise<void> {
  await on.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menu', { name: 'Message' })).toBeVisible()
}

/** While this goes on, no messages come. */
async function slow(page: Page, look: () => Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  await page.route(/\/messages(\?|$)/, async (route) => {
    await promise
    await route.continue()
  })
  await look()
  resolve()
  await page.unrouteAll({ behavior: 'wait' })
}
