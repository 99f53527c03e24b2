/**
 * A room that was imported whole: the real archive that ROOST_CORPUS names, or one made here. It has a
 * server of its own, because an import of this size keeps a server busy.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import type { Page, Response } from '@playwright/test'
import { endpoints } from '@roost/protocol'

import { Api } from './api.ts'
import { message, messages, timeline, chatHeading, content } from './app.ts'
import { expect, Stage, test } from './fixtures.ts'
import { makeDataFolder, roost, startServer, type DataFolder } from './server.ts'

interface Archive {
  readonly file: string
  readonly room: string
  readonly first: string
  readonly last: string
  /** A word of many messages, and one of a single message. */
  readonly common: string
  readonly rare: string
  readonly rareLine: Line
  /** What the import says at its end. */
  readonly summary: string
}

interface Line {
  readonly room: string
  readonly author: string
  readonly time: string
  readonly text: string
  readonly replyTo?: string
}

test('an imported room opens at once, scrolls to its first message, and is searched', async ({
  browser,
}) => {
  test.setTimeout(300_000)
  using folder = makeDataFolder()
  using made = makeDataFolder()
  const corpus = process.env['ROOST_CORPUS']
  const archive = corpus ? readCorpus(corpus) : makeArchive(made)
  const printed = await roost(folder, 'import', archive.file)
  expect(printed.trimEnd().split('\n').at(-1)).toBe(archive.summary)

  await using server = await startServer(folder)
  await using stage = new Stage(browser, server.origin)
  const olga = stage.account('Olga')
  const api = await Api.setUp(server, olga)
  const page = await stage.visit({ ...olga, id: api.userId, api }, { path: '/rooms' })

  await expectFewMessages(page, /\/messages(\?|$)/, async () => {
    await content(page).getByText(archive.room, { exact: true }).click()
    await expect(chatHeading(page, archive.room)).toBeVisible()
    await expect(message(page, archive.last).last()).toBeInViewport()
  })

  await timeline(page).focus()
  await page.keyboard.press('Home')
  await expect(message(page, archive.first).first()).toBeInViewport()
  expect(await messages(page).count()).toBeLessThanOrEqual(100)

  await timeline(page).hover()
  for (let turns = 0; turns < 40; turns++) {
    await page.mouse.wheel(0, 2_500)
    expect(await messages(page).count()).toBeLessThanOrEqual(100)
  }
  await timeline(page).focus()
  await page.keyboard.press('End')
  await expect(message(page, archive.last).last()).toBeInViewport()

  const [room] = await api.rooms(archive.room)
  await api.join(room?.id ?? '')
  await api.createRoom('Elsewhere')
  await searchIn(page, archive)
})

async function searchIn(page: Page, { common, rare, rareLine }: Archive): Promise<void> {
  const search = page.request
  await expect
    // Indexing so many takes a server a while, beside whatever else the machine does.
    .poll(async () => (await search.get(`/api/v1/search?query=${rare}`)).text(), {
      timeout: 90_000,
    })
    .toContain('"complete":true')
  const hits = content(page).getByRole('list', { name: 'Messages found' }).getByRole('listitem')
  await page.goto('/search')
  await expectFewMessages(page, /\/api\/v1\/search\?/, async () => {
    await content(page).getByRole('searchbox').fill(common)
    await expect(hits.locator('mark').first()).toHaveText(new RegExp(common, 'i'))
  })
  // The list goes on as one reaches its end.
  const first = await hits.count()
  await hits.last().scrollIntoViewIfNeeded()
  await expect.poll(() => hits.count()).toBeGreaterThan(first)

  await content(page).getByRole('searchbox').fill(rare)
  await expect(hits).toHaveCount(1)
  const day = new Date(rareLine.time).toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' })
  await content(page).getByLabel('From', { exact: true }).fill(day)
  await content(page).getByLabel('To', { exact: true }).fill('2001-01-01')
  await expect(content(page).getByText('Nothing found.')).toBeVisible()
  await content(page).getByLabel('To', { exact: true }).fill(day)
  await expect(hits).toHaveCount(1)
  // Who wrote long ago has no account, and can be searched by where they wrote.
  const dialog = page.getByRole('dialog')
  const author = dialog
    .getByRole('option')
    .filter({ has: page.getByText(rareLine.author, { exact: true }) })
    .first()
  const chooseAuthor = async () => {
    await content(page).getByRole('button', { name: 'Anyone' }).click()
    await dialog.getByRole('combobox').fill(rareLine.author)
  }
  await content(page).getByRole('button', { name: 'Any chat' }).click()
  await dialog.getByRole('button', { name: 'Elsewhere' }).click()
  await chooseAuthor()
  await expect(dialog.getByText('Nobody of that name.')).toBeVisible()
  await expect(author).toBeHidden()
  await page.keyboard.press('Escape')
  await content(page).getByRole('button', { name: 'Any chat' }).click()
  await chooseAuthor()
  await author.click()
  await expect(content(page).getByText(`By ${rareLine.author}`, { exact: true })).toBeVisible()
  await expect(hits).toHaveCount(1)
  const answer = await search.get(`/api/v1/search?query=${rare}`)
  const [hit] = endpoints.search.response.parse(await answer.json()).messages
  expect(new URL(page.url()).searchParams.get('from')).toBe(hit?.senderId)
  // The address names them, and their name comes with it.
  await page.reload()
  await expect(content(page).getByText(`By ${rareLine.author}`, { exact: true })).toBeVisible()
  await expect(hits).toHaveCount(1)
  // There is nobody to be written to.
  const chosen = await search.get(`/api/v1/users?query=${encodeURIComponent(rareLine.author)}`)
  const { users } = endpoints.users.response.parse(await chosen.json())
  expect(users.filter(({ kind }) => kind !== 'person')).toEqual([])

  await hits.getByRole('link').click()
  const found = messages(page).filter({ hasText: rare })
  await expect(found).toBeInViewport()
  await expect(found.locator('.ring-brand')).toHaveCount(1)
}

/** Whatever opens at once asks for what is about to be seen, of a room of any size. */
async function expectFewMessages(
  page: Page,
  path: RegExp,
  open: () => Promise<void>,
): Promise<void> {
  const counts: Promise<number>[] = []
  const count = async (response: Response) =>
    ((await response.json()) as { messages: unknown[] }).messages.length
  const note = (response: Response) => {
    if (path.test(response.url())) counts.push(count(response))
  }
  page.on('response', note)
  await open()
  page.off('response', note)
  const sum = (await Promise.all(counts)).reduce((all, one) => all + one, 0)
  expect(sum).toBeGreaterThan(0)
  expect(sum).toBeLessThanOrEqual(100)
}

/** Looks through the older half for a word that stands nowhere else, not even within another. */
function findRare(lines: readonly Line[]): { rare: string; rareLine: Line } {
  const all = lines.map(({ text }) => text.toLowerCase()).join('\n')
  for (const rareLine of lines.slice(100, lines.length / 2)) {
    const rare = /\b[a-z]{9,14}\b/.exec(rareLine.text)?.[0]
    if (rare !== undefined && all.indexOf(rare) === all.lastIndexOf(rare)) return { rare, rareLine }
  }
  throw new Error('Every word is written twice.')
}

function readCorpus(file: string): Archive {
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
  const messages = lines.map((line) => JSON.parse(line) as Line)
  const count = (value: number) => value.toLocaleString('en-US')
  return {
    file,
    room: messages[0]?.room ?? '',
    first: messages[0]?.text ?? '',
    last: messages.at(-1)?.text ?? '',
    common: 'ubuntu',
    ...findRare(messages),
    summary:
      `Imported ${count(messages.length)} messages, ` +
      `${count(new Set(messages.map(({ author }) => author)).size)} authors, 1 rooms, ` +
      `${count(messages.filter(({ replyTo }) => replyTo !== undefined).length)} replies, 0 refused`,
  }
}

function makeArchive({ path }: DataFolder): Archive {
  const total = 20_000
  const at = Date.UTC(2020, 0, 1)
  const lines = Array.from({ length: total }, (_, n) => ({
    id: `made/${n}`,
    room: 'archive',
    author: `author ${n % 97}`,
    time: new Date(at + Math.floor(n / 3) * 60_000).toISOString(),
    text: `line ${n}.${' and more'.repeat((n * 7) % 40)}${n === 1_234 ? ' about spinnakers' : ''}`,
    ...(n % 4 === 3 ? { replyTo: `made/${n - 3}` } : {}),
  }))
  const file = join(path, 'archive.jsonl')
  writeFileSync(file, lines.map((line) => JSON.stringify(line)).join('\n'))
  return {
    file,
    room: 'archive',
    first: 'line 0.',
    last: `line ${total - 1}.`,
    common: 'more',
    ...findRare(lines),
    summary: 'Imported 20,000 messages, 97 authors, 1 rooms, 5,000 replies, 0 refused',
  }
}
