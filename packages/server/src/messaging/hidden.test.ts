import { endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { closeAll, connectAll, newClientId, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])

const SECRET = 'the cake is a lie'

/** Everything that may speak of a message from before the newcomer was there. */
async function stirUp(room: string, old: string) {
  await alice.edit(old, `${SECRET} and edited`, { mentions: [bob.id] })
  await bob.react(old, '👍')
  const { id: reply } = await bob.send(room, 'an answer', { replyTo: old })
  await bob.edit(reply, 'a better answer')
  await bob.unreact(old, '👍')
  await alice.erase(old)
  return reply
}

const typesOf = (socket: TestSocket, room: string) =>
  socket.frames.filter(TestSocket.isEvent(room)).map(({ event }) => event.type)
const eventsOf = async (person: Person, id: string, after: number) =>
  (await person.ask(endpoints.events, { params: { id }, query: { after } })).events

test('a newcomer hears that something happened, and not one word of what', async () => {
  const { id: room } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
  const { id: old } = await alice.send(room, SECRET)
  const { seq: joined } = await alice.add(room, carol)
  const [member, newcomer] = await connectAll(bob, carol)
  const reply = await stirUp(room, old)
  const { seq } = await alice.send(room, 'the end')
  await Promise.all([member, newcomer].map((socket) => socket.event(room, seq)))

  const rest = ['message.created', 'message.changed', 'message.hidden', 'message.hidden']
  expect(typesOf(newcomer, room)).toEqual([
    'message.hidden',
    'message.hidden',
    ...rest,
    'message.created',
  ])
  expect(newcomer.seqs(room)).toEqual(Array.from({ length: 7 }, (_, at) => joined + 1 + at))
  for (const text of newcomer.texts) {
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain('👍')
  }
  expect(member.texts.join()).toContain(SECRET)

  // Live and replayed, each is told the same.
  for (const [person, socket] of [
    [bob, member],
    [carol, newcomer],
  ] as const) {
    const heard = socket.frames.filter(TestSocket.isEvent(room)).map(({ event }) => event.type)
    const told = (await eventsOf(person, room, joined)).map(({ event }) => event.type)
    expect(told).toEqual(heard)
  }
  const seen = [
    await eventsOf(carol, room, 0),
    await carol.ask(endpoints.messages, { params: { id: room } }),
    await carol.ask(endpoints.message, { params: { id: reply } }),
    await carol.ask(endpoints.conversations),
  ]
  expect(JSON.stringify(seen)).not.toContain(SECRET)
  await closeAll(member, newcomer)
})

test('a quote of what one did not see has no words, wherever it is read', async () => {
  const { id: room } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
  const { id: old, seq: oldSeq } = await alice.send(room, SECRET)
  await alice.add(room, carol)
  const [member, newcomer] = await connectAll(bob, carol)
  const { id, seq } = await bob.send(room, 'an answer', { replyTo: old })
  const bare = { id: old, seq: oldSeq, senderId: alice.id, excerpt: '' }
  const whole = { ...bare, excerpt: SECRET }
  for (const [person, socket, replyTo] of [
    [bob, member, whole],
    [carol, newcomer, bare],
  ] as const) {
    expect((await socket.event(room, seq)).event).toMatchObject({ message: { replyTo } })
    const ways = [
      (await eventsOf(person, room, seq - 1)).map(
        ({ event }) => 'message' in event && event.message,
      ),
      (await person.ask(endpoints.messages, { params: { id: room } })).messages.slice(-1),
      [await person.ask(endpoints.message, { params: { id } })],
      [(await person.look(room)).lastMessage],
    ]
    for (const [message] of ways) expect(message).toMatchObject({ id, replyTo })
  }
  await alice.erase(old)
  expect((await carol.ask(endpoints.message, { params: { id } })).replyTo).toEqual(bare)
  // An answer to it carries the quote of nobody's but its own.
  await carol.react(id, '👍')
  expect(
    await carol.edit((await carol.send(room, 'mine', { replyTo: id })).id, 'still'),
  ).toMatchObject({ replyTo: { id, excerpt: 'an answer' } })
  await closeAll(member, newcomer)
})

test('who comes back is told of what they saw the first time, and of nothing from between', async () => {
  const { id: room } = await alice.makeRoomWith([bob, carol], { history: 'sinceJoin' })
  const { id: seen } = await alice.send(room, 'seen by carol')
  await carol.leave(room)
  const { id: missed } = await alice.send(room, SECRET)
  const fromTheStart = await carol.connect()
  const { seq: back } = await alice.add(room, carol)
  const later = await carol.connect()
  await alice.edit(seen, 'seen and edited')
  await alice.edit(missed, `${SECRET}!`)
  await bob.react(seen, '👍')
  const { seq } = await bob.react(missed, '👍').then(() => alice.send(room, 'the end'))
  const types = [
    'message.changed',
    'message.hidden',
    'reaction.changed',
    'message.hidden',
    'message.created',
  ]
  for (const socket of [fromTheStart, later]) {
    await socket.event(room, seq)
    expect(socket.texts.join()).not.toContain(SECRET)
    expect(typesOf(socket, room).slice(-5)).toEqual(types)
  }
  expect((await eventsOf(carol, room, back)).map(({ event }) => event.type)).toEqual(types)
  await closeAll(fromTheStart, later)
})

test('a gap that the hub reads from the log is told to each as it may be', async () => {
  const { id: room } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
  const { id: old } = await alice.send(room, SECRET)
  await alice.add(room, carol)
  // Both connect with events under way.
  const under = stirUp(room, old)
  const [member, newcomer] = await connectAll(bob, carol)
  await under
  const { seq } = await alice.send(room, 'the end')
  await Promise.all([member, newcomer].map((socket) => socket.event(room, seq)))
  expect(newcomer.texts.join()).not.toContain(SECRET)
  await closeAll(member, newcomer)
})

test('what one may not see one cannot change or ask about', async () => {
  const { id: room } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
  const { id } = await alice.send(room, SECRET)
  await alice.add(room, carol)
  await alice.setRole(room, carol, 'admin')
  const body = { clientId: newClientId() }
  for (const [endpoint, attempt] of [
    [endpoints.editMessage, { params: { id }, body: { ...body, body: 'x' } }],
    [endpoints.deleteMessage, { params: { id }, body }],
    [endpoints.react, { params: { id, emoji: '👍' }, body }],
    [endpoints.reactions, { params: { id } }],
  ] as const)
    expect(await carol.refusal(endpoint, attempt)).toMatchObject({ status: 404 })
})

test('where the past is open, a newcomer hears all of it', async () => {
  const { id: room } = await alice.makeRoomWith([bob], { history: 'all' })
  const { id: old } = await alice.send(room, SECRET)
  await alice.add(room, carol)
  const newcomer = await carol.connect()
  await bob.react(old, '👍')
  const { seq } = await bob.send(room, 'an answer', { replyTo: old })
  expect((await newcomer.event(room, seq)).event).toMatchObject({
    message: { replyTo: { excerpt: SECRET } },
  })
  expect(typesOf(newcomer, room)).toEqual(['reaction.changed', 'message.created'])
  await newcomer.close()
})
