import { conversationReply, endpoints } from '@roost/protocol'
import { expect, test } from 'vitest'

import { newClientId, type Attempt, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])

const create = async (person: Person, body: Attempt['body']) => {
  const { status, body: reply } = await person.request(endpoints.createConversation, { body })
  return { status, ...conversationReply.parse(reply) }
}
const refuse = (person: Person, body: Attempt['body']) =>
  person.refusal(endpoints.createConversation, { body })
const logOf = async (person: Person, id: string) =>
  (await person.ask(endpoints.events, { params: { id } })).events.map(({ event }) => event.type)

test('a direct chat opened by both at once is one', async () => {
  const tries = [alice, bob].flatMap((person) => {
    const userId = person === alice ? bob.id : alice.id
    return Array.from({ length: 5 }, () =>
      create(person, { kind: 'direct', userId, clientId: newClientId() }),
    )
  })
  const replies = await Promise.all(tries)
  expect(new Set(replies.map(({ id }) => id)).size).toBe(1)
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
  const { id } = await alice.openDirect(bob)
  expect(replies[0]?.id).toBe(id)
  expect(await alice.look(id)).toMatchObject({ directUserId: bob.id, memberCount: 2 })
  expect(await bob.look(id)).toMatchObject({ directUserId: alice.id, memberCount: 2 })
  expect(await logOf(bob, id)).toEqual(['conversation.created'])
})

test('notes to self are a direct chat with oneself', async () => {
  const notes = await alice.openDirect(alice)
  expect(notes).toMatchObject({ kind: 'direct', directUserId: alice.id, memberCount: 1 })
  await alice.send(notes.id, 'milk')
  expect(await alice.openDirect(alice)).toMatchObject({ id: notes.id, unread: 0, receipts: [] })
})

test('a direct chat is with someone who exists and can answer', async () => {
  const placeholder = newClientId()
  const now = new Date().toISOString()
  await core.database.write(({ db }) =>
    db
      .insertInto('users')
      .values({
        id: placeholder,
        kind: 'placeholder',
        name: 'From an import',
        searchName: 'from an import',
        createdAt: now,
        updatedAt: now,
      })
      .execute(),
  )
  for (const userId of [placeholder, newClientId()])
    expect(await refuse(alice, { kind: 'direct', userId })).toMatchObject({
      status: 404,
      field: 'userId',
      message: 'There is no such person.',
    })
})

test('a room is as it was asked for, and its maker is the owner', async () => {
  const name = '  Café  北京 '
  const room = await create(alice, {
    kind: 'room',
    name,
    topic: 'All and nothing',
    visibility: 'private',
  })
  expect(room).toMatchObject({
    status: 201,
    name: 'Café  北京',
    topic: 'All and nothing',
    visibility: 'private',
    history: 'sinceJoin',
    memberCount: 1,
    membership: { role: 'owner', readSeq: 1 },
    lastMessage: { kind: 'system', content: { action: 'created' } },
  })
  expect(await create(alice, { kind: 'room', name, visibility: 'public' })).toMatchObject({
    history: 'all',
    topic: null,
  })
})

test('a room is made with its people at once, or not at all', async () => {
  const body = { kind: 'room', name: 'Crew', visibility: 'private', clientId: newClientId() }
  const userIds = [bob.id, carol.id, bob.id, alice.id]
  const stranger = { ...body, userIds: [...userIds, newClientId()] }
  expect(await refuse(alice, stranger)).toMatchObject({ status: 404, field: 'userIds' })
  const room = await create(alice, { ...body, userIds })
  expect(room).toMatchObject({ status: 201, memberCount: 3, membership: { role: 'owner' } })
  expect(await bob.look(room.id)).toMatchObject({ membership: { role: 'member' }, unread: 0 })
  expect(await logOf(carol, room.id)).toEqual(['conversation.created'])
  const again = { ...body, userIds: [carol.id, bob.id] }
  expect(await create(alice, again)).toMatchObject({ status: 200, id: room.id })
  expect(await refuse(alice, { ...body, userIds: [bob.id] })).toMatchObject({ status: 409 })
})

test('a clientId makes one room, is its id, and names nothing else afterwards', async () => {
  const clientId = newClientId()
  const body = { kind: 'room', name: 'Once', visibility: 'public', clientId }
  const replies = await Promise.all(Array.from({ length: 8 }, () => create(alice, body)))
  expect(new Set(replies.map(({ id }) => id))).toEqual(new Set([clientId]))
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(await logOf(alice, clientId)).toEqual(['conversation.created'])
  const message = await alice.send(clientId, 'a message has its id alone')
  for (const [person, other] of [
    [alice, { ...body, name: 'Twice' }],
    [alice, { ...body, visibility: 'private' }],
    [alice, { kind: 'direct', userId: bob.id, clientId }],
    [bob, body],
    [alice, { ...body, clientId: message.id }],
  ] as const)
    expect(await refuse(person, other)).toMatchObject({ status: 409, field: 'clientId' })
})

test('a clientId that is the id of an imported room is a conflict', async () => {
  const id = newClientId()
  await core.database.write(({ db }) =>
    db
      .insertInto('conversations')
      .values({
        id,
        kind: 'room',
        name: 'Imported',
        searchName: 'imported',
        visibility: 'public',
        history: 'all',
        importKey: 'archive',
        memberCount: 0,
        createdAt: 0,
        lastSeq: 0,
        lastActivityAt: 0,
      })
      .execute(),
  )
  for (const body of [
    { kind: 'room', name: 'Mine', visibility: 'public', clientId: id },
    { kind: 'direct', userId: mallory.id, clientId: id },
  ])
    expect(await refuse(carol, body)).toMatchObject({ status: 409, field: 'clientId' })
  expect(await carol.look(id)).toMatchObject({ name: 'Imported', membership: null })
})

test('a direct chat repeats by clientId, also while the other opens it', async () => {
  const clientId = newClientId()
  const body = { kind: 'direct', userId: mallory.id, clientId }
  const first = await create(carol, body)
  expect(first).toMatchObject({ status: 201, id: clientId })
  expect(await create(carol, body)).toMatchObject({ status: 200, id: clientId })
  expect(await create(mallory, { kind: 'direct', userId: carol.id })).toMatchObject({
    status: 200,
    id: clientId,
  })
  expect(await refuse(carol, { ...body, userId: bob.id })).toMatchObject({ status: 409 })
})

test('a direct chat is nobody else’s, and stays between two', async () => {
  const { id } = await alice.openDirect(bob)
  const params = { id }
  expect(await mallory.refusal(endpoints.conversation, { params })).toMatchObject({ status: 404 })
  expect(await mallory.refusal(endpoints.join, { params, body: {} })).toMatchObject({ status: 404 })
  expect(
    await alice.refusal(endpoints.addMember, { params, body: { userId: carol.id } }),
  ).toMatchObject({ status: 403, code: 'forbidden' })
  expect(await alice.refusal(endpoints.leave, { params, body: {} })).toMatchObject({
    status: 403,
    message: 'A direct chat cannot be left.',
  })
})
