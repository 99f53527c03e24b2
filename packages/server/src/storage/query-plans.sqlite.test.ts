import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { adminEndpoints, endpoints } from '@roost/protocol'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'

import type { Core } from '../core.ts'
import { PictureEncoder } from '../files/picture-encoder.ts'
import { storeChunk } from '../import/store-chunk.ts'
import { RoomRemoval } from '../messaging/room-deletion.ts'
import { setMyPicture, setRoomPicture } from '../people/pictures.ts'
import { signInOwner } from '../testing/administrators.ts'
import { newClientId, signUpCast, type Person } from '../testing/person.ts'
import { seedMembers } from '../testing/seed.ts'
import { PASSWORD, startTestServer, type TestServer } from '../testing/start-test-server.ts'

/** Every statement that the server prepared while people used it, with the plan SQLite has for it. */
const plans = new Map<string, string[]>()

beforeAll(async () => {
  const prepared = new Set<string>()
  const prototype = DatabaseSync.prototype
  const prepare = Reflect.get(prototype, 'prepare')
  prototype.prepare = function spy(this: DatabaseSync, sql: string) {
    prepared.add(sql)
    return prepare.call(this, sql)
  }
  const server = await startTestServer()
  const { alice, bob, carol } = await signUpCast(server, 'alice', 'bob', 'carol')
  const socket = await bob.connect()
  const chat = await alice.openDirect(bob)
  for (const history of ['all', 'sinceJoin'] as const) {
    const room = await alice.makeRoom({ name: history, history })
    await alice.add(room.id, bob)
    await carol.join(room.id)
    await carol.leave(room.id)
    const { id: replyTo } = await alice.send(room.id, 'first', { mentions: [bob.id] })
    const { id, seq } = await alice.send(room.id, 'second', { replyTo })
    await socket.event(room.id, seq)
    socket.send({ type: 'delivered', conversationId: room.id, seq })
    await bob.ask(endpoints.message, { params: { id } })
    const params = { id: room.id }
    for (const query of [{}, { before: 3 }, { after: 1 }, { around: 2 }])
      await bob.ask(endpoints.messages, { params, query })
    await bob.ask(endpoints.events, { params, query: { after: 0 } })
    await bob.ask(endpoints.changes, { params, query: { after: 0, from: 1, to: 9 } })
    await bob.ask(endpoints.sync, {
      body: {
        epoch: server.app.core.database.epoch,
        userSeq: 0,
        heads: [
          { conversationId: room.id, seq: 1, eventId: newClientId() },
          { conversationId: room.id, seq: 1 },
        ],
      },
    })
    for (const query of [{}, { query: 'bo' }]) {
      const { nextCursor } = await bob.ask(endpoints.members, {
        params,
        query: { ...query, limit: 1 },
      })
      if (nextCursor) await bob.ask(endpoints.members, { params, query: { cursor: nextCursor } })
    }
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
  await bob.ask(endpoints.conversations, { query: { limit: 1 } })
  for (const endpoint of [endpoints.conversations, endpoints.rooms, endpoints.users]) {
    const { nextCursor } = await bob.ask(endpoint, { query: { limit: 1 } })
    await bob.ask(endpoint, { query: { cursor: nextCursor } })
  }
  const { id: crowd } = await bob.makeRoom({ name: 'crowd' })
  await seedMembers(server.app.core, crowd, 600)
  for (const query of ['a', 'crowd wd', 'extra 5']) {
    await bob.ask(endpoints.rooms, { query: { query } })
    const { nextCursor } = await bob.ask(endpoints.users, { query: { query, limit: 1 } })
    if (nextCursor) await bob.ask(endpoints.users, { query: { query, cursor: nextCursor } })
    for (const more of [{}, { query }])
      await bob.ask(endpoints.members, { params: { id: crowd }, query: more })
  }
  await useSenders(server.app.core, bob)
  await usePictures(server.app.core, bob, crowd)
  await useLinks(server, bob, crowd)
  await bob.ask(endpoints.updateMe, { body: { name: 'Robert' } })
  await bob.ask(endpoints.sessions)
  const others = { params: { id: newClientId() } }
  expect(await bob.refusal(endpoints.endSession, others)).toMatchObject({ code: 'not_found' })
  await bob.ask(endpoints.endOtherSessions)
  await bob.ask(endpoints.users, { query: { ids: alice.id } })
  await bob.ask(endpoints.user, { params: { id: alice.id } })
  const owner = await signInOwner(server, bob)
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
  socket.send({ type: 'watch', userIds: [alice.id] })
  await bob.settle(socket)
  await socket.find((frame) => frame.type === 'signal' && frame.signal.type === 'presence')
  await alice.send(chat.id, 'bye')
  const { id: doomed } = await bob.makeRoomWith([alice, carol])
  await bob.react((await alice.send(doomed, 'soon gone', { mentions: [bob.id] })).id, '👍')
  await bob.ask(endpoints.deleteConversation, { params: { id: doomed } })
  const removal = new RoomRemoval(server.app.core)
  removal.start()
  await removal.close()
  await server.app.core.database.read((db) => db.selectFrom('meta').select('key').execute())
  prototype.prepare = prepare
  const file = new DatabaseSync(join(server.folder, 'roost.db'), { readOnly: true })
  for (const sql of prepared) {
    if (!/^\s*(select|insert|update|delete|with)/i.test(sql)) continue
    const steps = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all()
    plans.set(
      sql,
      steps.map(({ detail }) => String(detail)),
    )
  }
  file.close()
  await server.stop()
})

async function useSenders(core: Core, bob: Person): Promise<void> {
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

async function useLinks(server: TestServer, bob: Person, conversationId: string): Promise<void> {
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

async function usePictures(core: Core, bob: Person, conversationId: string): Promise<void> {
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

/** The plans of the statements in which all these words occur. */
function plansOf(...words: string[]): string[] {
  const found = [...plans].filter(([sql]) => words.every((word) => sql.includes(word)))
  expect(found, `no statement has ${words.join(' and ')}`).not.toEqual([])
  return found.flatMap(([, steps]) => steps)
}

test('no statement walks through a table that grows', () => {
  const harmless = [
    // What SQLite calls scanning, but is a list in the statement or a result it has just made.
    /^SCAN (CONSTANT ROW|\d+ CONSTANT ROWS|\d+-ROW VALUES CLAUSE|counted|p|seen)$/,
    /^SCAN (meta|settings|kysely_migration)\b/,
    // Administrators search inside names, along indexes that hold nothing else.
    /COVERING INDEX (accountsByName|administratorsByName|disabledByName|roomsByName)$/,
    // From the newest on, until the page is full.
    /^SCAN (audit|i) USING (COVERING )?INDEX sqlite_autoindex_(audit|invites)_1$/,
    // What is still to be removed: all of it, and seldom anything.
    /^SCAN (erasures|conversations USING INDEX conversationsDeleted)$/,
  ]
  // Asked at the start, and by the first sign-up only.
  const isRare = (sql: string) =>
    sql.includes('sqlite_master') ||
    sql === 'select "id" from "users" where "role" = ?' ||
    // To count messages, once a minute while somebody looks.
    sql.startsWith('select "id", "lastMessageSeq"')
  const often = [...plans].filter(([sql]) => !isRare(sql))
  const walks = often.flatMap(([sql, steps]) =>
    steps
      .filter((step) => step.startsWith('SCAN') && !harmless.some((one) => one.test(step)))
      .map((step) => `${step}\n    ${sql}`),
  )
  expect(walks).toEqual([])
  expect(plans.size).toBeGreaterThan(60)
})

test('unread is counted from the read mark on, along the primary key', () => {
  const steps = plansOf('"counted"')
  expect(steps).toContain('SEARCH u USING PRIMARY KEY (conversationId=? AND seq>?)')
})

test('what changed is found by one seek for each message that is held', () => {
  const steps = plansOf('"e"."targetSeq" = "m"."seq"')
  expect(steps).toContain('SEARCH m USING PRIMARY KEY (conversationId=? AND seq>? AND seq<?)')
  const seeks = steps.filter((step) => step.includes('eventsByTarget'))
  expect(seeks).toHaveLength(2)
  for (const seek of seeks)
    expect(seek).toContain(
      'COVERING INDEX eventsByTarget (conversationId=? AND targetSeq=? AND seq>?)',
    )
})

test('people and rooms are listed along their names, without sorting', () => {
  for (const [index, ...words] of [
    ['usersBySearchName', 'from "users"', 'order by "searchName"'],
    ['roomDirectory', 'from "conversations"', 'order by "c"."searchName"'],
  ] as const) {
    const steps = plansOf(...words)
    expect(steps.join('\n')).toContain(`INDEX ${index}`)
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
  }
})

test('imported authors are listed along their names and words, without sorting', () => {
  const listed = plansOf('from "users" as "u"', 'order by "u"."searchName"', '"authorships"')
  expect(listed.join('\n')).toContain('INDEX authorsByName')
  const found = plansOf('"nameWords" as "w"', '"authorships"')
  expect(found.join('\n')).toMatch(/SEARCH w USING (COVERING INDEX|PRIMARY KEY)/)
  for (const steps of [listed, found]) {
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
    expect(steps.join('\n')).toMatch(/SEARCH a USING (COVERING INDEX|PRIMARY KEY)/)
  }
})

test('people and rooms are searched along their words, without sorting', () => {
  for (const table of ['users', 'conversations']) {
    const steps = plansOf('"nameWords" as "w"', `join "${table}"`, 'order by "w"."word"')
    expect(steps.join('\n')).toMatch(/SEARCH w USING (COVERING INDEX|PRIMARY KEY)/)
    expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
  }
})

test('the members of a large room are listed along names, not all of them sorted', () => {
  const steps = plansOf('from "users" as "u" cross join "memberships"', '"u"."kind" in')
  expect(steps.join('\n')).toContain('INDEX usersBySearchName')
  expect(steps).not.toContainEqual(expect.stringContaining('TEMP B-TREE'))
})

test("someone's conversations are found by who they are", () => {
  const steps = plansOf('"m"."userId"', 'order by "c"."lastActivityAt"')
  expect(steps.join('\n')).toContain('INDEX membershipsByUser')
})
