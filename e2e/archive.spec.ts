/**
 * A room that was imported whole: the real archive that ROOST_CORPUS names, or one made here. It has a
 * server of its own, because an import of this size keeps a server busy.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

import { Api } from './api.ts'
import { message, messages, timeline, chatHeading, content } from './app.ts'
import { expect, Stage, test } from './fixtures.ts'
import { makeDataFolder, roost, startServer, type DataFolder } from './server.ts'

interface Archive {
  readonly file: string
  readonly room: string
  readonly first: string
  readonly last: string
  /** What the import says at its end. */
  readonly summary: string
}

interface Line {
  readonly room: string
  readonly author: string
  readonly text: string
  readonly replyTo?: string
}

test('an imported room opens at once and scrolls to its first message', async ({ browser }) => {
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

  const start = performance.now()
  await content(page).getByText(archive.room, { exact: true }).click()
  await expect(chatHeading(page, archive.room)).toBeVisible()
  await expect(message(page, archive.last).last()).toBeInViewport()
  expect(performance.now() - start).toBeLessThan(3_000)

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
})

function readCorpus(file: string): Archive {
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
  const messages = lines.map((line) => JSON.parse(line) as Line)
  const count = (value: number) => value.toLocaleString('en-US')
  return {
    file,
    room: messages[0]?.room ?? '',
    first: messages[0]?.text ?? '',
    last: messages.at(-1)?.text ?? '',
    summary:
      `Imported ${count(messages.length)} messages, ` +
      `${count(new Set(messages.map(({ author }) => author)).size)} authors, 1 rooms, ` +
      `${count(messages.filter(({ replyTo }) => replyTo !== undefined).length)} replies, 0 refused`,
  }
}

function makeArchive({ path }: DataFolder): Archive {
  const total = 20_000
  const at = Date.UTC(2020, 0, 1)
  const lines = Array.from({ length: total }, (_, n) =>
    JSON.stringify({
      id: `made/${n}`,
      room: 'archive',
      author: `author ${n % 97}`,
      time: new Date(at + Math.floor(n / 3) * 60_000).toISOString(),
      text: `line ${n}.${' and more'.repeat((n * 7) % 40)}`,
      ...(n % 4 === 3 ? { replyTo: `made/${n - 3}` } : {}),
    }),
  )
  const file = join(path, 'archive.jsonl')
  writeFileSync(file, lines.join('\n'))
  return {
    file,
    room: 'archive',
    first: 'line 0.',
    last: `line ${total - 1}.`,
    summary: 'Imported 20,000 messages, 97 authors, 1 rooms, 5,000 replies, 0 refused',
  }
}
