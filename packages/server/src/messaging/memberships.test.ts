import { adminEndpoints, endpoints } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { signInOwner } from '../testing/administrators.ts'
import { newClientId, Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

const { server, core, alice, bob, carol, mallory } = await shareServer([
  'alice',
  'bob',
  'carol',
  'mallory',
])
let open: string
let closed: string
beforeEach(async () => {
  open = (await alice.makeRoom()).id
  closed = (await alice.makeRoom({ visibility: 'private' })).id
})

const logOf = async (person: Person, id: string) =>
  (await person.ask(endpoints.events, { params: { id } })).events.map(({ event }) => event.type)
const membersOf = async (person: Person, id: string) => {
  const { members } = await person.ask(endpoints.members, { params: { id } })
  return Object.fromEntries<string>(members.map(({ user, role }) => [user.username ?? '', role]))
}
const setRole = (id: string, person: Person, role: 'admin' | 'member') =>
  core.database.write(({ db }) =>
    db
      .updateTable('memberships')
      .set({ role })
      .where('conversationId', '=', id)
      .where('userId', '=', person.id)
      .execute(),
  )

test('joining, adding and leaving are seen by the others, each as one line', async () => {
  await bob.join(open)
  await bob.add(open, carol)
  const { seq } = await bob.leave(open)
  const { events, lastSeq } = await alice.ask(endpoints.events, { params: { id: open } })
  expect(
    events.map(({ event }) => [
      event.type,
      event.actorId,
      'message' in event && event.message?.content,
    ]),
  ).toEqual([
    ['conversation.created', alice.id, { action: 'created' }],
    ['member.joined', bob.id, { action: 'joined', userId: bob.id }],
    ['member.joined', bob.id, { action: 'added', userId: carol.id }],
    ['member.left', bob.id, { action: 'left', userId: bob.id }],
  ])
  expect(lastSeq).toBe(seq)
  expect(await membersOf(alice, open)).toEqual({ alice: 'owner', carol: 'member' })
  expect(await alice.look(open)).toMatchObject({ memberCount: 2 })
})

test('a disabled account is brought nowhere, and what it is in stays', async () => {
  const owner = await signInOwner(server)
  const dave = new Person(server, await server.signUp('dave'))
  await alice.add(open, dave)
  const direct = await alice.openDirect(dave)
  await dave.send(direct.id, 'see you')
  const disable = (disabled: boolean) =>
    owner.ask(adminEndpoints.adminUpdateUser, { params: { id: dave.id }, body: { disabled } })
  await disable(true)

  const refused = {
    status: 403,
    reason: 'account_disabled',
    message: 'This account is disabled: nobody can be reached there.',
  }
  const add = { params: { id: closed }, body: { userId: dave.id } }
  expect(await alice.refusal(endpoints.addMember, add)).toMatchObject({
    ...refused,
    field: 'userId',
  })
  expect(await membersOf(alice, closed)).toEqual({ alice: 'owner' })
  const chat = { body: { kind: 'direct', userId: dave.id } }
  expect(await bob.refusal(endpoints.createConversation, chat)).toMatchObject(refused)
  const room = {
    body: { kind: 'room', name: 'Five', visibility: 'public', userIds: [carol.id, dave.id] },
  }
  expect(await bob.refusal(endpoints.createConversation, room)).toMatchObject({
    ...refused,
    field: 'userIds',
  })

  expect(await alice.openDirect(dave)).toMatchObject({ id: direct.id })
  const { messages } = await alice.ask(endpoints.messages, { params: { id: direct.id } })
  expect(messages).toMatchObject([{ body: 'see you' }])
  expect(await membersOf(alice, open)).toMatchObject({ dave: 'member' })
  await alice.add(open, dave)
  await disable(false)
  await alice.add(closed, dave)
  expect(await membersOf(alice, closed)).toEqual({ alice: 'owner', dave: 'member' })
})

test('who is in it already does not join again', async () => {
  await bob.join(open)
  await Promise.all([bob.join(open), bob.join(open), alice.add(open, bob)])
  expect(await logOf(alice, open)).toEqual(['conversation.created', 'member.joined'])
  expect(await alice.look(open)).toMatchObject({ memberCount: 2 })
})

test('each of them repeats by clientId, also after what followed', async () => {
  const ids = { join: newClientId(), add: newClientId(), leave: newClientId() }
  const params = { id: open }
  const join = () => bob.request(endpoints.join, { params, body: { clientId: ids.join } })
  const add = () =>
    bob.request(endpoints.addMember, { params, body: { clientId: ids.add, userId: carol.id } })
  const leave = () => carol.request(endpoints.leave, { params, body: { clientId: ids.leave } })
  const once = [await join(), await add(), await leave()]
  const again = [await join(), await add(), await leave()]
  expect(once.map(({ status }) => status)).toEqual([200, 201, 200])
  expect(again.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(again.slice(1).map(({ body }) => body)).toEqual(once.slice(1).map(({ body }) => body))
  const steps = ['conversation.created', 'member.joined', 'member.joined', 'member.left']
  expect(await logOf(alice, open)).toEqual(steps)
  // A repeated join does not bring back who has left since.
  await bob.leave(open)
  await join()
  expect(await membersOf(alice, open)).toEqual({ alice: 'owner' })
})

test('a clientId that was used for something else is a conflict', async () => {
  const clientId = newClientId()
  await bob.ask(endpoints.join, { params: { id: open }, body: { clientId } })
  const other = await alice.makeRoom()
  for (const [person, endpoint, id, body] of [
    [bob, endpoints.leave, open, { clientId }],
    [bob, endpoints.join, other.id, { clientId }],
    [carol, endpoints.join, open, { clientId }],
    [bob, endpoints.addMember, open, { clientId, userId: carol.id }],
    [bob, endpoints.sendMessage, open, { clientId, body: 'hello' }],
  ] as const)
    expect(await person.refusal(endpoint, { params: { id }, body })).toMatchObject({
      status: 409,
      field: 'clientId',
    })
})

test('a private room does not exist for those outside, whatever they ask', async () => {
  await alice.send(closed, 'a secret')
  const params = { id: closed }
  for (const id of [closed, newClientId()])
    for (const [endpoint, body] of [
      [endpoints.conversation, undefined],
      [endpoints.members, undefined],
      [endpoints.messages, undefined],
      [endpoints.events, undefined],
      [endpoints.join, {}],
      [endpoints.leave, {}],
      [endpoints.addMember, { userId: mallory.id }],
      [endpoints.markRead, { seq: 1 }],
    ] as const)
      expect(await mallory.refusal(endpoint, { params: { id }, body })).toMatchObject({
        status: 404,
        message: 'There is nothing here, or it is not yours to see.',
      })
  const { rooms } = await mallory.ask(endpoints.rooms, { query: { limit: 100 } })
  expect(rooms.map(({ id }) => id)).not.toContain(params.id)
  await alice.add(closed, bob)
  await bob.leave(closed)
  expect(await bob.refusal(endpoints.conversation, { params })).toMatchObject({ status: 404 })
  expect(await bob.refusal(endpoints.leave, { params, body: {} })).toMatchObject({ status: 404 })
})

test('in a private room owners and administrators add people, in a public one every member', async () => {
  await alice.add(closed, bob)
  const add = { params: { id: closed }, body: { userId: carol.id } }
  expect(await bob.refusal(endpoints.addMember, add)).toMatchObject({
    status: 403,
    message: 'Only owners and administrators add people to a private room.',
  })
  await setRole(closed, bob, 'admin')
  await bob.add(closed, carol)
  expect(await membersOf(carol, closed)).toMatchObject({ carol: 'member' })
  expect(
    await mallory.refusal(endpoints.addMember, { params: { id: open }, body: add.body }),
  ).toMatchObject({ status: 403, reason: 'join_first' })
})

test('only people who exist are added, and the fact of refusal changes nothing', async () => {
  for (const userId of [newClientId(), open])
    expect(
      await alice.refusal(endpoints.addMember, { params: { id: open }, body: { userId } }),
    ).toMatchObject({ status: 404, field: 'userId' })
  expect(await alice.look(open)).toMatchObject({ memberCount: 1, lastSeq: 1 })
})

test('the owner who leaves passes the room on: to an administrator, else to the longest there', async () => {
  for (const person of [bob, carol, mallory]) await person.join(open)
  await setRole(open, mallory, 'admin')
  await alice.leave(open)
  expect(await membersOf(bob, open)).toEqual({ bob: 'member', carol: 'member', mallory: 'owner' })
  await mallory.leave(open)
  // Bob was here first, but has been away since.
  await bob.leave(open)
  await bob.join(open)
  expect(await membersOf(carol, open)).toEqual({ carol: 'owner', bob: 'member' })
  await carol.leave(open)
  expect(await membersOf(bob, open)).toEqual({ bob: 'owner' })
  await alice.join(open)
  expect(await membersOf(alice, open)).toEqual({ bob: 'owner', alice: 'member' })
})

test('a room that all have left can be entered again', async () => {
  await alice.leave(open)
  expect(await alice.look(open)).toMatchObject({ memberCount: 0, membership: null })
  await bob.join(open)
  await bob.send(open, 'anyone?')
  expect(await membersOf(bob, open)).toEqual({ bob: 'owner' })
})

test('an imported room has no owner, whoever enters it', async () => {
  await alice.leave(open)
  await core.database.write(({ db }) =>
    db.updateTable('conversations').set({ importKey: 'archive' }).where('id', '=', open).execute(),
  )
  await bob.join(open)
  expect(await membersOf(bob, open)).toEqual({ bob: 'member' })
})

test('the heir is told, so that what they may do is there without a reload', async () => {
  await bob.join(open)
  const socket = await bob.connect()
  const { seq } = await alice.leave(open)
  expect(await socket.event(open, seq + 1)).toMatchObject({
    event: {
      type: 'member.changed',
      actorId: alice.id,
      member: { userId: bob.id, role: 'owner' },
      message: { content: { action: 'role', userId: bob.id, role: 'owner' } },
    },
  })
  expect(await bob.look(open)).toMatchObject({ membership: { role: 'owner' } })
  await socket.close()
})

test('joins and leaves at once leave a log and a count that agree', async () => {
  const people = [bob, carol, mallory]
  for (let round = 0; round < 5; round++) {
    await Promise.all(people.map((person) => person.join(open)))
    await Promise.all([
      alice.send(open, 'meanwhile'),
      ...people.map((person) => person.leave(open)),
    ])
  }
  const { events, lastSeq } = await alice.ask(endpoints.events, { params: { id: open } })
  expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, at) => at + 1))
  expect(await alice.look(open)).toMatchObject({ memberCount: 1 })
  expect(await membersOf(alice, open)).toEqual({ alice: 'owner' })
})

test('the members are listed by name, found by how it begins, a page at a time', async () => {
  for (const person of [mallory, carol, bob]) await alice.add(open, person)
  const ask = (query: object) => alice.ask(endpoints.members, { params: { id: open }, query })
  const names: (string | null)[] = []
  for (let cursor: string | undefined; ;) {
    const page = await ask({ limit: 1, cursor })
    names.push(...page.members.map(({ user }) => user.username))
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  expect(names).toEqual(['alice', 'bob', 'carol', 'mallory'])
  const found = async (query: string) =>
    (await ask({ query })).members.map(({ user }) => user.username)
  expect(await found('CAR')).toEqual(['carol'])
  expect(await found('ar')).toEqual([])
  expect(await found('%')).toEqual([])
})
