import { endpoints, limits } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { seedMembers } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'
import { sendMessage } from './messages.ts'
import { markRead } from './receipts.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])
let chat: string
let last: number
beforeEach(async () => {
  // A room rather than their one direct chat, so that every test begins anew.
  ;({ id: chat } = await alice.makeRoomWith([bob], { visibility: 'private' }))
  await alice.send(chat, 'one')
  ;({ seq: last } = await alice.send(chat, 'two'))
})

/** How far the other has got, as this person is told. */
const marksOf = async (viewer: Person, other: Person, id = chat) => {
  const { receipts } = await viewer.look(id)
  return receipts.find(({ userId }) => userId === other.id)
}
const isReceipt = TestSocket.isSignal('receipt')

test('a read mark only grows, and never beyond the last event', async () => {
  const marks = async (seq: number) => (await bob.read(chat, seq)).readSeq
  expect(await marks(last - 1)).toBe(last - 1)
  expect(await marks(1)).toBe(last - 1)
  expect(await marks(last + 1_000)).toBe(last)
  expect(await marks(Number.MAX_SAFE_INTEGER)).toBe(last)
  expect(await bob.look(chat)).toMatchObject({ membership: { readSeq: last, deliveredSeq: last } })
  expect(await marksOf(alice, bob)).toEqual({ userId: bob.id, readSeq: last, deliveredSeq: last })
})

test('of marks that race the highest stays', async () => {
  const { seq } = await alice.send(chat, 'three')
  const marks = Array.from({ length: seq }, (_, at) => at + 1)
  await Promise.all([...marks.toReversed(), ...marks].map((mark) => bob.read(chat, mark)))
  expect(await marksOf(alice, bob)).toMatchObject({ readSeq: seq })
})

test('reading tells what is left, as of which event', async () => {
  await alice.send(chat, 'three', { mentions: [bob.id] })
  expect(await bob.read(chat, last)).toEqual({
    readSeq: last,
    unread: 1,
    mentions: 1,
    lastSeq: last + 1,
  })
})

test('whose socket is silent has received nothing, whatever was sent to it', async () => {
  const socket = await bob.connect()
  const { seq } = await alice.send(chat, 'are you there?')
  await socket.event(chat, seq)
  await bob.settle(socket)
  expect(await marksOf(alice, bob)).toMatchObject({ deliveredSeq: 2 })
  await socket.close()
})

test('delivered is what a client says, told to the others and kept', async () => {
  const [here, there, own] = [await alice.connect(), await bob.connect(), await bob.connect()]
  there.send({ type: 'delivered', conversationId: chat, seq: last })
  const { signal } = await here.find(isReceipt)
  const told = { conversationId: chat, userId: bob.id, deliveredSeq: last, readSeq: 2 }
  expect(signal).toEqual({ type: 'receipt', ...told })
  expect(await marksOf(alice, bob)).toMatchObject({ deliveredSeq: last, readSeq: 2 })
  for (const socket of [there, own]) {
    await bob.settle(socket)
    expect(socket.signals('receipt')).toEqual([])
    await socket.close()
  }
  await here.close()
})

test('many deliveries are written as one, the highest, and never beyond the last event', async () => {
  const [here, there] = [await alice.connect(), await bob.connect()]
  for (const seq of [3, last, 2, last + 500, 3])
    there.send({ type: 'delivered', conversationId: chat, seq })
  const { signal } = await here.find(isReceipt)
  expect(signal).toMatchObject({ conversationId: chat, deliveredSeq: last })
  // A mark that does not grow says nothing: told together with one of elsewhere, that one comes.
  const other = await alice.makeRoomWith([bob])
  const { seq } = await alice.send(other.id, 'elsewhere')
  await there.event(other.id, seq)
  there.send({ type: 'delivered', conversationId: chat, seq: last + 500 })
  there.send({ type: 'delivered', conversationId: chat, seq: 1 })
  there.send({ type: 'delivered', conversationId: other.id, seq })
  await here.until(() => here.signals('receipt').length > 1)
  await here.settle()
  expect(here.signals('receipt').slice(1)).toMatchObject([{ conversationId: other.id }])
  expect(await marksOf(alice, bob)).toMatchObject({ deliveredSeq: last })
  await Promise.all([here.close(), there.close()])
})

test('only members deliver and read', async () => {
  const socket = await mallory.connect()
  socket.send({ type: 'delivered', conversationId: chat, seq: last })
  expect(await socket.find((frame) => frame.type === 'error')).toMatchObject({ code: 'not_found' })
  expect(
    await mallory.refusal(endpoints.markRead, { params: { id: chat }, body: { seq: 1 } }),
  ).toMatchObject({ status: 404 })
  await socket.close()
})

test('reading on one device tells the other, and the others that it is read', async () => {
  const [sender, one, two] = [await alice.connect(), await bob.connect(), await bob.connect()]
  await bob.read(chat, last)
  const isRead = TestSocket.isUserEvent('read.changed')
  for (const device of [one, two])
    expect(await device.find(isRead)).toMatchObject({
      event: { conversationId: chat, readSeq: last, unread: 0, mentions: 0, lastSeq: last },
    })
  const { signal } = await sender.find(isReceipt)
  expect(signal).toMatchObject({ userId: bob.id, readSeq: last, deliveredSeq: last })
  // A mark that does not move says nothing.
  await bob.read(chat, last - 1)
  await bob.settle(two)
  expect(two.frames.filter(isRead)).toHaveLength(1)
  await sender.settle()
  expect(sender.signals('receipt')).toHaveLength(1)
  await Promise.all([sender.close(), one.close(), two.close()])
})

test('a room has receipts up to its limit of members, and none above', async () => {
  await seedMembers(core, chat, limits.smallRoomMax - 2)
  expect((await alice.look(chat)).receipts).toHaveLength(limits.smallRoomMax - 1)
  await alice.add(chat, carol)
  const [here, there] = [await alice.connect(), await bob.connect()]
  there.send({ type: 'delivered', conversationId: chat, seq: last })
  await bob.read(chat, last)
  // Where receipts are told, this one comes after those: it proves that they did not.
  const small = await alice.makeRoomWith([bob])
  const { seq } = await alice.send(small.id, 'in a small room')
  await there.event(small.id, seq)
  there.send({ type: 'delivered', conversationId: small.id, seq })
  await here.find(isReceipt)
  expect(here.signals('receipt')).toMatchObject([{ conversationId: small.id }])
  expect((await alice.look(chat)).receipts).toEqual([])
  expect(await bob.look(chat)).toMatchObject({ membership: { readSeq: last } })
  await Promise.all([here.close(), there.close()])
})

test('the chat list tells receipts where the last message is mine', async () => {
  await bob.read(chat, last)
  const listed = async (person: Person) =>
    (await person.ask(endpoints.conversations)).conversations.find(({ id }) => id === chat)
  expect((await listed(alice))?.receipts).toMatchObject([{ userId: bob.id, readSeq: last }])
  expect((await listed(bob))?.receipts).toEqual([])
})

test('who has left has no receipt', async () => {
  await bob.leave(chat)
  expect((await alice.look(chat)).receipts).toEqual([])
})

test('what is left is told as of the event that is named with it, whatever comes meanwhile', async () => {
  const say = (body: string) =>
    sendMessage(core, {
      senderId: alice.id,
      conversationId: chat,
      clientId: newClientId(),
      body,
      mentions: [bob.id],
    })
  const answers: Awaited<ReturnType<typeof markRead>>[] = []
  let stop = false
  const talking = [1, 2, 3].map(async () => {
    while (!stop) await say('on and on')
  })
  for (let seq = last; seq < last + 100; seq++) {
    answers.push(await markRead(core, { conversationId: chat, userId: bob.id, seq }))
  }
  stop = true
  await Promise.all(talking)
  for (const { readSeq, lastSeq, unread, mentions } of answers)
    expect([unread, mentions]).toEqual([lastSeq - readSeq, lastSeq - readSeq])
})
