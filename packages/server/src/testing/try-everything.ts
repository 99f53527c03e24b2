/**
 * People who try a server in every way that it has a statement for: what it asked the database for is
 * looked at by whoever has listened.
 */
import { adminEndpoints, endpoints } from '@roost/protocol'
import sharp from 'sharp'

import type { Core } from '../core.ts'
import { PictureEncoder } from '../files/picture-encoder.ts'
import { storeChunk } from '../import/store-chunk.ts'
import { RoomRemoval } from '../messaging/room-deletion.ts'
import { setMyPicture, setRoomPicture } from '../people/pictures.ts'
import { signInOwner } from './administrators.ts'
import { newClientId, signUpCast, type Person } from './person.ts'
import { seedMembers } from './seed.ts'
import { PASSWORD, type TestServer } from './start-test-server.ts'
import type { TestSocket } from './test-socket.ts'

interface Cast {
  readonly alice: Person
  readonly bob: Person
  readonly carol: Person
}

export async function tryEverything(server: TestServer): Promise<void> {
  const { core } = server.app
  const cast = await signUpCast(server, 'alice', 'bob', 'carol')
  const { alice, bob, carol } = cast
  const socket = await bob.connect()
  const chat = await alice.openDirect(bob)
  for (const history of ['all', 'sinceJoin'] as const) await tryRoom(server, cast, socket, history)
  await bob.ask(endpoints.conversations, { query: { limit: 1 } })
  for (const endpoint of [endpoints.conversations, endpoints.rooms, endpoints.users]) {
    const { nextCursor } = await bob.ask(endpoint, { query: { limit: 1 } })
    await bob.ask(endpoint, { query: { cursor: nextCursor } })
  }
  const { id: crowd } = await bob.makeRoom({ name: 'crowd' })
  await seedMembers(core, crowd, 600)
  await tryNames(bob, crowd)
  await trySenders(core, bob)
  await tryPictures(core, bob, crowd)
  await tryLinks(server, bob, crowd)
  await bob.ask(endpoints.updateMe, { body: { name: 'Robert' } })
  await bob.ask(endpoints.sessions)
  await bob.refusal(endpoints.endSession, { params: { id: newClientId() } })
  await bob.ask(endpoints.endOtherSessions)
  await bob.ask(endpoints.users, { query: { ids: alice.id } })
  await bob.ask(endpoints.user, { params: { id: alice.id } })
  await administer(await signInOwner(server, bob))
  socket.send({ type: 'watch', userIds: [alice.id] })
  await bob.settle(socket)
  await socket.find((frame) => frame.type === 'signal' && frame.signal.type === 'presence')
  await alice.send(chat.id, 'bye')
  const { id: doomed } = await bob.makeRoomWith([alice, carol])
  await bob.react((await alice.send(doomed, 'soon gone', { mentions: [bob.id] })).id, '👍')
  await bob.ask(endpoints.deleteConversation, { params: { id: doomed } })
  const removal = new RoomRemoval(core)
  removal.start()
  await removal.close()
  await core.database.read((db) => db.selectFrom('meta').select('key').execute())
}

/** @param socket bob's */
async function tryRoom(
  server: TestServer,
  { alice, bob, carol }: Cast,
  socket: TestSocket,
  history: 'all' | 'sinceJoin',
): Promise<void> {
  const room = await alice.makeRoom({ name: history, history })
  await alice.add(room.id, bob)
  await carol.join(room.id)
  await carol.leave(room.id)
  const { id: replyTo } = await alice.send(room.id, 'first', { mentions: [bob.id] })
  const { id, seq } = await alice.send(room.id, 'second', { replyTo })
  await socket.event(room.id, seq)
  socket.send({ type: 'delivered', conversationId: room.id, seq })
  await bob.ask(endpoints.message, { params: { id } })
  await readRoom(server, bob, room.id)
  await bob.read(room.id, seq)
  await alice.edit(id, 'better', { mentions: [bob.id, carol.id] })
  await bob.react(id, '👍')
  await alice.react(id, '👍')
  await bob.unreact(id, '👍')
  for (const query of [{}, { limit: 1 }]) {
    const { nextCursor } = await bob.ask(endpoints.reactions, { params: { id }, query })
    if (nextCursor)
      await bob.ask(endpoints.reactions, { params: { id }, query: { cursor: nextCursor } })
  }
  await alice.erase(id)
  const params = { id: room.id }
  await bob.ask(endpoints.updateMembership, { params, body: { pinned: true } })
  await alice.change(room.id, { name: `${history} renamed`, topic: 'x', visibility: 'private' })
  await alice.change(room.id, { visibility: 'public' })
  await carol.join(room.id)
  await alice.setRole(room.id, bob, 'admin')
  await alice.remove(room.id, carol)
  const { seq: last } = await alice.leave(room.id)
  await socket.event(room.id, last)
  await (await bob.connect()).close()
  server.app.core.bus.publish({ type: 'event', conversationId: room.id, seq: seq + 5 })
}

/** Opens a room, comes back to it, and looks at who is in it. */
export async function readRoom(server: TestServer, person: Person, id: string): Promise<void> {
  const params = { id }
  for (const query of [{}, { before: 3 }, { after: 1 }, { around: 2 }])
    await person.ask(endpoints.messages, { params, query })
  await person.ask(endpoints.events, { params, query: { after: 0 } })
  await person.ask(endpoints.changes, { params, query: { after: 0, from: 1, to: 9 } })
  await person.ask(endpoints.sync, {
    body: {
      epoch: server.app.core.database.epoch,
      userSeq: 0,
      heads: [
        { conversationId: id, seq: 1, eventId: newClientId() },
        { conversationId: id, seq: 1 },
      ],
    },
  })
  for (const query of [{}, { query: 'bo' }]) {
    const { nextCursor } = await person.ask(endpoints.members, {
      params,
      query: { ...query, limit: 1 },
    })
    if (nextCursor) await person.ask(endpoints.members, { params, query: { cursor: nextCursor } })
  }
}

async function tryNames(person: Person, roomId: string): Promise<void> {
  for (const query of ['a', 'crowd wd', 'extra 5']) {
    await person.ask(endpoints.rooms, { query: { query } })
    const { nextCursor } = await person.ask(endpoints.users, { query: { query, limit: 1 } })
    if (nextCursor) await person.ask(endpoints.users, { query: { query, cursor: nextCursor } })
    for (const more of [{}, { query }])
      await person.ask(endpoints.members, { params: { id: roomId }, query: more })
  }
}

async function administer(owner: Person): Promise<void> {
  for (const endpoint of [adminEndpoints.adminUsers, adminEndpoints.adminRooms])
    for (const query of [{}, { query: 'a' }]) {
      const { nextCursor } = await owner.ask(endpoint, { query: { ...query, limit: 1 } })
      if (nextCursor) await owner.ask(endpoint, { query: { ...query, cursor: nextCursor } })
    }
  for (const filter of ['admins', 'disabled'] as const)
    await owner.ask(adminEndpoints.adminUsers, { query: { query: 'o', filter, limit: 1 } })
  await owner.ask(adminEndpoints.adminAudit, { query: { limit: 1 } })
  await owner.ask(adminEndpoints.adminInvites)
  await owner.ask(adminEndpoints.adminHealth)
}

async function trySenders(core: Core, bob: Person): Promise<void> {
  const messages = ['Ann', 'Ben', 'Cat'].map((author, line) => ({
    line,
    id: `${line}`,
    room: 'imported',
    author: `Author ${author}`,
    time: line,
    text: 'said',
    replyTo: undefined,
    removed: 0,
  }))
  await storeChunk(core, 'test', messages)
  const { rooms } = await bob.ask(endpoints.rooms, { query: { query: 'imported' } })
  const conversationId = rooms.at(0)?.id
  for (const query of [{ conversationId }, {}, { query: 'a' }, { query: 'author an' }])
    for (let cursor: string | undefined, first = true; first || cursor; first = false)
      ({ nextCursor: cursor } = await bob.ask(endpoints.senders, {
        query: { ...query, cursor, limit: 100 },
      }))
}

async function tryLinks(server: TestServer, bob: Person, conversationId: string): Promise<void> {
  const made = []
  for (const body of [{}, {}, { conversationId }, { conversationId }])
    made.push(await bob.ask(endpoints.createInvite, { body }))
  for (const query of [{ limit: 1 }, { conversationId, limit: 1 }]) {
    const { nextCursor } = await bob.ask(endpoints.invites, { query })
    await bob.ask(endpoints.invites, { query: { ...query, cursor: nextCursor } })
  }
  const { dave } = await signUpCast(server, 'dave')
  for (const { invite, token } of made) {
    await bob.ask(endpoints.lookAtInvite, { body: { token } })
    await dave.ask(endpoints.redeemInvite, { body: { token } })
    await bob.ask(endpoints.revokeInvite, { params: { id: invite.id } })
  }
  const { core, administration } = server.app
  const { path } = await core.database.write((tx) =>
    administration.credentials.makeResetLink(tx, dave.id),
  )
  const newPassword = 'marmot lantern fjord'
  const token = path.replace('/reset/', '')
  await dave.ask(endpoints.resetPassword, { body: { token, newPassword } })
  await bob.ask(endpoints.changePassword, { body: { currentPassword: PASSWORD, newPassword } })
  await bob.ask(endpoints.changeEmail, { body: { password: newPassword, email: 'b@example.org' } })
}

async function tryPictures(core: Core, bob: Person, conversationId: string): Promise<void> {
  const encoder = new PictureEncoder()
  const bytes = await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
    .png()
    .toBuffer()
  const userId = bob.id
  for (let times = 0; times < 2; times++) {
    await setMyPicture(core, { userId, encoder, bytes })
    await setRoomPicture(core, { userId, conversationId, encoder, bytes })
  }
  const { picture } = await bob.look(conversationId)
  await bob.request(endpoints.picture, { params: { id: picture ?? '' } })
  await bob.ask(endpoints.removeRoomPicture, { params: { id: conversationId } })
  await bob.ask(endpoints.removeMyPicture)
  await core.files.sweep()
}
