import { endpoints, limits, type LogCursor, type SyncReply } from '@roost/protocol'
import { expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])
const { epoch } = core.database

const SECRET = 'the cake is a lie'

/** What a client holds of these conversations now. */
async function cursorOf(person: Person, conversationId: string): Promise<LogCursor> {
  const { lastSeq: seq, lastEventId: eventId } = await person.look(conversationId)
  return { conversationId, seq, eventId }
}
const userSeqOf = async (person: Person) => (await person.ask(endpoints.conversations)).userSeq

/** Everything that somebody holds now, to come back with. */
async function leaveWith(person: Person): Promise<(change?: object) => Promise<SyncReply>> {
  const { conversations, userSeq } = await person.ask(endpoints.conversations)
  const heads = await Promise.all(conversations.map(({ id }) => cursorOf(person, id)))
  return (change) => person.ask(endpoints.sync, { body: { epoch, userSeq, heads, ...change } })
}
const typesIn = ({ conversations }: SyncReply) =>
  conversations.map(({ events }) => events?.map(({ event }) => event.type))

test('whoever missed nothing is told so', async () => {
  await alice.makeRoomWith([bob])
  const comeBack = await leaveWith(bob)
  expect(await comeBack()).toEqual({
    epoch,
    userSeq: await userSeqOf(bob),
    unchanged: true,
    userEvents: [],
    conversations: [],
    gone: [],
    foreign: [],
    users: [],
  })
})

test('what happened meanwhile comes in one answer, as the log tells it', async () => {
  const [one, two] = [await alice.makeRoomWith([bob]), await alice.makeRoomWith([bob])]
  const said = await alice.send(one.id, 'before')
  const comeBack = await leaveWith(bob)
  await alice.edit(said.id, 'after')
  await alice.change(one.id, { name: 'Renamed' })
  await alice.react((await alice.send(two.id, 'news', { mentions: [bob.id] })).id, '👍')
  const three = await alice.makeRoomWith([bob])
  await bob.read(two.id, 3)

  const reply = await comeBack()
  expect(reply.unchanged).toBe(false)
  const logOf = async (id: string, after: number) =>
    (await bob.ask(endpoints.events, { params: { id }, query: { after } })).events
  const expected = new Map([
    [one.id, await logOf(one.id, said.seq)],
    [two.id, await logOf(two.id, 2)],
    [three.id, null],
  ])
  for (const { conversationId, events, ...end } of reply.conversations) {
    const now = await bob.look(conversationId)
    expect(end).toEqual({ lastSeq: now.lastSeq, lastEventId: now.lastEventId })
    expect(events).toEqual(expected.get(conversationId))
  }
  const told = reply.conversations.map(({ conversationId }) => conversationId)
  expect(told.toSorted()).toEqual([one.id, two.id, three.id].toSorted())
  expect(reply.userEvents).toMatchObject([
    { event: { type: 'conversation.joined', conversation: { id: three.id } } },
    { seq: reply.userSeq, event: { type: 'read.changed', conversationId: two.id, readSeq: 3 } },
  ])
  expect(reply.users.map(({ id }) => id).toSorted()).toEqual([alice.id, bob.id].toSorted())
})

test('of my own log comes the last of each kind, and what was undone does not come', async () => {
  const [kept, lost] = [await alice.makeRoomWith([bob]), await alice.makeRoom()]
  for (let at = 0; at < 3; at++) await alice.send(kept.id, 'more')
  const comeBack = await leaveWith(bob)
  for (const seq of [3, 4, 5]) await bob.read(kept.id, seq)
  await bob.ask(endpoints.updateMembership, { params: { id: kept.id }, body: { pinned: true } })
  await alice.add(lost.id, bob)
  const { seq: left } = await alice.remove(lost.id, bob)
  await alice.send(lost.id, SECRET)
  const reply = await comeBack()
  expect(reply.userEvents).toMatchObject([
    { event: { type: 'read.changed', conversationId: kept.id, readSeq: 5 } },
    { event: { type: 'membership.changed', conversationId: kept.id } },
    {
      seq: reply.userSeq,
      event: { type: 'conversation.left', conversationId: lost.id, seq: left },
    },
  ])
  expect(JSON.stringify(reply)).not.toContain(SECRET)
  const tooFar = { userSeq: reply.userSeq + 1 }
  expect(await comeBack(tooFar)).toMatchObject({ userEvents: null, userSeq: reply.userSeq })
})

test('a long absence is answered in bounded room: first what was named first', async () => {
  const rooms: string[] = []
  for (let at = 0; at < 3; at++) rooms.push((await alice.makeRoomWith([bob])).id)
  const comeBack = await leaveWith(bob)
  const room = limits.eventsMax - 100
  for (const conversationId of rooms)
    await seedMessages(core, { conversationId, senderId: alice.id, count: room })
  await seedMessages(core, { conversationId: rooms[2] ?? '', senderId: alice.id, count: 200 })
  const small = await alice.makeRoomWith([bob])
  const heads = rooms.map((conversationId) => ({ conversationId, seq: 2 }))
  const last = { conversationId: small.id, seq: 1 }
  const { conversations } = await comeBack({ heads: [...heads, last] })
  const named = conversations.filter(({ conversationId }) =>
    [...rooms, small.id].includes(conversationId),
  )
  expect(named.map(({ events }) => events?.length ?? null)).toEqual([room, null, null, 1])

  for (let at = 0; at <= limits.syncUserEventsMax; at++) await bob.read(rooms[0] ?? '', at + 3)
  expect((await comeBack()).userEvents).toBe(null)
})

test('from another server, or this one before it was restored, nothing is continued', async () => {
  const { id } = await alice.makeRoomWith([carol])
  const comeBack = await leaveWith(carol)
  await alice.send(id, 'news')
  const nothing = { conversations: [], gone: [], foreign: [], users: [], unchanged: false }
  expect(await comeBack({ epoch: 'another' })).toEqual({
    ...nothing,
    epoch,
    userSeq: await userSeqOf(carol),
    userEvents: null,
  })
  const cursor = await cursorOf(carol, id)
  for (const change of [{ seq: 99 }, { eventId: newClientId() }, { seq: 1 }])
    expect(await comeBack({ heads: [{ ...cursor, ...change }] })).toMatchObject({
      unchanged: false,
      conversations: [],
      foreign: [id],
    })
  // A cursor before the first event is nobody's, and one without an id is believed.
  for (const seq of [0, 1])
    expect(typesIn(await comeBack({ heads: [{ conversationId: id, seq }] }))).toHaveLength(1)
})

test('who was removed, and who never was there, get the same answer', async () => {
  const room = await alice.makeRoomWith([bob, carol], { visibility: 'private', name: SECRET })
  await alice.send(room.id, SECRET)
  const comeBack = await leaveWith(carol)
  await alice.remove(room.id, carol)
  await alice.send(room.id, SECRET)
  const cursor = await cursorOf(alice, room.id)
  const heads = [{ conversationId: room.id, seq: 1 }, cursor]
  for (const head of heads) {
    const asked = { heads: [head] }
    const removed = await comeBack(asked)
    const never = await mallory.ask(endpoints.sync, { body: { epoch, userSeq: 0, ...asked } })
    for (const reply of [removed, never]) {
      expect(reply).toMatchObject({ gone: [room.id], foreign: [] })
      expect(reply.conversations.map(({ conversationId }) => conversationId)).not.toContain(room.id)
      expect(JSON.stringify(reply)).not.toContain(SECRET)
    }
  }
})

test('a room that hides its past tells nothing from outside of one’s time there', async () => {
  const room = await alice.makeRoomWith([bob, carol], { history: 'sinceJoin' })
  const said = await alice.send(room.id, 'said while carol was there')
  const before = await cursorOf(carol, room.id)
  await carol.leave(room.id)
  const { id: missed } = await alice.send(room.id, SECRET)
  const { seq: back } = await alice.add(room.id, carol)
  const sync = (head: LogCursor) =>
    carol.ask(endpoints.sync, { body: { epoch, userSeq: 0, heads: [head] } })
  const inRoom = ({ conversations }: SyncReply) =>
    conversations.find(({ conversationId }) => conversationId === room.id)
  // There is a hole in it: the messages are to be read anew.
  expect(inRoom(await sync(before))).toMatchObject({ events: null })

  const again = await cursorOf(carol, room.id)
  expect(again.seq).toBe(back)
  await alice.edit(missed, `${SECRET} still`)
  await bob.send(room.id, 'an answer', { replyTo: missed })
  await alice.edit(said.id, 'better said')
  const reply = await sync(again)
  expect(inRoom(reply)?.events?.map(({ event }) => event.type)).toEqual([
    'message.hidden',
    'message.created',
    'message.changed',
  ])
  expect(JSON.stringify(reply)).not.toContain(SECRET)
})

test('who come back in one moment are each told their own part', async () => {
  const { id } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
  const { id: open } = await alice.makeRoomWith([bob, carol])
  await alice.send(id, 'for bob')
  const { id: quoted } = await alice.send(open, 'one')
  const [bobs, carols] = [await leaveWith(bob), await leaveWith(carol)]
  const early = await cursorOf(bob, open)
  await alice.send(open, 'two', { replyTo: quoted })
  const mallorys = await leaveWith(mallory)
  const later = await cursorOf(carol, open)
  await alice.add(id, carol)
  await alice.send(id, 'for both')
  await alice.send(open, 'three')
  const hidden = { conversationId: id, seq: 1 }

  const asked = [bobs(), carols({ heads: [later] }), carols({ heads: [hidden, early] })]
  const [forBob, forCarol, fromEarlier] = await Promise.all(asked)
  const toMallory = await mallorys({ heads: [early, hidden] })

  const bodiesOf = (reply: SyncReply | undefined, conversationId: string) =>
    reply?.conversations
      .find((told) => told.conversationId === conversationId)
      ?.events?.map(({ event }) => ('message' in event ? event.message?.body : undefined))
  expect(bodiesOf(forBob, open)).toEqual(['two', 'three'])
  expect(bodiesOf(forBob, id)).toEqual(['', 'for both'])
  expect(bodiesOf(forCarol, open)).toEqual(['three'])
  expect(bodiesOf(fromEarlier, open)).toEqual(['two', 'three'])
  // From before she was there.
  expect(bodiesOf(fromEarlier, id)).toBeUndefined()
  expect(JSON.stringify([forCarol, fromEarlier])).not.toContain('for bob')
  expect(toMallory).toMatchObject({ conversations: [], gone: [open, id], users: [] })
})

test('whoever is disabled is told nothing at all', async () => {
  const { id: userId } = mallory
  const body = { epoch, userSeq: 0, heads: [] }
  await mallory.ask(endpoints.sync, { body })
  await core.database.write(({ db }) =>
    db.updateTable('users').set({ banned: 1 }).where('id', '=', userId).execute(),
  )
  core.bus.publish({ type: 'role', userId })
  expect(await mallory.refusal(endpoints.sync, { body })).toMatchObject({ code: 'unauthenticated' })
})
