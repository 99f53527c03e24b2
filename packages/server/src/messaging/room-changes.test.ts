import { endpoints, type UpdateConversation } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { addToRoom } from './memberships.ts'
import { changeRoom } from './room-changes.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])
/** Alice owns it, bob administers it, carol is a member. */
let room: string
beforeEach(async () => {
  room = (await alice.makeRoomWith([bob, carol])).id
  await alice.setRole(room, bob, 'admin')
})

const update = (change: UpdateConversation, id = room) => ({ params: { id }, body: change })
const linesOf = async (person: Person, from: number) => {
  const params = { id: room }
  const { events } = await person.ask(endpoints.events, { params, query: { after: from } })
  return events.map(({ event }) => [event.type, 'message' in event && event.message?.content])
}
const archive = (archived: boolean) =>
  changeRoom(core, {
    conversationId: room,
    userId: mallory.id,
    change: { archived },
    asAdministrator: true,
  })

test('owner and administrators change it, everyone sees each change and a line for it', async () => {
  const socket = await carol.connect()
  const { lastSeq: before } = await alice.look(room)
  await bob.change(room, { name: 'Galley', topic: 'Soup', visibility: 'private' })
  const { lastSeq } = await alice.look(room)
  expect(lastSeq).toBe(before + 3)
  const { event } = await socket.event(room, lastSeq)
  const now = { name: 'Galley', topic: 'Soup', visibility: 'private', memberCount: 3 }
  expect(event).toMatchObject({
    type: 'conversation.changed',
    actorId: bob.id,
    conversation: now,
    message: { senderId: bob.id },
  })
  expect(await linesOf(carol, before)).toEqual([
    ['conversation.changed', { action: 'renamed', name: 'Galley' }],
    ['conversation.changed', { action: 'topic', topic: 'Soup' }],
    ['conversation.changed', { action: 'visibility', visibility: 'private' }],
  ])
  expect(await carol.look(room)).toMatchObject(now)
  await alice.change(room, { topic: null })
  expect(await carol.look(room)).toMatchObject({ name: 'Galley', topic: null })
  await socket.close()
})

test('it is found by its new name and not by the old one', async () => {
  await alice.change(room, { name: 'Zzyzx Galley' })
  const found = async (query: string) =>
    (await mallory.ask(endpoints.rooms, { query: { query } })).rooms.map(({ id }) => id)
  expect(await found('zzyzx')).toEqual([room])
  await alice.change(room, { name: 'Pantry of Qwerty' })
  expect(await found('zzyzx')).toEqual([])
  expect(await found('qwerty')).toEqual([room])
  await alice.change(room, { visibility: 'private' })
  expect(await found('qwerty')).toEqual([])
  expect(await mallory.refusal(endpoints.conversation, { params: { id: room } })).toMatchObject({
    status: 404,
  })
})

test('members do not, nor those who look in, and for a private one there is nothing to change', async () => {
  const attempt = update({ name: 'Mine' })
  expect(await carol.refusal(endpoints.updateConversation, attempt)).toMatchObject({ status: 403 })
  expect(await mallory.refusal(endpoints.updateConversation, attempt)).toMatchObject({
    status: 403,
    reason: 'join_first',
  })
  await alice.change(room, { visibility: 'private' })
  expect(await mallory.refusal(endpoints.updateConversation, attempt)).toMatchObject({
    status: 404,
  })
  const { id: direct } = await alice.openDirect(bob)
  expect(
    await alice.refusal(endpoints.updateConversation, update({ name: 'Us' }, direct)),
  ).toMatchObject({ status: 403 })
  expect((await alice.look(room)).name).toBe('Room')
})

test('what is so already writes nothing, and a repeated request neither', async () => {
  const { lastSeq, name } = await alice.look(room)
  await alice.change(room, { name: name ?? '', topic: null })
  await alice.change(room, {})
  expect(await alice.look(room)).toMatchObject({ lastSeq })
  const attempt = update({ clientId: newClientId(), name: 'Galley', topic: 'Soup' })
  await alice.ask(endpoints.updateConversation, attempt)
  await alice.change(room, { name: 'Pantry' })
  await alice.ask(endpoints.updateConversation, attempt)
  expect(await alice.look(room)).toMatchObject({ name: 'Pantry', lastSeq: lastSeq + 3 })
})

test('an archived room is read and left, and takes nothing new', async () => {
  const { id: said } = await carol.send(room, 'said by carol')
  await archive(true)
  const after = await carol.look(room)
  expect(after.archivedAt).not.toBeNull()
  expect(after.lastMessage).toMatchObject({
    senderId: mallory.id,
    content: { action: 'archived' },
  })
  const body = { clientId: newClientId() }
  for (const [person, endpoint, attempt] of [
    [carol, endpoints.sendMessage, { params: { id: room }, body: { ...body, body: 'hello?' } }],
    [carol, endpoints.editMessage, { params: { id: said }, body: { ...body, body: 'hello?' } }],
    [bob, endpoints.react, { params: { id: said, emoji: '👍' }, body }],
    [mallory, endpoints.join, { params: { id: room }, body }],
    [alice, endpoints.addMember, { params: { id: room }, body: { ...body, userId: mallory.id } }],
    [alice, endpoints.updateConversation, update({ name: 'Galley' })],
  ] as const)
    expect(await person.refusal(endpoint, attempt)).toMatchObject({
      status: 403,
      reason: 'room_archived',
    })
  await expect(
    core.database.write((tx) =>
      addToRoom(core, tx, { conversationId: room, userId: mallory.id, actorId: alice.id }),
    ),
  ).rejects.toMatchObject({ reason: 'room_archived' })
  expect((await mallory.ask(endpoints.rooms, { query: { limit: 100 } })).rooms).not.toContainEqual(
    expect.objectContaining({ id: room }),
  )
  expect((await carol.ask(endpoints.messages, { params: { id: room } })).messages).toContainEqual(
    expect.objectContaining({ id: said }),
  )
  await carol.erase(said)
  await carol.leave(room)
  await archive(false)
  await bob.send(room, 'and on')
  expect(await bob.look(room)).toMatchObject({ archivedAt: null })
})

test('a send that was stored before the room was archived still answers as before', async () => {
  const attempt = { params: { id: room }, body: { clientId: newClientId(), body: 'in time' } }
  const once = await carol.ask(endpoints.sendMessage, attempt)
  await archive(true)
  expect(await carol.ask(endpoints.sendMessage, attempt)).toEqual(once)
})

test('an administrator of the server changes rooms without being in them, and no direct chat', async () => {
  const asAdministrator = { userId: mallory.id, asAdministrator: true } as const
  await changeRoom(core, { ...asAdministrator, conversationId: room, change: { name: 'Renamed' } })
  expect(await alice.look(room)).toMatchObject({ name: 'Renamed' })
  const { id: direct } = await alice.openDirect(bob)
  for (const conversationId of [direct, newClientId()])
    await expect(
      changeRoom(core, { ...asAdministrator, conversationId, change: { name: 'x' } }),
    ).rejects.toMatchObject({ code: 'not_found' })
})

test('whoever was invited comes into a private room by a write of the caller', async () => {
  await alice.change(room, { visibility: 'private' })
  const socket = await mallory.connect()
  const add = () =>
    core.database.write((tx) =>
      addToRoom(core, tx, { conversationId: room, userId: mallory.id, actorId: mallory.id }),
    )
  await Promise.all([add(), add()])
  expect(await mallory.look(room)).toMatchObject({ membership: { role: 'member' }, memberCount: 4 })
  expect((await linesOf(alice, 0)).at(-1)).toEqual([
    'member.joined',
    { action: 'joined', userId: mallory.id },
  ])
  const { seq } = await alice.send(room, 'welcome')
  await socket.event(room, seq)
  await socket.close()
})
