import {
  chatRow,
  composer,
  goOffline,
  message,
  messages,
  progress,
  refuseSends,
  write,
} from './app.ts'
import { expect, offlineComplaints, refusedSendComplaints, test, type Stage } from './fixtures.ts'
import { readKept } from './kept.ts'

async function bothInChat(stage: Stage) {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const { id } = await alice.api.openDirect(bob.id)
  await alice.api.send(id, 'hello')
  const atAlice = await stage.visit(alice, { path: `/c/${id}` })
  const atBob = await stage.visit(bob, { path: `/c/${id}` })
  await expect(message(atAlice, 'hello')).toBeVisible()
  await expect(message(atBob, 'hello')).toBeVisible()
  return { alice, bob, id, atAlice, atBob }
}

test('a reload keeps everything', async ({ stage }) => {
  const { alice, bob, id, atAlice, atBob } = await bothInChat(stage)
  await write(atBob, 'kept?')
  await expect(progress(atAlice, 'hello', 'Read')).toBeVisible()
  await composer(atAlice).fill('half a sentence')
  await atAlice.reload()
  await expect(messages(atAlice)).toContainText(['hello', 'kept?'])
  await expect(progress(atAlice, 'hello', 'Read')).toBeVisible()
  await expect(composer(atAlice)).toHaveValue('half a sentence')
  await expect(chatRow(atAlice, bob.name)).toBeVisible()
  expect((await alice.api.messages(id)).map(({ body }) => body)).toEqual(['hello', 'kept?'])
})

test('what is written offline is sent once and in order', async ({ stage }) => {
  const { bob, id, atAlice, atBob } = await bothInChat(stage)
  await goOffline(stage, atAlice)
  for (const text of ['one', 'two', 'three']) await write(atAlice, text)
  await expect(progress(atAlice, 'three', 'Waiting to be sent')).toBeVisible()
  await bob.api.send(id, 'meanwhile')

  await atAlice.context().setOffline(false)
  await expect(message(atBob, 'three')).toBeVisible({ timeout: 40_000 })
  await expect(messages(atBob)).toContainText(['hello', 'meanwhile', 'one', 'two', 'three'])
  await expect(messages(atAlice)).toContainText(['hello', 'meanwhile', 'one', 'two', 'three'])
  await expect(progress(atAlice, 'three', 'Read')).toBeVisible()
})

test('a closed tab loses nothing that was written offline', async ({ stage }) => {
  const { alice, id, atAlice, atBob } = await bothInChat(stage)
  const context = atAlice.context()
  await goOffline(stage, atAlice)
  for (const text of ['one', 'two', 'three']) await write(atAlice, text)
  await expect(progress(atAlice, 'three', 'Waiting to be sent')).toBeVisible()
  // It is on the screen at once, and on the device a few milliseconds later.
  const outbox = async () =>
    (await readKept(atAlice)).filter((entry) => entry.startsWith('["outbox/'))
  await expect.poll(async () => (await outbox()).length).toBe(3)
  await atAlice.close()
  await context.setOffline(false)

  const again = await stage.tab(context, `/c/${id}`)
  await expect(messages(atBob)).toContainText(['hello', 'one', 'two', 'three'])
  await expect(messages(again)).toContainText(['hello', 'one', 'two', 'three'])
  expect((await alice.api.messages(id)).map(({ body }) => body)).toEqual([
    'hello',
    'one',
    'two',
    'three',
  ])
})

test('an answer that gets lost does not send twice', async ({ stage }) => {
  const { alice, id, atAlice, atBob } = await bothInChat(stage)
  stage.allow(offlineComplaints)
  let lost = 0
  await atAlice.route('**/messages', async (route) => {
    if (route.request().method() !== 'POST' || lost > 0) return route.continue()
    lost += 1
    await route.fetch()
    await route.abort()
  })
  await write(atAlice, 'once')
  await expect(message(atBob, 'once')).toBeVisible()
  await write(atAlice, 'and more')
  await expect(message(atBob, 'and more')).toBeVisible()
  expect(lost).toBe(1)
  await expect(message(atAlice, 'once')).toHaveCount(1)
  expect((await alice.api.messages(id)).map(({ body }) => body)).toEqual([
    'hello',
    'once',
    'and more',
  ])
})

test('a message that the server refuses can be sent again or deleted', async ({ stage }) => {
  const { alice, id, atAlice } = await bothInChat(stage)
  stage.allow(refusedSendComplaints)
  const accept = await refuseSends(atAlice)
  await write(atAlice, 'refused')
  await write(atAlice, 'refused as well')
  await expect(progress(atAlice, 'refused as well', 'Not sent')).toBeVisible()
  await accept()
  await message(atAlice, 'refused as well').getByRole('button', { name: 'Delete' }).click()
  await expect(message(atAlice, 'refused as well')).toBeHidden()
  await message(atAlice, 'refused').getByRole('button', { name: 'Retry' }).click()
  await expect(progress(atAlice, 'refused', 'Not sent')).toBeHidden()
  await expect
    .poll(async () => (await alice.api.messages(id)).map(({ body }) => body))
    .toEqual(['hello', 'refused'])
})
