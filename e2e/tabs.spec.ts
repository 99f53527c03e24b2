import { anyUnread, chatRow, composer, message, messages, openChat, unread, write } from './app.ts'
import { expect, test } from './fixtures.ts'

test('two tabs of one person agree', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'one')
  await alice.api.send(id, 'two')
  const first = await stage.visit(bob)
  const second = await stage.tab(first.context())
  await expect(unread(chatRow(first, alice.name), 2)).toBeVisible()
  await expect(unread(chatRow(second, alice.name), 2)).toBeVisible()

  await first.bringToFront()
  await openChat(first, alice.name)
  await expect(anyUnread(chatRow(first, alice.name))).toBeHidden()
  await expect(anyUnread(chatRow(second, alice.name))).toBeHidden()

  await second.bringToFront()
  await openChat(second, alice.name)
  await write(first, 'from the first tab')
  await expect(message(second, 'from the first tab')).toBeVisible()
  await write(second, 'from the second tab')
  await expect(messages(first)).toContainText([
    'one',
    'two',
    'from the first tab',
    'from the second tab',
  ])
  await expect(messages(second)).toContainText([
    'one',
    'two',
    'from the first tab',
    'from the second tab',
  ])
})

test('two devices of one person agree', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  const laptop = await stage.visit(bob)
  const tablet = await stage.visit(bob)
  await alice.api.send(id, 'hello twice')
  await expect(unread(chatRow(laptop, alice.name), 1)).toBeVisible()
  await expect(unread(chatRow(tablet, alice.name), 1)).toBeVisible()
  await openChat(tablet, alice.name)
  await expect(anyUnread(chatRow(laptop, alice.name))).toBeHidden()
  await write(tablet, 'hello once')
  await expect(chatRow(laptop, alice.name)).toContainText('hello once')
})

test('a draft stays with its chat', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  await bob.api.openDirect(alice.id)
  await bob.api.openDirect(carol.id)
  const page = await stage.visit(bob)
  await openChat(page, alice.name)
  await composer(page).fill('for Alice')
  await openChat(page, carol.name)
  await expect(composer(page)).toHaveValue('')
  await expect(chatRow(page, alice.name)).toContainText('Draft')
  await openChat(page, alice.name)
  await expect(composer(page)).toHaveValue('for Alice')
})
