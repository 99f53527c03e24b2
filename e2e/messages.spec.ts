/** What can be done with a message that is there, and what the other one sees of it. */
import type { Page } from '@playwright/test'

import {
  anyUnread,
  chatRow,
  chooseFor,
  chooseQuick,
  composer,
  content,
  editField,
  inSentence,
  message,
  messageMenu,
  messages,
  notice,
  openChat,
  progress,
  reaction,
  timeline,
  write,
} from './app.ts'
import { expectAccessible } from './axe.ts'
import { expect, phone, test, type Stage } from './fixtures.ts'

async function bothInChat(stage: Stage, ...texts: string[]) {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  for (const text of texts) await alice.api.send(id, text)
  const atAlice = await stage.visit(alice, { path: `/c/${id}` })
  const atBob = await stage.visit(bob, { path: `/c/${id}` })
  for (const page of [atAlice, atBob]) await expect(messages(page)).toHaveCount(texts.length)
  return { alice, bob, id, atAlice, atBob }
}

const quoteIn = (page: Page, text: string) => message(page, text).getByTitle('Go to this message')
const cancelReply = (page: Page) => content(page).getByRole('button', { name: 'Do not reply' })

test('an answer quotes, leads to what it answers, and back', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const { id } = await alice.api.openDirect(bob.id)
  await carol.api.openDirect(bob.id)
  await alice.api.send(id, 'Who brings the long rope?')
  for (let n = 1; n <= 130; n++) await bob.api.send(id, `line ${n} of many`)
  const { lastSeq } = await bob.api.conversation(id)
  await bob.api.markRead(id, lastSeq)
  const atAlice = await stage.visit(alice, { path: `/c/${id}?m=2` })
  const atBob = await stage.visit(bob, { path: `/c/${id}?m=1` })

  // The draft and what it answers wait for each other.
  await message(atBob, 'Who brings the long rope?').hover()
  await content(atBob).getByRole('button', { name: 'Reply', exact: true }).click()
  await expect(composer(atBob)).toBeFocused()
  await atBob.keyboard.type('I do, and the')
  await expectAccessible(atBob, 'answering')
  await openChat(atBob, carol.name)
  await expect(composer(atBob)).toHaveValue('')
  await expect(cancelReply(atBob)).toBeHidden()
  await openChat(atBob, alice.name)
  await expect(composer(atBob)).toHaveValue('I do, and the')
  await expect(cancelReply(atBob)).toBeVisible()
  await atBob.reload()
  await expect(cancelReply(atBob)).toBeVisible()
  await composer(atBob).press('End')
  await composer(atBob).pressSequentially(' short one')
  await composer(atBob).press('Enter')
  await expect(cancelReply(atBob)).toBeHidden()
  const answer = 'I do, and the short one'
  await expect(quoteIn(atBob, answer)).toContainText('Who brings the long rope?')
  await expect(quoteIn(atBob, answer)).toContainText(alice.name)
  await expect(message(atBob, answer)).toBeInViewport()

  await quoteIn(atBob, answer).click()
  await expect(message(atBob, 'Who brings the long rope?').first()).toBeInViewport()
  await expect(message(atBob, answer)).not.toBeInViewport()
  await content(atBob).getByRole('button', { name: 'Back to the reply' }).click()
  await expect(message(atBob, answer)).toBeInViewport()
  await expect(content(atBob).getByRole('button', { name: 'Back to the reply' })).toBeHidden()

  await content(atAlice).getByRole('button', { name: /^To / }).click()
  await expect(quoteIn(atAlice, answer)).toContainText('Who brings the long rope?')
  await expect(quoteIn(atAlice, answer)).toContainText('You')
  // One changes one's mind.
  await chooseFor(atAlice, answer, 'Reply')
  await expect(cancelReply(atAlice)).toBeVisible()
  await atAlice.keyboard.press('Escape')
  await expect(cancelReply(atAlice)).toBeHidden()
})

test('an edit shows on both sides, and where it is quoted', async ({ stage }) => {
  const { alice, bob, id, atAlice, atBob } = await bothInChat(stage, 'Tea at foor')
  const [first] = await alice.api.messages(id)
  await bob.api.send(id, 'Fine by me', first?.id)
  await expect(message(atAlice, 'Fine by me')).toBeVisible()

  await composer(atAlice).press('ArrowUp')
  await expect(editField(atAlice)).toHaveValue('Tea at foor')
  await expect(editField(atAlice)).toBeFocused()
  await expectAccessible(atAlice, 'editing')
  await editField(atAlice).fill('something else')
  await editField(atAlice).press('Escape')
  await expect(composer(atAlice)).toHaveValue('')
  await expect(message(atAlice, 'something else')).toHaveCount(0)

  // A draft steps aside for the edit, and comes back.
  await composer(atAlice).fill('a draft')
  await chooseFor(atAlice, 'Tea at foor', 'Edit')
  await expect(editField(atAlice)).toBeFocused()
  await editField(atAlice).fill('Tea at four')
  await editField(atAlice).press('Enter')
  await expect(composer(atAlice)).toHaveValue('a draft')
  for (const page of [atAlice, atBob]) {
    await expect(messages(page)).toHaveCount(2)
    await expect(messages(page).first()).toHaveAccessibleName(/Tea at four, edited/)
    await expect(quoteIn(page, 'Fine by me')).toContainText('Tea at four')
    await expect(page.getByText('Tea at foor')).toHaveCount(0)
  }
  await message(atBob, 'Fine by me').click({ button: 'right' })
  await expect(atBob.getByRole('menuitem', { name: 'Edit' })).toBeVisible()
  await atBob.keyboard.press('Escape')
  await messages(atBob)
    .first()
    .click({ button: 'right', position: { x: 10, y: 10 } })
  await expect(atBob.getByRole('menuitem', { name: 'Reply' })).toBeVisible()
  await expect(atBob.getByRole('menuitem', { name: 'Edit' })).toHaveCount(0)
})

test('what is deleted is gone for everyone, unless one thinks better of it', async ({ stage }) => {
  const { alice, bob, id, atAlice, atBob } = await bothInChat(stage, 'keep me', 'forget me')
  const [, second] = await alice.api.messages(id)
  await bob.api.send(id, 'about that', second?.id)
  await expect(message(atAlice, 'about that')).toBeVisible()

  await chooseFor(atAlice, 'keep me', 'Delete')
  await expect(message(atAlice, 'You deleted this message')).toBeVisible()
  await expect(message(atAlice, 'keep me')).toBeHidden()
  // Pointed at, the notice waits.
  await notice(atAlice, 'Message deleted').getByRole('button', { name: 'Undo' }).hover()
  await expectAccessible(atAlice, 'deleted, with a way back')
  await notice(atAlice, 'Message deleted').getByRole('button', { name: 'Undo' }).click()
  await expect(message(atAlice, 'keep me')).toBeVisible()
  await expect(notice(atAlice, 'Message deleted')).toBeHidden()

  await message(atAlice, 'forget me')
    .first()
    .click({ button: 'right', position: { x: 8, y: 8 } })
  await atAlice.getByRole('menuitem', { name: 'Delete' }).click()
  await expect(message(atAlice, 'You deleted this message')).toBeVisible()
  // It holds for those who leave before the notice does.
  await atAlice.reload()
  await expect(message(atAlice, 'You deleted this message')).toHaveCount(1)
  const placeholder = `${inSentence('Alice')} deleted this message`
  await expect(message(atBob, placeholder)).toHaveCount(1)
  for (const page of [atAlice, atBob]) {
    await expect(messages(page)).toHaveCount(3)
    await expect(quoteIn(page, 'about that')).toContainText('Message deleted')
    await expect(page.getByText('forget me')).toHaveCount(0)
    await expect(message(page, 'keep me')).toBeVisible()
  }
  expect((await bob.api.messages(id)).map(({ body }) => body)).toEqual([
    'keep me',
    '',
    'about that',
  ])
  await message(atBob, placeholder).hover()
  await expect(content(atBob).getByRole('button', { name: 'Reply', exact: true })).toBeHidden()
})

test('reactions: picked, searched, counted, taken back', async ({ stage }) => {
  const { id, alice, atAlice, atBob } = await bothInChat(stage, 'We won the cup')
  await message(atBob, 'We won the cup').hover()
  await content(atBob).getByRole('button', { name: 'React', exact: true }).click()
  const picker = atBob.getByRole('dialog', { name: 'Emoji' })
  await expect(picker.getByRole('searchbox', { name: 'Search emoji' })).toBeFocused()
  await picker.getByRole('button', { name: 'Medium', exact: true }).click()
  await picker.getByRole('searchbox').fill('thumbs up')
  await expect(picker.getByText('👍🏽', { exact: true })).toBeVisible()
  await expectAccessible(atBob, 'picking an emoji')
  await picker.getByText('👍🏽', { exact: true }).click()
  await expect(picker).toBeHidden()
  await expect(reaction(atAlice, 'We won the cup', /^👍🏽, 1 person/)).toBeVisible()
  await expect(chatRow(atAlice, 'Bob')).toBeVisible()

  await reaction(atAlice, 'We won the cup', /^👍🏽/).click()
  await expect(reaction(atAlice, 'We won the cup', /^👍🏽/)).toHaveAttribute('aria-pressed', 'true')
  await expect(reaction(atBob, 'We won the cup', /^👍🏽/)).toContainText('2')
  // By the menu, the same one again takes it back.
  await chooseQuick(atBob, 'We won the cup', '👍')
  await expect(reaction(atAlice, 'We won the cup', /^👍(, 1| *:)/)).toBeVisible()
  await chooseQuick(atBob, 'We won the cup', '👍')
  await expect(reaction(atAlice, 'We won the cup', /^👍(, 1| *:)/)).toBeHidden()
  await reaction(atBob, 'We won the cup', /^👍🏽/).click()
  await reaction(atAlice, 'We won the cup', /^👍🏽/).click()
  for (const page of [atAlice, atBob])
    await expect(page.getByRole('list', { name: 'Reactions' })).toHaveCount(0)
  expect((await alice.api.messages(id))[0]?.reactions).toEqual([])
})

test('copying, a link to a message, and who has read it', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'The *code* is 4711')
  const permissions = ['clipboard-read', 'clipboard-write']
  const atAlice = await stage.visit(alice, { path: `/c/${id}`, permissions })
  await chooseFor(atAlice, 'is 4711', 'Info')
  const info = atAlice.getByRole('dialog', { name: 'Message info' })
  await expect(info).toContainText('1 person does not have it yet.')
  await atAlice.keyboard.press('Escape')
  await expect(info).toBeHidden()

  const atBob = await stage.visit(bob, { path: `/c/${id}` })
  await chooseQuick(atBob, 'is 4711', '❤️')
  await expect(progress(atAlice, 'is 4711', 'Read')).toBeVisible()
  await chooseFor(atAlice, 'is 4711', 'Info')
  await expect(info.getByRole('heading', { name: 'Read by' })).toBeVisible()
  await expect(info.getByRole('listitem').filter({ hasText: bob.name })).toHaveCount(2)
  await expectAccessible(atAlice, 'message info')
  await atAlice.keyboard.press('Escape')

  const clipboard = () => atAlice.evaluate(() => navigator.clipboard.readText())
  await chooseFor(atAlice, 'is 4711', 'Copy')
  await expect(notice(atAlice, 'Copied')).toBeVisible()
  expect(await clipboard()).toBe('The *code* is 4711')
  await chooseFor(atAlice, 'is 4711', 'Copy link')
  await expect(notice(atAlice, 'Link copied')).toBeVisible()
  await atBob.goto(await clipboard())
  await expect(message(atBob, 'is 4711')).toBeInViewport()
})

test('a name is completed by keyboard, and rings for whom it names', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const room = await alice.api.createRoom(stage.named('Watch'))
  for (const { id } of [bob, carol]) await alice.api.add(room.id, id)
  const atAlice = await stage.visit(alice, { path: `/c/${room.id}` })
  const atBob = await stage.visit(bob)
  const atCarol = await stage.visit(carol)

  await composer(atAlice).pressSequentially(`ask @${bob.username.slice(0, 3)}`)
  const list = content(atAlice).getByRole('listbox', { name: 'Suggestions' })
  await expect(list.getByRole('option', { name: bob.name })).toHaveAttribute(
    'aria-selected',
    'true',
  )
  await expectAccessible(atAlice, 'completing a name')
  await composer(atAlice).press('Enter')
  await expect(list).toBeHidden()
  await expect(composer(atAlice)).toHaveValue(`ask @${bob.username} `)
  await composer(atAlice).pressSequentially('about the buoy :wav')
  await expect(list.getByRole('option', { name: ':wave:' })).toBeVisible()
  await composer(atAlice).press('Escape')
  await expect(list).toBeHidden()
  await composer(atAlice).pressSequentially('e:')
  await expect(composer(atAlice)).toHaveValue(/👋$/)
  await composer(atAlice).press('Enter')

  const mention = (page: Page) => message(page, 'about the buoy').getByRole('button', { name: `@` })
  await expect(mention(atAlice)).toContainText(bob.name)
  const row = chatRow(atBob, stage.named('Watch'))
  await expect(row.getByRole('img', { name: /mention/i })).toBeVisible()
  await expect(anyUnread(chatRow(atCarol, stage.named('Watch')))).toBeVisible()
  await expect(
    chatRow(atCarol, stage.named('Watch')).getByRole('img', { name: /mention/i }),
  ).toBeHidden()
  await openChat(atBob, stage.named('Watch'))
  await expect(row.getByRole('img', { name: /mention/i })).toBeHidden()
  await mention(atBob).click()
  await expect(atBob.getByRole('complementary', { name: 'Profile' })).toContainText(bob.name)
})

test('marks are read, and code is left alone', async ({ stage }) => {
  const { atAlice, atBob } = await bothInChat(stage, 'hello')
  await write(atAlice, '*bold* _slanted_ ~struck~ `*code*` see https://example.org/a?b=1. 2*3*4')
  const row = message(atBob, 'slanted')
  await expect(row.locator('strong')).toHaveText('bold')
  await expect(row.locator('em')).toHaveText('slanted')
  await expect(row.locator('s')).toHaveText('struck')
  await expect(row.locator('code')).toHaveText('*code*')
  const link = row.getByRole('link')
  await expect(link).toHaveText('https://example.org/a?b=1')
  await expect(link).toHaveAttribute('rel', /noopener/)
  await expect(row).toContainText('2*3*4')
  await expect(chatRow(atBob, 'Alice')).toContainText('bold slanted struck')
})

test('one menu, by mouse, by key and by finger', async ({ stage }) => {
  const { bob, id, atAlice } = await bothInChat(stage, 'menu of the day')
  const menu = messageMenu(atAlice)
  const offered = () => menu.getByRole('menuitem').allInnerTexts()
  const opened = message(atAlice, 'menu of the day')

  await opened.click({ button: 'right' })
  await expect(menu).toBeVisible()
  await expectAccessible(atAlice, 'menu of a message')
  const byMouse = await offered()
  await atAlice.keyboard.press('Escape')
  await expect(menu).toBeHidden()

  await opened.hover()
  await content(atAlice).getByRole('button', { name: 'More', exact: true }).last().click()
  await expect(menu).toBeVisible()
  expect(await offered()).toEqual(byMouse)
  await atAlice.keyboard.press('Escape')
  await expect(menu).toBeHidden()

  await opened.focus()
  for (const key of ['Shift+F10', 'Enter']) {
    await opened.press(key)
    await expect(menu).toBeVisible()
    expect(await offered()).toEqual(byMouse)
    await atAlice.keyboard.press('Escape')
    await expect(menu).toBeHidden()
    await expect(opened).toBeFocused()
  }

  const onPhone = await stage.visit(bob, { ...phone, path: `/c/${id}` })
  const target = message(onPhone, 'menu of the day')
  await expect(target).toBeVisible()
  const box = await target.boundingBox()
  const touch = await onPhone.context().newCDPSession(onPhone)
  const touchPoints = [{ x: (box?.x ?? 0) + 30, y: (box?.y ?? 0) + 15 }]
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
  const sheet = messageMenu(onPhone)
  await expect(sheet).toBeVisible()
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  await expect(sheet).toBeVisible()
  await expectAccessible(onPhone, 'menu of a message on a phone')
  for (const item of await sheet.getByRole('menuitem').all())
    expect((await item.boundingBox())?.height).toBeGreaterThanOrEqual(44)
  await sheet.getByRole('menuitem', { name: 'Reply' }).tap()
  await expect(sheet).toBeHidden()
  await expect(cancelReply(onPhone)).toBeVisible()

  // Pulled aside by a finger, it is answered; pulled a little, it is not.
  await cancelReply(onPhone).tap()
  await expect(cancelReply(onPhone)).toBeHidden()
  const pull = async (distance: number) => {
    const at = await target.boundingBox()
    const x = (at?.x ?? 0) + 20
    const y = (at?.y ?? 0) + 15
    const reach = async (type: 'touchStart' | 'touchMove', across: number) => {
      const touchPoints = [{ x: x + across, y }]
      await touch.send('Input.dispatchTouchEvent', { type, touchPoints })
    }
    await reach('touchStart', 0)
    for (let moved = 0; moved <= distance; moved += 8) await reach('touchMove', moved)
    // A finger that leaves in full flight makes the browser deaf to the next tap.
    await onPhone.evaluate(() => new Promise((resolve) => setTimeout(resolve, 100)))
    await reach('touchMove', distance)
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
  await pull(40)
  await expect(target).toHaveCSS('translate', 'none')
  await expect(cancelReply(onPhone)).toBeHidden()
  await pull(96)
  await expect(cancelReply(onPhone)).toBeVisible()
  await write(onPhone, 'pulled')
  await expect(quoteIn(atAlice, 'pulled')).toContainText('menu of the day')
})

test('a long message is folded, and opens without moving what one reads', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const lines = Array.from({ length: 60 }, (_, n) => `line ${n + 1} of the minutes`)
  await alice.api.send(id, lines.join('\n'))
  await bob.api.send(id, 'short')
  for (let n = 0; n < 30; n++) await bob.api.send(id, `after ${n}`)
  await alice.api.send(id, [...lines, 'https://example.org/minutes'].join('\n'))
  const { lastSeq } = await bob.api.conversation(id)
  await bob.api.markRead(id, lastSeq)
  const page = await stage.visit(bob, { path: `/c/${id}` })
  const more = (at = page) => content(at).getByRole('button', { name: 'Read more' })
  const newest = messages(page).last()
  const top = async () => (await newest.boundingBox())?.y
  await expect(more().last()).toBeInViewport()
  await expect(page.getByText('line 20 of the minutes').last()).toBeAttached()
  await expectAccessible(page, 'a folded message')

  // By keyboard, at the newest message: what follows opens below, the view stays.
  const before = await top()
  await timeline(page).focus()
  await page.keyboard.press('ArrowUp')
  await expect(newest).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(more().last()).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(newest).toBeFocused()
  await expect(newest.getByRole('button', { name: 'Read more' })).toHaveCount(0)
  await expect(content(page).getByRole('button', { name: 'To the newest message' })).toBeVisible()
  expect(await top()).toBe(before)

  await page.keyboard.press('Tab')
  await expect(newest.getByRole('link')).toBeFocused()

  // It stays open when one comes back.
  await newest.focus()
  await page.keyboard.press('Home')
  await expect(message(page, 'short')).toBeInViewport()
  await expect(more()).toHaveCount(1)
  await timeline(page).press('End')
  await expect(newest).toContainText('line 60 of the minutes')
  await expect(newest.getByRole('link')).toBeInViewport()
  await expect(more()).toHaveCount(0)

  const onPhone = await stage.visit(bob, { ...phone, path: `/c/${id}?m=1` })
  await expect(more(onPhone)).toBeInViewport()
  await expect(message(onPhone, 'line 1 of').first()).toBeInViewport()
  await more(onPhone).tap()
  await expect(more(onPhone)).toHaveCount(0)
})

test('a long message stays where it is opened, whatever else is drawn meanwhile', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  for (let n = 0; n < 30; n++) await bob.api.send(id, `before ${n}`)
  const lines = Array.from({ length: 60 }, (_, n) => `line ${n + 1} of the minutes`)
  await alice.api.send(id, lines.join('\n'))
  await bob.api.markRead(id, (await bob.api.conversation(id)).lastSeq)
  const page = await stage.visit(bob, { path: `/c/${id}` })
  const more = content(page).getByRole('button', { name: 'Read more' })
  await expect(more).toBeInViewport()
  const top = async () => (await messages(page).last().boundingBox())?.y
  const before = await top()
  // In one task, so that neither is measured before: an event of where the view was moved last, or of
  // where it stands.
  await more.evaluate((button) => {
    let scroller = button.parentElement
    while (scroller && !/auto|scroll/.test(getComputedStyle(scroller).overflowY))
      scroller = scroller.parentElement
    button.dispatchEvent(new MouseEvent('click', { bubbles: true }))
    scroller?.dispatchEvent(new Event('scroll'))
  })
  await expect(more).toHaveCount(0)
  await expect(content(page).getByRole('button', { name: 'To the newest message' })).toBeVisible()
  expect(await top()).toBe(before)
})

test('a chat without a word says so, until there is one', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const page = await stage.visit(alice, { path: `/c/${id}` })
  await expect(content(page).getByText('Nothing said yet')).toBeVisible()
  await expectAccessible(page, 'a chat without a word')
  await write(page, 'hello')
  await expect(content(page).getByText('Nothing said yet')).toBeHidden()

  // What tells the days apart follows the language, in a chat that is open.
  await expect(timeline(page).getByText('Today', { exact: true })).toBeVisible()
  const headers = { origin: stage.origin }
  await page.request.patch('/api/v1/me', { headers, data: { locale: 'de' } })
  await expect(timeline(page).getByText('Heute', { exact: true })).toBeVisible()
})
