/** Texts that would be more than text if anything ever read them as such, wherever a text is shown. */
import type { Page } from '@playwright/test'

import {
  chatHeading,
  chatRow,
  chats,
  composer,
  content,
  editField,
  message,
  messages,
  openChat,
  openNewChat,
} from './app.ts'
import { expect, phone, test, type Person, type Stage } from './fixtures.ts'
import { test as ownServerTest } from './own-server.ts'
import { photograph } from './photograph.ts'

/** Each would leave a mark on the window, or ask another server, if it were ever more than text. */
const hostile = [
  '<script>window.pwned = 1</script>',
  '<img src=x onerror="window.pwned = 1">',
  '<svg onload="window.pwned = 1"><a xlink:href="javascript:window.pwned=1">x</a></svg>',
  '"><iframe srcdoc="<script>parent.pwned=1</script>">',
  "');window.pwned=1;//",
  '{{constructor.constructor("window.pwned=1")()}}',
  '${window.pwned=1}',
  '$t(timeline:you) {{name}} %s %d $& $1',
  '__proto__ constructor toString',
  '[click](javascript:window.pwned=1) javascript:window.pwned=1',
  '*<b>bold</b>* _<i onclick="window.pwned=1">slanted</i>_ `<script>window.pwned=1</script>`',
  '<a href="data:text/html,<script>opener.pwned=1</script>">data</a>',
  '<style>body{display:none}</style>',
  '<img src="https://example.com/tracker.gif">',
  '<b>bold</b> &lt;i&gt; &amp; %3Cscript%3E',
  'z̸̡̛͉̯̟̪͖̈́̊͐̕͝͠a̵̢̛͇͚̣̮͖̾̈́̓͒̚͝l̶̢̛̘̙̝͇̟̑̈́̀̂͘g̷̢̘̗̞̤͙̑̈́̓͌͘͝o̸̧̧̤̮͍̟̓̈́̀͌̚͝',
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏽🇩🇪️⃣ \u{1f468}\u200d',
  'نص عربي (abc) 123 — שלום',
]
/** They turn the direction of what follows, where nothing holds them. */
const turning = ['\u202Egnp.exe', '\u2067right\u2069 \u202Dleft']
const unbroken = 'W'.repeat(9_900)
const short = hostile.filter((text) => text.length <= 60)

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate('window.pwned')).toBeUndefined()
  await expect(page.locator('a[href^="javascript:"], a[href^="data:"], iframe')).toHaveCount(0)
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return scrollWidth - clientWidth
  })
  expect(overflow).toBe(0)
}

for (const [layout, options] of [['wide', {}] as const, ['phone', phone] as const])
  test(`in messages, and in all that speaks of them, ${layout}`, async ({ stage }) => {
    const [mallory, bob] = await stage.people('Mallory', 'Bob')
    const { id } = await mallory.api.openDirect(bob.id)
    const texts = [...hostile, ...turning]
    const sent = []
    for (const text of texts) sent.push(await mallory.api.send(id, text))
    const page = await stage.visit(bob, { ...options, path: `/c/${id}?m=1` })
    for (const { id: quoted } of sent.slice(0, 6)) await mallory.api.send(id, 'answer', quoted)
    await expect(messages(page).first()).toBeVisible()
    for (const text of hostile.slice(0, 6)) await expect(message(page, text).first()).toBeAttached()
    await expectHarmless(page)

    // Live: read out, and in the list.
    for (const text of [...texts, unbroken]) {
      await mallory.api.send(id, text)
      const announced = content(page).locator('[aria-live=polite]')
      if (!/[*_`\u202A-\u202E\u2066-\u2069]/.test(text))
        await expect(announced).toContainText(text.slice(0, 150))
    }
    await content(page).getByRole('button', { name: /^To / }).click()
    await expect(message(page, unbroken)).toBeAttached()
    await expectHarmless(page)
    if (layout === 'phone') return

    // Answered and edited, it stands above what is written.
    await bob.api.send(id, hostile[1] ?? '')
    await expect(chatRow(page, mallory.name)).toContainText('onerror')
    await expect(composer(page)).toHaveValue('')
    await composer(page).press('ArrowUp')
    await expect(editField(page)).toHaveValue(hostile[1] ?? '')
    await expectHarmless(page)
    await page.keyboard.press('Escape')

    // Found by searching.
    await chats(page).getByRole('searchbox').fill('pwned')
    await expect(chats(page).getByRole('region', { name: 'Messages' })).toContainText('pwned')
    await expectHarmless(page)
    await page.goto('/search?q=pwned')
    await expect(content(page).getByText('pwned').first()).toBeVisible()
    await expectHarmless(page)
  })

test('in the names of people, and in what they say of themselves', async ({ stage }) => {
  const [bob] = await stage.people('Bob')
  const names = await Promise.all(
    short.map(async (text, at) => {
      const account = { ...stage.account(`Mallory${at}`), name: stage.named(text) }
      const mallory = await stage.signUp(account)
      const { id } = await mallory.openDirect(bob.id)
      await mallory.describeMyself(text)
      await mallory.send(id, 'hello')
      return account.name
    }),
  )
  const page = await stage.visit(bob)
  const profile = page.getByRole('complementary', { name: 'Profile' })
  for (const [at, name] of names.entries()) {
    await openChat(page, name)
    await chatHeading(page, name).getByRole('button').click()
    await expect(profile).toContainText(short[at] ?? '')
  }
  await expectHarmless(page)
  const dialog = await openNewChat(page)
  await dialog.getByRole('combobox').fill(stage.named(''))
  for (const name of names) await expect(dialog.getByRole('option', { name })).toBeVisible()
  await expectHarmless(page)
})

test('in the names and topics of rooms, and in who is named there', async ({ stage }) => {
  const account = { ...stage.account('Mallory'), name: stage.named('<img src=x onerror=pwned=1>') }
  const api = await stage.signUp(account)
  const [bob] = await stage.people('Bob')
  const rooms = await Promise.all(
    short.map((text) => api.createRoom(stage.named(text), { topic: text })),
  )
  const page = await stage.visit(bob, { path: '/rooms' })
  await content(page).getByRole('searchbox').fill(stage.named(''))
  for (const { name } of rooms) await expect(content(page).getByText(name ?? '')).toBeVisible()
  for (const { id, name } of rooms) {
    await bob.api.join(id)
    await openChat(page, name ?? '')
    await expect(chatHeading(page, name ?? '')).toBeVisible()
  }
  const last = rooms.at(-1)
  if (!last) throw new Error('There is no room.')
  await expect(page.getByRole('log')).toContainText(account.name)
  await bob.api.send(last.id, `@${account.username} look`)
  await chatHeading(page, last.name ?? '').click()
  await expect(page.getByRole('complementary')).toContainText(last.topic ?? '')
  await expect(page.getByRole('complementary')).toContainText(account.name)
  await expectHarmless(page)
})

test('on the page of an invite, and in the name of a picture', async ({ stage }) => {
  const image = '<img src=x onerror=pwned=1>'
  const mallory = await hostilePerson(stage, stage.named(image))
  const own = await stage.visit(mallory, { path: '/settings/profile' })
  await own.getByRole('button', { name: 'Change picture' }).click()
  const dialog = own.getByRole('dialog', { name: 'Picture' })
  const file = dialog.locator('input[type=file]')
  const name = `"><img src=x onerror=window.pwned=1>{{name}}.png`
  await file.setInputFiles({ name, mimeType: 'text/html', buffer: Buffer.from(image) })
  await expect(dialog.getByRole('alert')).toContainText('not a picture')
  await file.setInputFiles({ ...(await photograph()), name })
  await expectHarmless(own)
  await dialog.getByRole('button', { name: 'Save picture' }).click()
  await expect(dialog).toBeHidden()
  await expectHarmless(own)
  for (const picture of await own.locator('img').all())
    await expect(picture).toHaveAttribute('alt', '')

  for (const text of short) {
    const room = stage.named(text)
    const { id } = await mallory.api.createRoom(room, { visibility: 'private', topic: text })
    await own.goto(await mallory.api.invite(id))
    const open = own.getByRole('button', { name: 'Open' })
    await expect(open).toBeVisible()
    await expectInvite(own, { room, topic: text, inviter: mallory.name })
    if (text !== short[0]) continue
    const stranger = await stage.stranger({ path: await mallory.api.invite(id) })
    await expect(stranger.getByRole('button', { name: 'Create account and join' })).toBeVisible()
    await expectInvite(stranger, { room, topic: text, inviter: mallory.name })
  }
})

async function expectInvite(page: Page, face: { room: string; topic: string; inviter: string }) {
  await expect(page.getByRole('heading', { name: face.room })).toBeVisible()
  await expect(page.getByText(face.topic, { exact: true })).toBeVisible()
  await expect(page.getByText(face.inviter)).toBeVisible()
  await expectHarmless(page)
}

ownServerTest('in the tables of administrators', async ({ openServer }) => {
  const { stage, owner } = await openServer()
  const image = '<img src=x onerror="window.pwned=1">'
  const template = '{{name}} $t(ui:close) %s'
  const mallory = await hostilePerson(stage, image)
  const room = await mallory.api.createRoom(image, { topic: template })
  await mallory.api.send(room.id, hostile[0] ?? '')
  await owner.api.promote(mallory.id)
  // A device may call itself anything.
  const context = await stage.context({ userAgent: `${image} ${template}` })
  await stage.signIn(context, mallory)
  const devices = await stage.tab(context, '/settings/devices')
  await expect(devices.getByRole('button', { name: 'Sign out' }).first()).toBeVisible()
  await expectHarmless(devices)

  const page = await stage.visit(owner, { path: '/admin/users' })
  await expect(page.getByText(image).first()).toBeVisible()
  await expectHarmless(page)
  for (const section of ['rooms', 'messages', 'audit', 'invites', 'settings']) {
    await page.goto(`/admin/${section}`)
    await expect(page.getByRole('heading').first()).toBeVisible()
    if (section === 'audit')
      await expect(page.getByRole('list', { name: 'Audit log' })).toContainText(image)
    if (section === 'rooms') await expect(page.getByText(image).first()).toBeVisible()
    await expectHarmless(page)
  }
})

async function hostilePerson(stage: Stage, name: string): Promise<Person> {
  const account = { ...stage.account('Mallory'), name }
  const api = await stage.signUp(account)
  return { ...account, id: api.userId, api }
}
