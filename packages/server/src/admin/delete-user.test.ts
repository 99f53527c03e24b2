import { adminEndpoints, closeCodes, endpoints } from '@roost/protocol'
import sharp from 'sharp'
import { expect, test } from 'vitest'

import { PictureEncoder } from '../files/picture-encoder.ts'
import { setMyPicture } from '../people/pictures.ts'
import { updateMe } from '../people/settings.ts'
import { actsOn, signInOwner } from '../testing/administrators.ts'
import { readAllRows } from '../testing/database-state.ts'
import { closeAll, Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'
import { Erasures } from './erasures.ts'

const { server, core, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
const owner = await signInOwner(server, alice)
const { adminDeleteUser, adminUsers } = adminEndpoints

const sign = async (username: string) => new Person(server, await server.signUp(username))
const erase = (person: Person, messages: 'keep' | 'delete') =>
  alice.ask(adminDeleteUser, { params: { id: person.id }, body: { messages } })
const settle = () => server.app.administration.erasures.settle()
const bodies = async (reader: Person, id: string) => {
  const { messages } = await reader.ask(endpoints.messages, {
    params: { id },
    query: { limit: 50 },
  })
  return messages.filter(({ kind }) => kind === 'text').map(({ body }) => body)
}

test('those who shared a room with them hear of it, however soon they are out of it', async () => {
  const erin = await sign('erin')
  const room = await bob.makeRoomWith([erin])
  const seen = await bob.connect()
  // Many have just come: whoever is looked up now waits for a moment.
  const others: TestSocket[] = []
  for (const person of [alice, carol, alice, carol, alice, carol])
    others.push(await person.connect())
  await erase(erin, 'keep')
  await settle()
  await seen.find(({ type }) => type === 'event')
  await seen.settle()
  expect(seen.signals('user')).toMatchObject([{ user: { id: erin.id, kind: 'deleted' } }])
  expect((await bob.look(room.id)).memberCount).toBe(1)
  await closeAll(seen, ...others)
})

test('whoever is erased is nobody at once, and nothing says who they were', async () => {
  const dora = await sign('dora')
  const encoder = new PictureEncoder()
  const bytes = await sharp({
    create: { width: 64, height: 64, channels: 3, background: 'teal' },
  })
    .png()
    .toBuffer()
  await setMyPicture(core, { userId: dora.id, encoder, bytes })
  await dora.ask(endpoints.updateMe, { body: { about: 'Explorer of caves', locale: 'de' } })
  const { picture } = await dora.ask(endpoints.me)
  const chat = await dora.openDirect(bob)
  await dora.send(chat.id, 'see you')
  const socket = await dora.connect()
  const seen = await bob.connect()

  await erase(dora, 'keep')
  expect((await socket.closed).code).toBe(closeCodes.sessionEnded)
  await seen.find(
    (frame) =>
      frame.type === 'signal' &&
      frame.signal.type === 'user' &&
      frame.signal.user.id === dora.id &&
      frame.signal.user.kind === 'deleted',
  )
  expect(await dora.refusal(endpoints.me)).toMatchObject({ status: 401 })
  expect(await bob.ask(endpoints.user, { params: { id: dora.id } })).toEqual({
    id: dora.id,
    kind: 'deleted',
    name: 'Deleted account',
    username: null,
    picture: null,
    about: null,
  })
  for (const finder of [bob, owner]) {
    const found = await finder.ask(endpoints.users, { query: { query: 'dora' } })
    expect(found.users).toEqual([])
  }
  expect((await alice.ask(adminUsers, { query: { query: 'dora' } })).users).toEqual([])
  expect(
    await bob.refusal(endpoints.picture, { params: { id: picture }, query: { size: 'small' } }),
  ).toMatchObject({ status: 404 })
  // The other one keeps what was said.
  expect(await bodies(bob, chat.id)).toEqual(['see you'])
  expect((await bob.look(chat.id)).directUserId).toBe(dora.id)
  await settle()
  const rows = [...(await readAllRows(core))].filter((row) => !row.startsWith('audit '))
  for (const trace of ['dora', 'Dora', 'Explorer of caves'])
    expect(rows.filter((row) => row.includes(trace))).toEqual([])
  for (const table of ['sessions', 'accounts', 'verifications', 'userEvents', 'pictures'])
    expect(rows.filter((row) => row.startsWith(`${table} `) && row.includes(dora.id))).toEqual([])
  await seen.close()
})

test('the user name and the address are free again, for somebody else', async () => {
  const first = await sign('emil')
  await erase(first, 'keep')
  const second = await sign('emil')
  expect(second.id).not.toBe(first.id)
  expect(await actsOn(owner, first.id)).toMatchObject([
    {
      action: 'user.deleted',
      subjectName: 'Emil',
      actorId: alice.id,
      details: { messages: 'keep' },
    },
  ])
})

test('their rooms go to an heir, and show that they have left', async () => {
  const fred = await sign('fred')
  const { id } = await fred.makeRoomWith([bob, carol], { visibility: 'private' })
  const said = await fred.send(id, 'mine')
  const { token } = await fred.ask(endpoints.createInvite, { body: { conversationId: id } })
  const socket = await bob.connect()
  await erase(fred, 'keep')
  await socket.find(
    (frame) =>
      TestSocket.isEvent(id)(frame) &&
      frame.event.type === 'member.left' &&
      frame.event.userId === fred.id,
  )
  await settle()
  const { members } = await bob.ask(endpoints.members, { params: { id } })
  expect(members.map(({ user, role }) => [user.username, role])).toEqual([
    ['bob', 'owner'],
    ['carol', 'member'],
  ])
  expect(await bodies(carol, id)).toEqual([said.body])
  expect(await bob.refusal(endpoints.lookAtInvite, { body: { token } })).toMatchObject({
    reason: 'invite_invalid',
  })
  await socket.close()
})

test('their messages go where that is asked, wherever they wrote, and nobody else’s', async () => {
  const gale = await sign('gale')
  const direct = await gale.openDirect(bob)
  const { id: room } = await bob.makeRoomWith([gale, carol])
  const { id: left } = await bob.makeRoomWith([gale])
  await gale.send(direct.id, 'in private')
  await bob.send(direct.id, 'an answer')
  const named = await gale.send(room, 'look, @carol', { mentions: [carol.id] })
  for (let at = 0; at < 60; at++) await gale.send(room, `line ${at}`)
  await bob.send(room, 'quoting', { replyTo: named.id })
  await gale.send(left, 'before I went')
  await gale.leave(left)
  expect((await carol.look(room)).mentions).toBe(1)
  const socket = await carol.connect()

  await erase(gale, 'delete')
  await settle()
  expect(await bodies(bob, direct.id)).toEqual(['', 'an answer'])
  expect(await bodies(bob, left)).toEqual([''])
  expect(new Set(await bodies(carol, room))).toEqual(new Set(['', 'quoting']))
  await socket.find(
    (frame) =>
      TestSocket.isEvent(room)(frame) &&
      frame.event.type === 'message.changed' &&
      frame.event.message.id === named.id &&
      frame.event.message.deletedAt !== undefined,
  )
  expect((await carol.look(room)).mentions).toBe(0)
  const rows = [...(await readAllRows(core))]
  for (const trace of ['in private', 'look, @carol', 'before I went', '"line 7"'])
    expect(rows.filter((row) => row.includes(trace))).toEqual([])
  await socket.close()
})

test('what was asked for before and is written after says nothing of who it was', async () => {
  const jack = await sign('jack')
  const encoder = new PictureEncoder()
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'teal' } })
    .png()
    .toBuffer()
  await erase(jack, 'keep')
  const late = { status: 401 }
  await expect(setMyPicture(core, { userId: jack.id, encoder, bytes })).rejects.toMatchObject(late)
  for (const change of [{ name: 'Jack the Caver' }, { about: 'caves' }, { locale: 'de' }])
    await expect(updateMe(core, jack.id, change)).rejects.toMatchObject(late)
  expect(await bob.ask(endpoints.user, { params: { id: jack.id } })).toMatchObject({
    name: 'Deleted account',
    about: null,
    picture: null,
  })
})

test('a room that goes at the same time keeps nothing else from being erased', async () => {
  const karl = await sign('karl')
  const { id: stays } = await bob.makeRoomWith([karl])
  const rooms = []
  for (let at = 0; at < 5; at++) rooms.push((await bob.makeRoomWith([karl])).id)
  for (const id of [...rooms, stays]) await karl.send(id, 'hello')
  await Promise.all([
    erase(karl, 'delete'),
    ...rooms.map((id) => bob.ask(endpoints.deleteConversation, { params: { id } })),
  ])
  await settle()
  expect(await bodies(bob, stays)).toEqual([''])
  expect((await bob.look(stays)).memberCount).toBe(1)
  expect(server.reports).toEqual([])
})

test('what a crash has interrupted goes on at the next start', async () => {
  const hans = await sign('hans')
  const { id } = await hans.makeRoomWith([bob])
  await hans.send(id, 'hello')
  // As a server does that ends right after the answer.
  await core.database.write(async ({ db }) => {
    const row = { userId: hans.id, messages: 'delete' as const, createdAt: core.now() }
    await db.insertInto('erasures').values(row).execute()
  })
  const next = new Erasures(core)
  next.start()
  await next.settle()
  expect(await bodies(bob, id)).toEqual([''])
  expect((await bob.look(id)).memberCount).toBe(1)
  const left = await core.database.read((db) => db.selectFrom('erasures').selectAll().execute())
  expect(left).toEqual([])
})

test('nobody erases themselves here, nor whom they may not manage, nor the last owner', async () => {
  const attempt = (id: string) => ({ params: { id }, body: { messages: 'keep' } })
  for (const [person, id, reason] of [
    [alice, alice.id, 'yourself'],
    [owner, owner.id, 'yourself'],
    [alice, owner.id, 'owner_only'],
  ] as const)
    expect(await person.refusal(adminDeleteUser, attempt(id))).toMatchObject({
      status: 403,
      reason,
    })
  const ines = await sign('ines')
  await erase(ines, 'keep')
  expect(await alice.refusal(adminDeleteUser, attempt(ines.id))).toMatchObject({ status: 404 })
})
