/** Finding what was written: from the list, in a chat, and on the page with all that narrows it down. */
import { chatHeading, chats, content, message, openChat } from './app.ts'
import { expect, phone, test } from './fixtures.ts'

test('a word leads from the list to its message, and back to the results', async ({ stage }) => {
  stage.allow([/status of 404/])
  const [alice, bob, mallory] = await stage.people('Alice', 'Bob', 'Mallory')
  const name = stage.named('Rigging')
  const { id } = await alice.api.createRoom(name)
  await bob.api.join(id)
  // A word that nobody else on this server has.
  const word = `halyard${alice.username.split('-')[1]}`
  await alice.api.send(id, `the ${word} is frayed`)
  for (let n = 0; n < 60; n++) await bob.api.send(id, `line ${n}`)
  const direct = await alice.api.openDirect(bob.id)
  await bob.api.send(direct.id, `which ${word.toUpperCase()}?`)
  const secret = await bob.api.openDirect(mallory.id)
  await bob.api.send(secret.id, `my own ${word}`)

  const page = await stage.visit(alice)
  await chats(page).getByRole('searchbox').fill(word)
  const section = chats(page).getByRole('region', { name: 'Messages' })
  await expect(section.getByRole('listitem')).toHaveCount(2)
  await section.getByRole('link', { name: 'Search more closely' }).click()
  const hits = content(page).getByRole('list', { name: 'Messages found' }).getByRole('listitem')
  await expect(hits).toHaveText([/which/, /is frayed/])
  await expect(hits.locator('mark')).toHaveText([word.toUpperCase(), word])

  await hits.last().getByRole('link').click()
  const found = message(page, `the ${word} is frayed`)
  await expect(found).toBeInViewport()
  await expect(found.locator('.ring-brand')).toHaveCount(1)
  await expect(message(page, 'line 59')).toHaveCount(0)
  await content(page).getByRole('button', { name: 'Back to what was found' }).click()
  await expect(hits).toHaveCount(2)

  await content(page).getByRole('button', { name: 'Anyone' }).click()
  const people = page.getByRole('dialog')
  await people.getByRole('combobox').fill(bob.name)
  const option = people.getByRole('option')
  await expect(option).toHaveCount(1)
  await expect(people.getByRole('listbox')).toHaveAttribute('aria-multiselectable', 'false')
  await expect(option).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('Enter')
  await expect(people).toBeHidden()
  await expect(hits).toHaveText([/which/])
  // What takes its place has the focus, and gives it back.
  await expect(content(page).getByRole('button', { name: 'Anyone' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(hits).toHaveText([/which/, /is frayed/])
  await expect(content(page).getByRole('button', { name: 'Anyone' })).toBeFocused()
  await content(page).getByRole('button', { name: 'Any chat' }).click()
  await people.getByRole('searchbox').fill(name)
  await page.keyboard.press('Enter')
  await expect(hits).toHaveText([/is frayed/])
  await content(page).getByLabel('To', { exact: true }).fill('2020-01-01')
  await expect(content(page).getByText('Nothing found.')).toBeVisible()
  // The address holds all of it.
  await page.reload()
  await expect(content(page).getByLabel('To', { exact: true })).toHaveValue('2020-01-01')
  await content(page).getByLabel('To', { exact: true }).fill('')
  await expect(hits).toHaveText([/is frayed/])

  const others = await stage.visit(mallory, { path: `/search?q=${word}` })
  await expect(content(others).getByText(`my own ${word}`)).toBeVisible()
  await expect(
    content(others).getByRole('list', { name: 'Messages found' }).getByRole('listitem'),
  ).toHaveCount(1)
  const insideOthers = await stage.visit(mallory, { path: `/search?q=${word}&in=${direct.id}` })
  await expect(content(insideOthers).getByText('Nothing found.')).toBeVisible()
})

test('in a chat one goes from match to match, in any script, on a phone', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const said = [
    '明天下午帆船比赛',
    'القارب جاهز للإبحار',
    'Der Café-Tisch, größer',
    'лодка у причала',
    'ร้านกาแฟริมน้ำ',
  ]
  for (const text of said) {
    await bob.api.send(id, text)
    for (let n = 0; n < 12; n++) await alice.api.send(id, `between ${n}`)
  }
  await bob.api.send(id, '比赛结束了')
  const page = await stage.visit(alice, { ...phone, path: '/' })
  await openChat(page, bob.name)
  await expect(chatHeading(page, bob.name)).toBeVisible()
  await content(page).getByRole('button', { name: 'Search in this chat' }).click()
  const bar = page.getByRole('search', { name: 'Search in this chat' })
  const at = bar.getByRole('status')
  await bar.getByRole('searchbox').fill('比赛')
  await expect(at).toHaveText('1 of 2')
  await expect(message(page, '比赛结束了')).toBeInViewport()
  await bar.getByRole('button', { name: 'Older match' }).click()
  await expect(at).toHaveText('2 of 2')
  await expect(message(page, '明天下午帆船比赛')).toBeInViewport()
  await page.keyboard.press('Shift+Enter')
  await expect(at).toHaveText('2 of 2')
  for (const [query, text] of [
    ['القارب', said[1]],
    ['cafe', said[2]],
    ['GRÖSSER', said[2]],
    ['лодка', said[3]],
    ['กาแฟ', said[4]],
  ] as const) {
    await bar.getByRole('searchbox').fill(query)
    await expect(at, query).toHaveText('1 of 1')
    await expect(message(page, text ?? '')).toBeInViewport()
  }
  await bar.getByRole('searchbox').fill('nowhere')
  await expect(at).toHaveText('Nothing found.')
  await page.keyboard.press('Escape')
  await expect(chatHeading(page, bob.name)).toBeVisible()
})
