import {
  anyUnread,
  chatRow,
  chatRows,
  chats,
  composer,
  content,
  goOffline,
  message,
  messages,
  openChat,
  progress,
  signUp,
  startDirect,
  unread,
  write,
} from './app.ts'
import { expect, test } from './fixtures.ts'

test('two people sign up and talk both ways', async ({ stage }) => {
  const [alice, bob] = [stage.account('Alice'), stage.account('Bob')]
  const atAlice = await stage.stranger()
  const atBob = await stage.stranger()
  await signUp(atAlice, alice)
  await signUp(atBob, bob)

  await startDirect(atAlice, bob.name)
  await write(atAlice, 'Are you coming to the slip?')
  await expect(message(atAlice, 'Are you coming to the slip?')).toBeVisible()
  await expect(chatRow(atBob, alice.name)).toContainText('Are you coming to the slip?')
  await expect(unread(chatRow(atBob, alice.name), 1)).toBeVisible()

  await openChat(atBob, alice.name)
  await expect(message(atBob, 'Are you coming to the slip?')).toBeVisible()
  await write(atBob, 'Half past nine!')
  await expect(message(atAlice, 'Half past nine!')).toBeVisible()
  await expect(progress(atBob, 'Half past nine!', 'Read')).toBeVisible()
  await expect(messages(atAlice)).toHaveCount(2)
  await expect(messages(atBob)).toHaveCount(2)
})

test('ticks tell stored, delivered and read apart', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const atAlice = await stage.visit(alice)
  await startDirect(atAlice, bob.name)

  // Nobody is at bob's end.
  await write(atAlice, 'one')
  await expect(progress(atAlice, 'one', 'Sent')).toBeVisible()

  const atBob = await stage.visit(bob)
  await expect(progress(atAlice, 'one', 'Delivered')).toBeVisible()
  await expect(unread(chatRow(atBob, alice.name), 1)).toBeVisible()
  await expect(progress(atAlice, 'one', 'Read')).toBeHidden()

  await openChat(atBob, alice.name)
  await expect(progress(atAlice, 'one', 'Read')).toBeVisible()
  await expect(chatRow(atAlice, bob.name).getByRole('img', { name: 'Read' })).toBeVisible()
})

test('a message shows before the server has it, and keeps its place', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const atAlice = await stage.visit(alice)
  await startDirect(atAlice, bob.name)
  const held = Promise.withResolvers<void>()
  await atAlice.route('**/messages', async (route) => {
    await held.promise
    await route.continue()
  })
  await write(atAlice, 'first')
  await write(atAlice, 'second')
  await expect(progress(atAlice, 'first', 'Waiting to be sent')).toBeVisible()
  await expect(progress(atAlice, 'second', 'Waiting to be sent')).toBeVisible()
  held.resolve()
  await expect(progress(atAlice, 'second', 'Sent')).toBeVisible()
  await expect(messages(atAlice)).toContainText(['first', 'second'])
})

test('typing and presence show while they last', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const atAlice = await stage.visit(alice)
  await startDirect(atAlice, bob.name)
  await write(atAlice, 'Anyone there?')
  const atBob = await stage.visit(bob)
  await expect(content(atAlice).getByText('online', { exact: true })).toBeVisible()

  await openChat(atBob, alice.name)
  await composer(atBob).pressSequentially('Just a')
  await expect(content(atAlice).getByText('typing…')).toBeVisible()
  await expect(chatRow(atAlice, bob.name)).toContainText('typing…')
  await composer(atBob).press('Enter')
  await expect(message(atAlice, 'Just a')).toBeVisible()
  await expect(content(atAlice).getByText('typing…')).toBeHidden()

  // Nobody is said to be here by a device that cannot know.
  const online = content(atAlice).getByText('online', { exact: true })
  await expect(online).toBeVisible()
  await goOffline(stage, atAlice)
  await expect(online).toBeHidden()
  await atAlice.context().setOffline(false)
  await expect(online).toBeVisible({ timeout: 30_000 })

  await atBob.context().close()
  await expect(content(atAlice).getByText(/last seen/)).toBeVisible()
})

test('typing expires by itself', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const atAlice = await stage.visit(alice, { path: `/c/${id}` })
  const atBob = await stage.visit(bob, { path: `/c/${id}` })
  await composer(atBob).pressSequentially('Hm')
  await expect(content(atAlice).getByText('typing…')).toBeVisible()
  await expect(content(atAlice).getByText('typing…')).toBeHidden()
})

test('unread counts are exact and the newest chat is on top', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const withAlice = await alice.api.openDirect(bob.id)
  const withCarol = await carol.api.openDirect(bob.id)
  const atBob = await stage.visit(bob)
  for (const text of ['a1', 'a2', 'a3']) await alice.api.send(withAlice.id, text)
  for (const text of ['c1', 'c2']) await carol.api.send(withCarol.id, text)

  await expect(chatRows(atBob)).toContainText([carol.name, alice.name])
  await expect(unread(chatRow(atBob, alice.name), 3)).toBeVisible()
  await expect(unread(chatRow(atBob, carol.name), 2)).toBeVisible()
  await alice.api.send(withAlice.id, 'a4')
  await expect(chatRows(atBob)).toContainText([alice.name, carol.name])
  await expect(unread(chatRow(atBob, alice.name), 4)).toBeVisible()

  await openChat(atBob, alice.name)
  await expect(anyUnread(chatRow(atBob, alice.name))).toBeHidden()
  await expect(unread(chatRow(atBob, carol.name), 2)).toBeVisible()
  await expect(atBob).toHaveTitle(/^\(1\) |^\(2\) /)
  await atBob.reload()
  await expect(unread(chatRow(atBob, carol.name), 2)).toBeVisible()
  await expect(anyUnread(chatRow(atBob, alice.name))).toBeHidden()
  await expect(anyUnread(chats(atBob))).toHaveCount(1)
})

test('a chat opens at its first unread message', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  for (let n = 1; n <= 40; n++) await alice.api.send(id, `message number ${n}`)
  const atBob = await stage.visit(bob)
  await openChat(atBob, alice.name)
  await expect(content(atBob).getByText('40 unread messages')).toBeInViewport()
  await expect(message(atBob, 'message number 1').first()).toBeInViewport()
})
