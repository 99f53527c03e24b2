import { chatHeading, chatRow, content, message, openChat, openNewChat } from './app.ts'
import { expect, test } from './fixtures.ts'

/** Each would leave a mark on the window, or ask another server, if it were ever more than text. */
const hostile = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '<svg onload="window.pwned = 1"><a xlink:href="javascript:window.pwned=1">x</a></svg>',
  '"><iframe srcdoc="<script>parent.pwned=1</script>">',
  "');window.pwned=1;//",
  '{{constructor.constructor("window.pwned=1")()}}',
  '${window.pwned=1}',
  '[click](javascript:window.pwned=1) javascript:window.pwned=1',
  '<a href="data:text/html,<script>opener.pwned=1</script>">data</a>',
  '<style>body{display:none}</style>',
  '<img src="https://example.com/tracker.gif">',
  '<b>bold</b> &lt;i&gt; &amp; %3Cscript%3E',
]
const short = hostile.filter((text) => text.length <= 60)

test('in messages', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const page = await stage.visit(bob, { path: `/c/${id}` })
  for (const text of hostile) {
    await alice.api.send(id, text)
    await expect(message(page, text)).toBeVisible()
    await expect(chatRow(page, alice.name)).toContainText(text.slice(0, 20))
  }
  expect(await page.evaluate('window.pwned')).toBeUndefined()
  await expect(content(page).locator('a:not([href^="http"]):not([href^="/"])')).toHaveCount(0)
})

test('in the names of people', async ({ stage }) => {
  const [bob] = await stage.people('Bob')
  const names = await Promise.all(
    short.map(async (text, at) => {
      const account = { ...stage.account(`Mallory${at}`), name: stage.named(text) }
      const mallory = await stage.signUp(account)
      const { id } = await mallory.openDirect(bob.id)
      await mallory.send(id, 'hello')
      return account.name
    }),
  )
  const page = await stage.visit(bob)
  for (const name of names) {
    await openChat(page, name)
    await expect(chatHeading(page, name)).toBeVisible()
  }
  const dialog = await openNewChat(page)
  await dialog.getByRole('combobox').fill(stage.named(''))
  for (const name of names) await expect(dialog.getByRole('option', { name })).toBeVisible()
  expect(await page.evaluate('window.pwned')).toBeUndefined()
})

test('in the names and topics of rooms', async ({ stage }) => {
  const [mallory, bob] = await stage.people('Mallory', 'Bob')
  const rooms = await Promise.all(
    short.map((text) => mallory.api.createRoom(stage.named(text), { topic: text })),
  )
  const page = await stage.visit(bob, { path: '/rooms' })
  await content(page).getByRole('searchbox').fill(stage.named(''))
  for (const { name } of rooms) await expect(content(page).getByText(name ?? '')).toBeVisible()
  for (const { id, name } of rooms) {
    await bob.api.join(id)
    await openChat(page, name ?? '')
    await expect(chatHeading(page, name ?? '')).toBeVisible()
  }
  await chatHeading(page, rooms.at(-1)?.name ?? '').click()
  await expect(page.getByRole('complementary')).toContainText(rooms.at(-1)?.topic ?? '')
  expect(await page.evaluate('window.pwned')).toBeUndefined()
})
