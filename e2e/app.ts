/** Where things are on the screen, by the roles and names that a screen reader would announce. */
import type { Locator, Page, Route } from '@playwright/test'

import type { Account } from './api.ts'
import { expect, offlineComplaints, type Stage } from './fixtures.ts'

export type Progress = 'Waiting to be sent' | 'Sent' | 'Delivered' | 'Read' | 'Not sent'

export async function fillSignUp(page: Page, account: Account): Promise<void> {
  await page.getByLabel('Your name').fill(account.name)
  await page.getByLabel('User name').fill(account.username)
  await page.getByLabel('E-mail').fill(account.email)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
}

export async function signUp(page: Page, account: Account): Promise<void> {
  await page.getByRole('link', { name: 'Create your account' }).click()
  await fillSignUp(page, account)
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(chats(page)).toBeVisible()
}

export async function fillSignIn(page: Page, account: Account): Promise<void> {
  await page.getByLabel('E-mail or user name').fill(account.username)
  await page.getByLabel('Password', { exact: true }).fill(account.password)
}

export async function signIn(page: Page, account: Account): Promise<void> {
  await fillSignIn(page, account)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

export const signInHeading = (page: Page) => page.getByRole('button', { name: 'Sign in' })

export const chats = (page: Page) => page.getByRole('navigation', { name: 'Chats' })
/** All rows of the chat list, newest activity first. */
export const chatRows = (page: Page) => chats(page).getByRole('listitem')
export const chatRow = (page: Page, name: string) => chatRows(page).filter({ hasText: name })
export const openChat = (page: Page, name: string) => chatRow(page, name).getByRole('link').click()

/** Badges and ticks are images whose name is what they say. */
export const unread = (row: Locator, count: number) =>
  row.getByRole('img', { name: `${count} unread message${count === 1 ? '' : 's'}`, exact: true })
export const anyUnread = (row: Locator) => row.getByRole('img', { name: /unread message/ })

export const content = (page: Page) => page.getByRole('main', { name: 'Content' })
export const chatHeading = (page: Page, name: string) =>
  content(page).getByRole('heading', { name })

/** A name as it stands in a sentence: kept from turning the direction of the text around it. */
export const inSentence = (name: string) => `\u2068${name}\u2069`

/** What opens the menu of a row in the administration. */
export const actionsOn = ({ name }: { name: string }) => `Actions on ${inSentence(name)}`

export const timeline = (page: Page) => page.getByRole('log')
export const messages = (page: Page) => timeline(page).getByRole('article')
export const message = (page: Page, text: string) => messages(page).filter({ hasText: text })
export const progress = (page: Page, text: string, at: Progress) =>
  message(page, text).getByRole('img', { name: at, exact: true })

export const composer = (page: Page) => content(page).getByRole('textbox', { name: /^Message / })

/** Types and sends as people do: by Enter, and with a finger by the button. */
export async function write(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  const byFinger = await page.evaluate(() => matchMedia('(pointer: coarse)').matches)
  if (byFinger) await content(page).getByRole('button', { name: 'Send' }).tap()
  else await composer(page).press('Enter')
}

/** What is open about a message, wherever from. */
export const messageMenu = (page: Page) => page.getByRole('menu', { name: 'Message', exact: true })

/** Opens the menu of the first message with this text by the right button, at its corner. */
export async function openMenuOf(page: Page, text: string): Promise<Locator> {
  await message(page, text)
    .first()
    .click({ button: 'right', position: { x: 8, y: 8 } })
  await expect(messageMenu(page)).toBeVisible()
  return messageMenu(page)
}

/** What a menu is made of is there from now on, with or without a line. */
export async function loadMenuOf(page: Page, text: string): Promise<void> {
  await openMenuOf(page, text)
  await page.keyboard.press('Escape')
  await expect(messageMenu(page)).toBeHidden()
}

/** Chooses a command for a message. */
export async function chooseFor(page: Page, text: string, command: string): Promise<void> {
  const menu = await openMenuOf(page, text)
  await menu.getByRole('menuitem', { name: command, exact: true }).click()
  await expect(menu).toBeHidden()
}

/** What is said at the edge of the screen, or to a screen reader alone. */
export const notice = (page: Page, text: string) =>
  page.getByRole('status').filter({ hasText: text })

/** Reacts with one of the emoji that a message's menu offers, or takes it back. */
export async function chooseQuick(page: Page, text: string, emoji: string): Promise<void> {
  const menu = await openMenuOf(page, text)
  await menu.getByRole('menuitemcheckbox', { name: `React with ${emoji}`, exact: true }).click()
}

/** The emoji under a message, by what a screen reader says of each. */
export const reaction = (page: Page, text: string, name: RegExp) =>
  message(page, text).getByRole('list', { name: 'Reactions' }).getByRole('button', { name })

/** What is being answered or edited, above what is being written. */
export const editField = (page: Page) =>
  content(page).getByRole('textbox', { name: 'Edit your message' })

export async function openNewChat(page: Page): Promise<Locator> {
  // An empty list offers it a second time.
  await chats(page).getByRole('button', { name: 'New chat' }).first().click()
  return page.getByRole('dialog', { name: 'New chat' })
}

export async function openRooms(page: Page): Promise<void> {
  await chats(page).getByRole('button', { name: 'Rooms' }).first().click()
  await expect(content(page).getByRole('heading', { name: 'Rooms' })).toBeVisible()
}

/** Finds somebody by a name that nobody else has, and chooses them when the list has come to rest. */
export async function choosePerson(dialog: Locator, name: string): Promise<void> {
  await dialog.getByRole('combobox').fill(name)
  await expect(dialog.getByRole('option')).toHaveText([new RegExp(name)])
  await dialog.getByRole('option', { name }).click()
}

/** Finds somebody by name and opens the direct chat with them. */
export async function startDirect(page: Page, name: string): Promise<void> {
  const dialog = await openNewChat(page)
  await choosePerson(dialog, name)
  await dialog.getByRole('button', { name: 'Start chat' }).click()
  await expect(chatHeading(page, name)).toBeVisible()
}

export const offlineNotice = (page: Page) => page.getByText('Offline. You can keep writing.')

/** Cuts the line of a browser, and waits until it is: Chromium does it in a process of its own. */
export async function cutLine(page: Page): Promise<void> {
  await page.context().setOffline(true)
  const isThrough = () =>
    fetch('/api/v1/server', { cache: 'no-store' }).then(
      () => true,
      () => false,
    )
  await expect.poll(() => page.evaluate(isThrough)).toBe(false)
}

/** The same, until the page says so. */
export async function goOffline(stage: Stage, page: Page): Promise<void> {
  stage.allow(offlineComplaints)
  await cutLine(page)
  await expect(offlineNotice(page)).toBeVisible()
}

/** Lets the server refuse whatever is sent, as it does what is too long. Returns what ends that. */
export async function refuseSends(page: Page): Promise<() => Promise<void>> {
  const json = { error: { code: 'too_large', message: 'Too long.' } }
  const refuse = (route: Route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 413, json }) : route.continue()
  await page.route('**/messages', refuse)
  return () => page.unroute('**/messages', refuse)
}
