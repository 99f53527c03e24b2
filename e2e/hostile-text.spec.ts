import { chatHeading, chatRow, chats, content, message, openNewChat } from './app.ts'
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
  const page = await stage.visit(bob)
  for (const [at, text] of short.entries()) {
    const account = stage.account(`Mallory${at}`)
    const name = `${text} ${account.username.slice(-6)}`
    const mallory = await stage.signUp({ ...account, name })
    const { id } = await mallory.openDirect(bob.id)
    await mallory.send(id, 'hello')
    await chatRow(page, text).getByRole('link').click()
    await expect(chatHeading(page, name)).toBeVisible()
    const dialog = await openNewChat(page)
    await dialog.getByRole('combobox').fill(name)
    await expect(dialog.getByRole('option', { name })).toBeVisible()
    await page.keyboard.press('Escape')
  }
  expect(await page.evaluate('window.pwned')).toBeUndefined()
})

test('in the names and topics of rooms', async ({ stage }) => {
  const [mallory, bob] = await stage.people('Mallory', 'Bob')
  const page = await stage.visit(bob)
  for (const text of short) {
    const name = stage.named(text)
    const room = await mallory.api.createRoom(name, { topic: text })
    await page.goto('/rooms')
    await content(page).getByRole('searchbox').fill(name)
    await expect(content(page).getByText(name)).toBeVisible()
    await bob.api.join(room.id)
    await chatRow(page, name).getByRole('link').click()
    await expect(chatHeading(page, name)).toBeVisible()
  }
  await expect(chats(page)).toBeVisible()
  expect(await page.evaluate('window.pwned')).toBeUndefined()
})
