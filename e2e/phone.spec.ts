import {
  chatHeading,
  chats,
  composer,
  content,
  message,
  openChat,
  startDirect,
  unread,
  chatRow,
  write,
} from './app.ts'
import { expect, phone, test } from './fixtures.ts'

test('a phone shows the list, then the chat, and Back leads to the list', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'on the phone?')
  const atBob = await stage.visit(bob, phone)
  await expect(chats(atBob)).toBeVisible()
  await expect(content(atBob)).toBeHidden()
  await expect(unread(chatRow(atBob, alice.name), 1)).toBeVisible()

  await openChat(atBob, alice.name)
  await expect(message(atBob, 'on the phone?')).toBeVisible()
  await expect(chats(atBob)).toBeHidden()
  await write(atBob, 'yes')
  await expect(message(atBob, 'yes')).toBeVisible()

  await content(atBob).getByRole('button', { name: 'Back' }).click()
  await expect(chats(atBob)).toBeVisible()
  await expect(content(atBob)).toBeHidden()

  await startDirect(atBob, carol.name)
  await atBob.goBack()
  await expect(chats(atBob)).toBeVisible()
  await atBob.goForward()
  await expect(chatHeading(atBob, carol.name)).toBeVisible()
})

test('a phone never scrolls sideways, and the composer stays on the screen', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, `https://example.org/${'a-very-long-address/'.repeat(20)}`)
  await alice.api.send(id, 'unbroken'.repeat(60))
  const atBob = await stage.visit(bob, { ...phone, path: `/c/${id}` })
  await expect(message(atBob, 'unbroken')).toBeVisible()
  const overflow = await atBob.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  expect(overflow).toBe(0)
  await composer(atBob).fill('line\n'.repeat(40))
  await expect(composer(atBob)).toBeInViewport({ ratio: 1 })
})

test('Back closes what is open above a chat, the last first, and then leaves the chat', async ({
  stage,
}) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const name = stage.named('Kitchen')
  const room = await alice.api.createRoom(name)
  await alice.api.add(room.id, bob.id)
  await alice.api.send(room.id, 'dinner?')
  const atBob = await stage.visit(bob, phone)
  await openChat(atBob, name)
  await expect(message(atBob, 'dinner?')).toBeVisible()

  await content(atBob)
    .getByRole('button', { name: `${name}, details` })
    .tap()
  const details = atBob.getByRole('heading', { name: 'Room details' })
  await expect(details).toBeVisible()
  await atBob
    .getByRole('button', { name: /^Options for/ })
    .last()
    .tap()
  await expect(atBob.getByRole('menu')).toBeVisible()
  await atBob.goBack()
  await expect(atBob.getByRole('menu')).toBeHidden()
  await expect(details).toBeVisible()
  await atBob.goBack()
  await expect(details).toBeHidden()

  await content(atBob).getByRole('button', { name: 'More' }).tap()
  await atBob.getByRole('menuitem', { name: 'Search in this chat' }).tap()
  const search = atBob.getByRole('searchbox', { name: 'Search in this chat' })
  await expect(search).toBeFocused()
  await atBob.goBack()
  await expect(search).toBeHidden()
  await expect(message(atBob, 'dinner?')).toBeVisible()
  await atBob.goBack()
  await expect(chats(atBob)).toBeVisible()
})
