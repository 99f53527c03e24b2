/**
 * Choosing among five thousand people and two thousand rooms: by the words of their names, by arrow
 * keys and by scrolling, page by page, with only what is about in sight drawn.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import type { Locator, Page, Response } from '@playwright/test'
import { fold, uuidv7 } from '@roost/protocol'

import { Api } from './api.ts'
import { chatHeading, content, inSentence, openNewChat, openRooms } from './app.ts'
import { expect, Stage, test } from './fixtures.ts'
import { makeDataFolder, roost, startServer, type DataFolder } from './server.ts'

const PEOPLE = 5_000
const ROOMS = 2_000
/** As many are in one answer, and as many rows are drawn before those out of sight are left out. */
const PAGE = 30
const DRAWN = 100

const first = ['Anna', 'Юлия', '小龙', 'José', 'ليلى']
const last = ['Müller', 'Смирнова', '王', 'Ferrer', 'حداد', 'Nowak', 'Παππάς']
const things = ['Garden', 'Гавань', '花园', 'Regatta', 'مرسى', 'Küche', 'Beiboot']

const pick = (list: readonly string[], at: number) => list[at % list.length] ?? ''
const personAt = (at: number) => `${pick(first, at)} ${pick(last, at)} ${at}`
const roomAt = (at: number) => `${pick(things, at)} ${at}`

test('people and rooms are found among thousands', async ({ browser }) => {
  test.setTimeout(120_000)
  using folder = makeDataFolder()
  await importRooms(folder)
  addPeople(folder)
  await using server = await startServer(folder)
  await using stage = new Stage(browser, server.origin)
  const olga = stage.account('Olga')
  const api = await Api.setUp(server, olga)
  const page = await stage.visit({ ...olga, id: api.userId, api })
  const answers = weighAnswers(page)

  await choosePeople(page)
  await page.keyboard.press('Escape')
  await openRooms(page)
  await chooseRoom(page)

  const sizes = await Promise.all(answers)
  expect(sizes.length).toBeGreaterThan(20)
  expect(Math.max(...sizes)).toBe(PAGE)
  await turnPages(page)
})

async function choosePeople(page: Page): Promise<void> {
  const dialog = await openNewChat(page)
  const field = dialog.getByRole('combobox')
  const people = dialog.getByRole('option')
  await scrollTo(people, 200)
  // Keys begin at the beginning, wherever one has scrolled to, and lead on where a page ends.
  for (let n = 1; n <= PAGE + 5; n++) await field.press('ArrowDown')
  await expectActive(field, PAGE + 5)
  await field.press('ArrowUp')
  await expectActive(field, PAGE + 4)

  const chosen = dialog.getByRole('button', { name: /^Remove / })
  const typed = { 'mull an': 'Anna Müller', 'СМИРН юл': 'Юлия Смирнова', 龙: '小龙' }
  for (const [at, [letters, name]] of Object.entries(typed).entries()) {
    await field.pressSequentially(letters)
    await expect(people.first()).toContainText(name)
    if (letters === '龙') await scrollTo(people, DRAWN + PAGE)
    await expect(people.filter({ hasNotText: name })).toHaveCount(0)
    await field.press('Enter')
    await expect(chosen).toHaveCount(at + 1)
    await expect(chosen.last()).toHaveAccessibleName(new RegExp(name))
  }
  await field.pressSequentially('person-4321')
  await expect(people).toHaveText([new RegExp(personAt(4_321))])
  await field.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Create room with 4' })).toBeVisible()
}

async function chooseRoom(page: Page): Promise<void> {
  const search = content(page).getByRole('searchbox')
  const rooms = content(page).getByRole('list', { name: 'Public rooms' }).getByRole('listitem')
  await scrollTo(rooms, 200)
  for (const [letters, name] of Object.entries({ gard: 'Garden', ГАВ: 'Гавань', 园: '花园' })) {
    await search.fill('')
    await search.pressSequentially(letters)
    await expect(rooms.first()).toContainText(name)
    if (letters === '园') await scrollTo(rooms, DRAWN + PAGE)
    await expect(rooms.filter({ hasNotText: name })).toHaveCount(0)
  }
  const title = roomAt(1_237)
  await search.fill('1237 kuch')
  await expect(rooms).toHaveCount(1)
  await rooms.getByRole('button', { name: `Join ${inSentence(title)}` }).click()
  await expect(chatHeading(page, title)).toBeVisible()
}

/** The pages of one list lead nowhere while another is on its way. */
async function turnPages(page: Page): Promise<void> {
  await page.goto('/admin/users')
  const place = content(page).getByRole('status').filter({ hasText: '–' })
  const next = content(page).getByRole('button', { name: 'Next' })
  await expect(place).toHaveText('1–25 of 5,001')
  await next.click()
  await expect(place).toHaveText('26–50 of 5,001')

  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  await page.route(/\/admin\/users\?.*query=/, async (route) => {
    await released
    await route.continue()
  })
  await content(page).getByRole('searchbox').fill('person-12')
  await expect(next).toBeDisabled()
  release()
  await expect(place).toHaveText('1–25')
  await next.click()
  await expect(place).toHaveText('26–50')
  await expect(page.getByRole('row').last()).toContainText('person-12')
}

/** Turns the wheel until a place of the list is reached, with no more rows drawn than there should be. */
async function scrollTo(rows: Locator, place: number): Promise<void> {
  let most = 0
  await rows.first().hover()
  await expect
    .poll(
      async () => {
        await rows.page().mouse.wheel(0, 3_000)
        const places = await rows.evaluateAll((all) => all.map((row) => Number(row.ariaPosInSet)))
        most = Math.max(most, places.length)
        return Math.max(...places)
      },
      { intervals: [50] },
    )
    .toBeGreaterThanOrEqual(place)
  expect(most).toBeLessThanOrEqual(DRAWN)
}

/** The option that keys have moved to is in sight, wherever the focus is. */
async function expectActive(field: Locator, place: number): Promise<void> {
  await expect(field).toBeFocused()
  const id = await field.getAttribute('aria-activedescendant')
  const active = field.page().locator(`[id="${id}"]`)
  await expect(active).toHaveAttribute('aria-posinset', String(place))
  await expect(active).toBeInViewport({ ratio: 1 })
}

/** How many of anything each answer holds from now on. */
function weighAnswers(page: Page): Promise<number>[] {
  const sizes: Promise<number>[] = []
  const weigh = async (response: Response) => {
    const body: unknown = await response.json()
    return Math.max(
      0,
      ...Object.values(body ?? {}).map((all) => (Array.isArray(all) ? all.length : 0)),
    )
  }
  page.on('response', (response) => {
    if (/\/api\/v1\/(users|rooms)(\?|$)/.test(response.url())) sizes.push(weigh(response))
  })
  return sizes
}

/** An archive of one message from each. */
async function importRooms(folder: DataFolder): Promise<void> {
  const lines = Array.from({ length: ROOMS }, (_, at) => ({
    id: `made/${at}`,
    room: roomAt(at),
    author: 'Somebody',
    time: new Date(Date.UTC(2020, 0, 1)).toISOString(),
    text: 'Is anybody here?',
  }))
  using made = makeDataFolder()
  const file = join(made.path, 'rooms.jsonl')
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  await roost(folder, 'import', file)
}

/** Rows as the server writes them, faster than people could sign up. */
function addPeople(folder: DataFolder): void {
  const database = new DatabaseSync(join(folder.path, 'roost.db'))
  const insert = database.prepare(
    `insert into users (id, name, username, "searchName", "createdAt", "updatedAt")
     values (?, ?, ?, ?, ?, ?)`,
  )
  const now = new Date().toISOString()
  database.exec('begin')
  for (let at = 0; at < PEOPLE; at++) {
    const [name, username] = [personAt(at), `person-${at}`]
    insert.run(
      uuidv7(Date.now(), Math.random),
      name,
      username,
      fold(`${name} ${username}`),
      now,
      now,
    )
  }
  database.exec('commit')
  database.close()
}
