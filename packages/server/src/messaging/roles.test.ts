import { endpoints, type Role } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const { alice, bob, carol, dora, mallory } = await shareServer([
  'alice',
  'bob',
  'carol',
  'dora',
  'mallory',
])
/** Alice owns it, bob administers it, carol and dora are members. */
let room: string
beforeEach(async () => {
  room = (await alice.makeRoomWith([bob, carol, dora], { visibility: 'private' })).id
  await alice.setRole(room, bob, 'admin')
})

const rolesOf = async (person: Person) => {
  const { members } = await person.ask(endpoints.members, { params: { id: room } })
  return Object.fromEntries<string>(members.map(({ user, role }) => [user.username ?? '', role]))
}
const roles = { alice: 'owner', bob: 'admin', carol: 'member', dora: 'member' }
const give = (other: { id: string }, role: Role) => ({
  params: { id: room, userId: other.id },
  body: { role },
})
const removal = (other: { id: string }, body: object = {}) => ({
  params: { id: room, userId: other.id },
  body,
})

test('the owner makes administrators, and everyone hears it', async () => {
  const socket = await dora.connect()
  expect(await alice.setRole(room, carol, 'admin')).toEqual({ userId: carol.id, role: 'admin' })
  const { lastSeq } = await alice.look(room)
  expect((await socket.event(room, lastSeq)).event).toMatchObject({
    type: 'member.changed',
    actorId: alice.id,
    member: { userId: carol.id, role: 'admin' },
    message: { kind: 'system', content: { action: 'role', userId: carol.id, role: 'admin' } },
  })
  expect(await rolesOf(dora)).toEqual({ ...roles, carol: 'admin' })
  expect(await carol.look(room)).toMatchObject({ membership: { role: 'admin' } })
  await socket.close()
})

test('handing over makes another the owner and the former one an administrator, at once', async () => {
  await alice.setRole(room, carol, 'owner')
  expect(await rolesOf(dora)).toEqual({ ...roles, alice: 'admin', carol: 'owner' })
  const { events } = await dora.ask(endpoints.events, { params: { id: room } })
  expect(events.slice(-2).map(({ event }) => event)).toMatchObject([
    { type: 'member.changed', member: { userId: carol.id, role: 'owner' } },
    { type: 'member.changed', member: { userId: alice.id, role: 'admin' } },
  ])
  expect(await alice.refusal(endpoints.updateMember, give(dora, 'admin'))).toMatchObject({
    status: 403,
  })
})

test('the last owner does not step down', async () => {
  for (const role of ['admin', 'member'] as const)
    expect(await alice.refusal(endpoints.updateMember, give(alice, role))).toMatchObject({
      status: 403,
      reason: 'last_owner',
    })
  expect(await rolesOf(alice)).toEqual(roles)
})

test('who else gives roles: nobody, but an administrator may lay theirs down', async () => {
  for (const [person, other, role] of [
    [bob, carol, 'admin'],
    [bob, alice, 'member'],
    [bob, bob, 'owner'],
    [carol, carol, 'owner'],
    [carol, bob, 'member'],
  ] as const)
    expect(await person.refusal(endpoints.updateMember, give(other, role))).toMatchObject({
      status: 403,
    })
  expect(await mallory.refusal(endpoints.updateMember, give(mallory, 'owner'))).toMatchObject({
    status: 404,
  })
  expect(await rolesOf(alice)).toEqual(roles)
  await bob.setRole(room, bob, 'member')
  expect(await rolesOf(alice)).toEqual({ ...roles, bob: 'member' })
})

test('who is not a member gets no role', async () => {
  for (const other of [mallory, { id: newClientId() }])
    expect(await alice.refusal(endpoints.updateMember, give(other, 'admin'))).toMatchObject({
      status: 404,
    })
})

test('a role that somebody has already writes nothing, and the same request neither', async () => {
  const clientId = newClientId()
  const attempt = {
    params: { id: room, userId: carol.id },
    body: { role: 'owner', clientId },
  } as const
  await alice.ask(endpoints.updateMember, attempt)
  const { lastSeq } = await alice.look(room)
  expect(await alice.ask(endpoints.updateMember, attempt)).toEqual({
    userId: carol.id,
    role: 'owner',
  })
  await carol.setRole(room, bob, 'admin')
  expect(await alice.look(room)).toMatchObject({ lastSeq })
})

test('whoever is removed sees nothing of the room any more, and is told', async () => {
  const socket = await carol.connect()
  const watching = await dora.connect()
  const { seq } = await bob.remove(room, carol)
  await alice.send(room, 'without carol')
  expect(await socket.find(TestSocket.isUserEvent('conversation.left'))).toMatchObject({
    event: { conversationId: room, seq },
  })
  expect((await watching.event(room, seq)).event).toMatchObject({
    type: 'member.left',
    actorId: bob.id,
    userId: carol.id,
    message: { content: { action: 'removed', userId: carol.id }, senderId: bob.id },
  })
  for (const endpoint of [endpoints.conversation, endpoints.messages, endpoints.members])
    expect(await carol.refusal(endpoint, { params: { id: room } })).toMatchObject({ status: 404 })
  await carol.settle(socket)
  expect(socket.seqs(room).filter((one) => one > seq)).toEqual([])
  expect(await alice.look(room)).toMatchObject({ memberCount: 3 })
  await socket.close()
  await watching.close()
})

test('the owner removes anyone, administrators remove members, members nobody', async () => {
  await alice.setRole(room, carol, 'admin')
  for (const [person, other] of [
    [bob, alice],
    [bob, carol],
    [dora, carol],
    [dora, bob],
    [alice, alice],
    [bob, bob],
  ] as const)
    expect(await person.refusal(endpoints.removeMember, removal(other))).toMatchObject({
      status: 403,
    })
  expect(await mallory.refusal(endpoints.removeMember, removal(dora))).toMatchObject({
    status: 404,
  })
  await bob.remove(room, dora)
  await alice.remove(room, bob)
  expect(await rolesOf(carol)).toEqual({ alice: 'owner', carol: 'admin' })
})

test('a removal repeats by clientId, and who is gone is not removed again', async () => {
  const body = { clientId: newClientId() }
  const once = await alice.ask(endpoints.removeMember, removal(carol, body))
  expect(await alice.ask(endpoints.removeMember, removal(carol, body))).toEqual(once)
  for (const other of [carol, mallory, { id: newClientId() }])
    expect(await alice.refusal(endpoints.removeMember, removal(other))).toMatchObject({
      status: 404,
      field: 'userId',
    })
})

test('a direct chat has neither roles nor removals', async () => {
  const { id } = await alice.openDirect(bob)
  const params = { id, userId: bob.id }
  expect(
    await alice.refusal(endpoints.updateMember, { params, body: { role: 'admin' } }),
  ).toMatchObject({ status: 403 })
  expect(await alice.refusal(endpoints.removeMember, { params, body: {} })).toMatchObject({
    status: 403,
  })
})
