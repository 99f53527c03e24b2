/** What happens to one message, chat or person draws its own row anew, and none of those around it. */
import type { Page } from '@playwright/test'

import {
  anyUnread,
  chatRow,
  chatRows,
  content,
  inSentence,
  message,
  messages,
  openChat,
  progress,
  timeline,
  unread,
  write,
} from './app.ts'
import { expect, test, type Person, type Stage } from './fixtures.ts'
import { countRenders, forgetRenders, readRenders } from './renders.ts'

test('in a long room only the message that is new, or changes, is drawn', async ({ stage }) => {
  const { alice, bob, carol, id, page } = await inLongRoom(stage)
  await forgetRenders(page)
  await bob.api.send(id, 'news')
  await expect(message(page, 'news')).toBeVisible()
  expectOnly((await readRenders(page)).messages, ['news'])

  await write(page, 'my answer')
  await expect(progress(page, 'my answer', 'Sent')).toBeVisible()
  await readAll(id, bob, carol)
  await expect(progress(page, 'my answer', 'Read')).toBeVisible()
  expectOnly((await readRenders(page)).messages, ['news', 'my answer'])

  const atBob = await stage.visit(bob, { path: `/c/${id}` })
  await expect(content(page).getByText('3 members, 2 online')).toBeVisible()
  await content(atBob)
    .getByRole('textbox', { name: /^Message / })
    .pressSequentially('I am')
  await expect(content(page).getByText('is typing…')).toBeVisible()
  expectOnly((await readRenders(page)).messages, ['news', 'my answer'])

  const [line] = (await alice.api.messages(id)).filter(({ body }) => body === 'line 30')
  await carol.api.react(line?.id ?? '', '👍')
  await expect(message(page, 'line 30').getByRole('list', { name: 'Reactions' })).toBeVisible()
  expectOnly((await readRenders(page)).messages, ['news', 'my answer', 'line 30'])
})

test('in a long list only the chat that something happens in is drawn', async ({ stage }) => {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const direct = await alice.api.openDirect(bob.id)
  const { id: open } = await alice.api.createRoom(stage.named('Open'))
  await alice.api.add(open, carol.id)
  for (let n = 0; n < 40; n++) await alice.api.createRoom(stage.named(`Room ${n}`))
  const page = await visitCounted(stage, alice, `/c/${open}`)
  await expect(chatRows(page)).toHaveCount(42)
  await expect(timeline(page)).toContainText(inSentence(carol.name))
  await forgetRenders(page)
  // The chat that is open may still be hearing about itself.
  const inList = async () => {
    const { chats } = await readRenders(page)
    return chats.filter((row) => !row.includes(stage.named('Open')))
  }

  await bob.api.send(direct.id, 'far below')
  await expect(unread(chatRow(page, bob.name), 1)).toBeVisible()
  await expect(chatRows(page).first()).toContainText(bob.name)
  expectOnly(await inList(), [bob.name])

  const atBob = await stage.visit(bob)
  await expect(chatRow(page, bob.name).getByText('online')).toBeAttached()
  expectOnly(await inList(), [bob.name])
  await atBob.close()

  await carol.api.send(open, 'in sight')
  await expect(message(page, 'in sight')).toBeVisible()
  expectOnly((await readRenders(page)).messages, ['in sight'])
  expectOnly(await inList(), [bob.name])

  await openChat(page, bob.name)
  await expect(message(page, 'far below')).toBeVisible()
  await expect(anyUnread(chatRow(page, bob.name))).toBeHidden()
  expectOnly(await inList(), [bob.name])
})

/** Alice in a room with Bob and Carol, all forty messages of which are in the document. */
async function inLongRoom(stage: Stage) {
  const [alice, bob, carol] = await stage.people('Alice', 'Bob', 'Carol')
  const { id } = await alice.api.createRoom(stage.named('Long room'), { visibility: 'private' })
  await alice.api.add(id, bob.id)
  await alice.api.add(id, carol.id)
  const senders = [alice, bob, alice, alice, carol]
  for (let n = 0; n < 40; n++) await senders[n % 5]?.api.send(id, `line ${n}`)
  await readAll(id, alice, bob, carol)
  const page = await visitCounted(stage, alice, `/c/${id}`)
  await expect(message(page, 'line 39')).toBeVisible()
  await expect(messages(page)).toHaveCount(40)
  // All that there is to know about them has arrived.
  await expect(timeline(page)).toContainText('You created this room')
  for (const { name } of [bob, carol]) await expect(timeline(page)).toContainText(inSentence(name))
  await expect(progress(page, 'line 38', 'Read')).toBeVisible()
  return { alice, bob, carol, id, page }
}

async function readAll(id: string, ...people: readonly Person[]): Promise<void> {
  for (const { api } of people) await api.markRead(id, (await api.conversation(id)).lastSeq)
}

async function visitCounted(stage: Stage, person: Person, path: string): Promise<Page> {
  const context = await stage.context({ viewport: { width: 1440, height: 2400 } })
  await countRenders(context)
  await stage.signIn(context, person)
  return stage.tab(context, path)
}

/** Rows of these texts have rendered since the beginning, and no others. */
function expectOnly(drawn: readonly string[], texts: readonly string[]): void {
  const isAmong = (row: string) => texts.some((text) => row.includes(text))
  expect(drawn.filter((row) => !isAmong(row))).toEqual([])
  expect(drawn).toHaveLength(texts.length)
}
