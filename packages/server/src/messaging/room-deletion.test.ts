import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { endpoints, type ServerFrame } from '@roost/protocol'
import { sql } from 'kysely'
import { expect, test } from 'vitest'

import type { Core } from '../core.ts'
import { tableNames } from '../testing/database-state.ts'
import { newClientId, signUpCast, type Person } from '../testing/person.ts'
import { seedMembers, seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'
import { deleteConversation, RoomRemoval } from './room-deletion.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])
const isLeft = TestSocket.isUserEvent('conversation.left')
const remove = (person: Person, id: string) =>
  person.ask(endpoints.deleteConversation, { params: { id } })

/** How many rows of any table name this conversation, user events aside. */
async function rowsOf({ database }: Core, id: string): Promise<Record<string, number>> {
  return database.read(async (db) => {
    const found: Record<string, number> = {}
    for (const name of await tableNames(db)) {
      const all = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db)
      const count = all.rows.filter((row) => Object.values(row).includes(id)).length
      if (count > 0 && name !== 'userEvents') found[name] = count
    }
    return found
  })
}

async function removeAll(of: Core): Promise<void> {
  const removal = new RoomRemoval(of)
  removal.start()
  await removal.settle()
  await removal.close()
}

async function liveRoom(): Promise<{ id: string; said: string }> {
  const { id } = await alice.makeRoomWith([bob, carol])
  const { id: said } = await bob.send(id, 'said by bob', { mentions: [carol.id] })
  await carol.react(said, '👍')
  await carol.leave(id)
  await alice.ask(endpoints.createInvite, { body: { conversationId: id } })
  return { id, said }
}

/** For none of them, and by no way, does it exist. */
async function expectGone({ id, said }: { id: string; said: string }): Promise<void> {
  for (const person of [alice, bob, carol, mallory]) {
    const params = { id }
    for (const [endpoint, attempt] of [
      [endpoints.conversation, { params }],
      [endpoints.messages, { params }],
      [endpoints.events, { params }],
      [endpoints.members, { params }],
      [endpoints.message, { params: { id: said } }],
      [endpoints.join, { params, body: {} }],
      [endpoints.leave, { params, body: {} }],
      [endpoints.sendMessage, { params, body: { clientId: newClientId(), body: 'hello?' } }],
      [endpoints.react, { params: { id: said, emoji: '👍' }, body: {} }],
      [endpoints.markRead, { params, body: { seq: 1 } }],
      [endpoints.updateMembership, { params, body: { pinned: true } }],
      [endpoints.deleteConversation, { params }],
    ] as const)
      expect(await person.refusal(endpoint, attempt)).toMatchObject({ status: 404 })
    const { conversations } = await person.ask(endpoints.conversations)
    expect(conversations.map((each) => each.id)).not.toContain(id)
    const { rooms } = await person.ask(endpoints.rooms, { query: { limit: 100 } })
    expect(rooms.map((each) => each.id)).not.toContain(id)
  }
}

test('it is gone before anything of it has been removed', async () => {
  const room = await liveRoom()
  await core.database.write(({ db }) =>
    db.updateTable('conversations').set({ deletedAt: 1 }).where('id', '=', room.id).execute(),
  )
  await expectGone(room)
  const socket = await bob.connect()
  await socket.settle()
  expect(socket.texts.join()).not.toContain(room.id)
  await socket.close()
  expect(await rowsOf(core, room.id)).toMatchObject({ memberships: 3 })
})

test('it is gone at once, for everybody and by every way', async () => {
  const room = await liveRoom()
  const { id } = room
  const [one, theirs] = await Promise.all([bob.connect(), bob.connect()])
  await remove(alice, id)
  await expectGone(room)
  for (const socket of [one, theirs]) {
    const left = (frame: ServerFrame) =>
      isLeft(frame) && 'conversationId' in frame.event && frame.event.conversationId === id
    expect(await socket.find(left)).toBeDefined()
    socket.send({
      type: 'hello',
      protocol: 1,
      epoch: core.database.epoch,
      heads: [{ conversationId: id, seq: 1 }],
    })
    expect(
      await socket.find((frame) => frame.type === 'heads' && frame.gone.includes(id)),
    ).toBeDefined()
    await socket.close()
  }
})

test('nothing of it stays behind', async () => {
  const { id } = await liveRoom()
  expect(Object.keys(await rowsOf(core, id)).toSorted()).toEqual([
    'conversations',
    'events',
    'invites',
    'membershipIntervals',
    'memberships',
    'mentions',
    'messages',
    'nameWords',
    'reactions',
  ])
  await remove(alice, id)
  await removeAll(core)
  expect(await rowsOf(core, id)).toEqual({})
})

test('only the owner deletes it, and nobody a direct chat', async () => {
  const { id } = await alice.makeRoomWith([bob, carol])
  await alice.setRole(id, bob, 'admin')
  const { id: direct } = await alice.openDirect(bob)
  for (const [person, place, status] of [
    [bob, id, 403],
    [carol, id, 403],
    [mallory, id, 403],
    [alice, direct, 403],
    [mallory, direct, 404],
  ] as const)
    expect(
      await person.refusal(endpoints.deleteConversation, { params: { id: place } }),
    ).toMatchObject({ status })
  const asAdministrator = { userId: mallory.id, asAdministrator: true } as const
  await expect(
    deleteConversation(core, { ...asAdministrator, conversationId: direct }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await deleteConversation(core, { ...asAdministrator, conversationId: id })
  expect(await alice.refusal(endpoints.conversation, { params: { id } })).toMatchObject({
    status: 404,
  })
})

test('a large one goes in small steps, and what a stop cut short is finished after the next start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'roost-deletion-'))
  const first = await startTestServer({ folder })
  await first.app.createAccount(
    { username: 'owner', name: 'Owner', email: 'o@example.org', password: 'marmot lantern fjord' },
    { admin: true },
  )
  const { alice: owner } = await signUpCast(first, 'alice')
  const { id } = await owner.makeRoom()
  const members = await seedMembers(first.app.core, id, 1_000)
  await seedMessages(first.app.core, { conversationId: id, senderId: owner.id, count: 5_000 })
  await remove(owner, id)
  // What others want is not kept waiting: the work is still going on.
  const { id: other } = await owner.makeRoom()
  await owner.send(other, 'meanwhile')
  const left = await rowsOf(first.app.core, id)
  expect(left['messages']).toBeGreaterThan(0)
  await first.stop()

  const again = await startTestServer({ folder })
  await removeAll(again.app.core)
  expect(await rowsOf(again.app.core, id)).toEqual({})
  // Each of its members has heard of it, once.
  const told = await again.app.core.database.read((db) =>
    db
      .selectFrom('userEvents')
      .select(['userId'])
      .where('conversationId', '=', id)
      .where('type', '=', 'conversation.left')
      .execute(),
  )
  expect(told.map(({ userId }) => userId).toSorted()).toEqual([owner.id, ...members].toSorted())
  await again.stop()
  rmSync(folder, { recursive: true })
})
