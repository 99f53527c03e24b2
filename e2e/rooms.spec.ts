import {
  anyUnread,
  chatHeading,
  chatRow,
  choosePerson,
  chats,
  composer,
  content,
  inSentence,
  message,
  openChat,
  openNewChat,
  openRooms,
  timeline,
  write,
} from './app.ts'
import { expect, test } from './fixtures.ts'

test('three talk in a room that one makes and another joins', async ({ stage }) => {
  const [alice, bob, carol, dora] = await stage.people('Alice', 'Bob', 'Carol', 'Dora')
  const roomName = stage.named('Harbour')
  const atAlice = await stage.visit(alice)
  const atBob = await stage.visit(bob)
  const atCarol = await stage.visit(carol)

  const dialog = await openNewChat(atAlice)
  await choosePerson(dialog, bob.name)
  await choosePerson(dialog, dora.name)
  await dialog.getByRole('button', { name: 'Create room with 2' }).click()
  await atAlice.getByLabel('Name of the room').fill(roomName)
  await atAlice.getByRole('radio', { name: /Public/ }).check()
  await atAlice.getByRole('button', { name: 'Create room' }).click()
  await expect(chatHeading(atAlice, roomName)).toBeVisible()

  await openChat(atBob, roomName)
  await expect(timeline(atBob)).toContainText(`${inSentence(alice.name)} created this room`)

  await openRooms(atCarol)
  await content(atCarol).getByRole('searchbox').fill(roomName)
  await content(atCarol)
    .getByRole('button', { name: `Join ${inSentence(roomName)}` })
    .click()
  await expect(chatHeading(atCarol, roomName)).toBeVisible()
  await expect(timeline(atAlice)).toContainText(`${inSentence(carol.name)} joined`)

  await write(atAlice, 'Who takes the safety boat?')
  await expect(message(atBob, 'Who takes the safety boat?')).toBeVisible()
  await write(atBob, 'I do')
  await expect(message(atCarol, 'I do')).toBeVisible()
  await write(atCarol, 'Then I make the soup')
  await expect(message(atAlice, 'Then I make the soup')).toContainText(carol.name)
  await expect(message(atBob, 'Then I make the soup')).toContainText(carol.name)
  await expect(content(atAlice).getByText('4 members')).toBeVisible()
})

test('one leaves, and hears nothing more', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const room = await alice.api.createRoom(stage.named('Boat shed'))
  await bob.api.join(room.id)
  const atBob = await stage.visit(bob, { path: `/c/${room.id}` })
  await chatHeading(atBob, stage.named('Boat shed')).click()
  await atBob.getByRole('button', { name: 'Leave', exact: true }).click()
  await atBob.getByRole('dialog').getByRole('button', { name: 'Leave room' }).click()
  await expect(chatRow(atBob, stage.named('Boat shed'))).toBeHidden()
  await alice.api.send(room.id, 'Bob has gone')
  await expect(anyUnread(chats(atBob))).toHaveCount(0)
})

test('a private room is nowhere for those outside', async ({ stage }) => {
  const [alice, mallory] = await stage.people('Alice', 'Mallory')
  const room = await alice.api.createRoom(stage.named('Committee'), { visibility: 'private' })
  await alice.api.send(room.id, 'The vote was close')
  const atMallory = await stage.visit(mallory, { path: `/c/${room.id}` })
  stage.allow([/status of 404/])
  await expect(atMallory.getByText('Nobody sits here')).toBeVisible()
  await expect(atMallory.getByText('The vote was close')).toBeHidden()
  await expect(atMallory.getByText(stage.named('Committee'))).toBeHidden()
  expect(await mallory.api.rooms(stage.named('Committee'))).toEqual([])
})

test('a public room can be read before it is joined, not written to', async ({ stage }) => {
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const room = await alice.api.createRoom(stage.named('Notice board'))
  await alice.api.send(room.id, 'Slip closed on Monday')
  const atBob = await stage.visit(bob, { path: `/c/${room.id}` })
  await expect(message(atBob, 'Slip closed on Monday')).toBeVisible()
  await expect(chatRow(atBob, stage.named('Notice board'))).toBeHidden()
  await content(atBob).getByRole('button', { name: /^Join/ }).click()
  await write(atBob, 'Thanks')
  await expect(message(atBob, 'Thanks')).toBeVisible()
  await expect(chatRow(atBob, stage.named('Notice board'))).toBeVisible()
})

test('joining that was refused is tried again or put aside, by one bar at a time', async ({
  stage,
}) => {
  stage.allow([/status of 403/])
  const [alice, bob] = await stage.people('Alice', 'Bob')
  const name = stage.named('Locked pier')
  const { id } = await alice.api.createRoom(name)
  const page = await stage.visit(bob, { path: `/c/${id}` })
  const error = { code: 'forbidden', message: 'Not today.', requestId: id }
  await page.route('**/join', (route) => route.fulfill({ status: 403, json: { error } }))
  const join = content(page).getByRole('button', { name: /^Join/ })
  await join.click()
  const retry = content(page).getByRole('button', { name: 'Retry' })
  await expect(content(page).getByText('Joining did not work.')).toBeVisible()
  await expect(join).toHaveCount(0)
  await content(page).getByRole('button', { name: 'Discard' }).click()
  await expect(retry).toHaveCount(0)
  await join.click()
  await expect(retry).toBeVisible()
  await page.unrouteAll()
  await retry.click()
  await expect(composer(page)).toBeVisible()
  await expect(retry).toHaveCount(0)
})
