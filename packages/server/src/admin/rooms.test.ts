import { adminEndpoints, endpoints, type Endpoint } from '@roost/protocol'
import { expect, test } from 'vitest'

import { actsOn, signInOwner } from '../testing/administrators.ts'
import type { Attempt, Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

/** alice administers the server and is in none of these rooms. */
const { server, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
const owner = await signInOwner(server, alice)
const { adminRooms, adminRoomMembers, adminUpdateRoom, adminDeleteRoom } = adminEndpoints
const { adminMessages, adminDeleteMessage } = adminEndpoints

const search = (query: object) => alice.ask(adminMessages, { query: { query: '', ...query } })
/** Once what was written has been indexed. */
const found = async (query: object, count: number) => {
  await expect.poll(async () => (await search(query)).messages.length).toBe(count)
  return search(query)
}

test('every room is listed, private ones too, with who owns it', async () => {
  const { id } = await bob.makeRoomWith([carol], { name: 'Café Größe', visibility: 'private' })
  for (const query of ['CAFE', 'gross', 'é gr'])
    expect([query, (await alice.ask(adminRooms, { query: { query } })).rooms.length]).toEqual([
      query,
      query === 'gross' ? 0 : 1,
    ])
  const { rooms, users } = await alice.ask(adminRooms, { query: { query: 'café' } })
  expect(rooms).toMatchObject([
    { id, name: 'Café Größe', visibility: 'private', memberCount: 2, ownerId: bob.id },
  ])
  expect(users).toMatchObject([{ id: bob.id, name: 'Bob' }])
  const { members } = await alice.ask(adminRoomMembers, { params: { id }, query: {} })
  expect(members.map(({ user, role }) => [user.username, role])).toEqual([
    ['bob', 'owner'],
    ['carol', 'member'],
  ])
})

test('rooms are paged by name', async () => {
  for (const name of ['Page c', 'Page a', 'Page b', 'Page a']) await bob.makeRoom({ name })
  const names: (string | null)[] = []
  let cursor: string | undefined
  do {
    const query = { query: 'page', limit: 1, cursor }
    const page = await alice.ask(adminRooms, { query })
    names.push(...page.rooms.map(({ name }) => name))
    cursor = page.nextCursor
  } while (cursor !== undefined)
  expect(names).toEqual(['Page a', 'Page a', 'Page b', 'Page c'])
})

test('what is done to a room is seen by who is in it, and recorded', async () => {
  const { id } = await bob.makeRoomWith([carol], { name: 'Kitchen', visibility: 'private' })
  const socket = await carol.connect()
  const change = { name: 'Galley', topic: 'Soup', visibility: 'public', archived: true } as const
  expect(await alice.ask(adminUpdateRoom, { params: { id }, body: change })).toMatchObject({
    id,
    name: 'Galley',
    archivedAt: expect.any(Number) as number,
  })
  await socket.find(
    (frame) =>
      TestSocket.isEvent(id)(frame) &&
      frame.event.type === 'conversation.changed' &&
      frame.event.message.content !== undefined &&
      frame.event.actorId === alice.id,
  )
  expect(await carol.look(id)).toMatchObject({ name: 'Galley', topic: 'Soup' })
  const say = { params: { id }, body: { clientId: crypto.randomUUID(), body: 'hello?' } }
  expect((await carol.request(endpoints.sendMessage, say)).status).toBeGreaterThanOrEqual(400)
  await alice.ask(adminUpdateRoom, { params: { id }, body: { archived: false } })
  await carol.send(id, 'hello again')
  expect(await actsOn(owner, id)).toMatchObject([
    { action: 'room.renamed', subjectName: 'Kitchen', details: { from: 'Kitchen', to: 'Galley' } },
    { action: 'room.topic', details: { from: null, to: 'Soup' } },
    { action: 'room.visibility', details: { from: 'private', to: 'public' } },
    { action: 'room.archived' },
    { action: 'room.unarchived', actorId: alice.id },
  ])
  await socket.close()
})

test('a deleted room is gone for everyone in it', async () => {
  const { id } = await bob.makeRoomWith([carol], { name: 'Attic' })
  const socket = await carol.connect()
  await alice.ask(adminDeleteRoom, { params: { id } })
  await socket.find(TestSocket.isUserEvent('conversation.left'))
  expect(await bob.refusal(endpoints.conversation, { params: { id } })).toMatchObject({
    status: 404,
  })
  expect((await alice.ask(adminRooms, { query: { query: 'attic' } })).rooms).toEqual([])
  expect(await alice.refusal(adminDeleteRoom, { params: { id } })).toMatchObject({ status: 404 })
  expect(await actsOn(owner, id)).toMatchObject([
    { action: 'room.deleted', subjectName: 'Attic', details: { memberCount: 2 } },
  ])
  await socket.close()
})

test('messages of rooms are found and removed', async () => {
  const { id } = await bob.makeRoomWith([carol], { name: 'Den', visibility: 'private' })
  const { id: other } = await bob.makeRoom({ name: 'Loft' })
  const rude = await carol.send(id, 'something zzrude')
  await bob.send(other, 'zzrude as well')
  const all = await found({ query: 'zzrude' }, 2)
  expect(all.rooms).toEqual(expect.arrayContaining([{ id, name: 'Den' }]))
  expect((await found({ query: 'zzrude', roomId: id }, 1)).messages).toMatchObject([
    { id: rude.id, body: 'something zzrude', senderId: carol.id },
  ])
  expect((await search({ query: 'zzrude', senderId: bob.id })).messages.length).toBe(1)

  const socket = await bob.connect()
  await alice.ask(adminDeleteMessage, { params: { id: rude.id } })
  await socket.find(
    (frame) =>
      TestSocket.isEvent(id)(frame) &&
      frame.event.type === 'message.changed' &&
      frame.event.message.id === rude.id,
  )
  expect(await bob.ask(endpoints.message, { params: { id: rude.id } })).toMatchObject({
    body: '',
    deletedAt: expect.any(Number) as number,
  })
  await found({ query: 'zzrude' }, 1)
  const [entry] = await actsOn(owner, rude.id)
  expect(entry).toMatchObject({
    action: 'message.removed',
    subjectName: 'Den',
    details: { roomId: id, senderId: carol.id },
  })
  expect(JSON.stringify(entry)).not.toContain('zzrude')
  await socket.close()
})

test('of a direct chat administrators get nothing: no text, no members, not that it exists', async () => {
  const { id } = await bob.openDirect(carol)
  const { id: room } = await bob.makeRoom({ name: 'Indexed' })
  const secret = await bob.send(id, 'zzsecret for carol')
  await bob.send(room, 'zzsecret in a room')
  await found({ query: 'zzsecret' }, 1)
  const attempts: readonly (readonly [Endpoint, Attempt])[] = [
    [adminRoomMembers, { params: { id } }],
    [adminUpdateRoom, { params: { id }, body: { name: 'Mine' } }],
    [adminUpdateRoom, { params: { id }, body: { nonsense: 1 } }],
    [adminDeleteRoom, { params: { id } }],
    [adminDeleteMessage, { params: { id: secret.id } }],
    [adminMessages, { query: { query: 'zzsecret', roomId: id } }],
    [endpoints.conversation, { params: { id } }],
    [endpoints.messages, { params: { id } }],
    [endpoints.message, { params: { id: secret.id } }],
    [endpoints.search, { query: { query: 'zzsecret', conversationId: id } }],
  ]
  for (const person of [alice, owner])
    for (const [endpoint, attempt] of attempts)
      expect([endpoint.path, await refusalOf(person, endpoint, attempt)]).toEqual([
        endpoint.path,
        await refusalOf(person, endpoint, atNothing(attempt)),
      ])
  // Every list there is, whole: neither the words nor the chat are in any of them.
  for (const endpoint of Object.values(adminEndpoints)) {
    if (endpoint.method !== 'GET' || endpoint.path.includes(':id')) continue
    const query = endpoint === adminMessages ? { query: 'zzsecret' } : {}
    const { status, body } = await owner.request(endpoint, { query })
    expect([endpoint.path, status]).toEqual([endpoint.path, 200])
    const text = JSON.stringify(body)
    for (const trace of [id, secret.id, 'for carol']) expect(text).not.toContain(trace)
  }
  expect(await bob.ask(endpoints.message, { params: { id: secret.id } })).toMatchObject({
    body: 'zzsecret for carol',
  })
})

/** The same request about something that does not exist. */
function atNothing({ params, query, body }: Attempt): Attempt {
  const nothing = crypto.randomUUID()
  return {
    ...(params && { params: { id: nothing } }),
    ...(query && 'roomId' in query && { query: { ...query, roomId: nothing } }),
    ...(query && 'conversationId' in query && { query: { ...query, conversationId: nothing } }),
    body,
  }
}

/** All of a refusal but what differs from one to the next. */
async function refusalOf(person: Person, endpoint: Endpoint, attempt: Attempt) {
  const { status, code, message } = await person.refusal(endpoint, attempt)
  expect(status).toBe(404)
  return { code, message }
}
