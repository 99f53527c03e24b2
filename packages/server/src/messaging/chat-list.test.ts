import { endpoints } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'

const { core, alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
let room: string
beforeEach(async () => {
  ;({ id: room } = await alice.makeRoomWith([bob]))
})

const list = (person: Person, query = {}) => person.ask(endpoints.conversations, { query })
const unreadOf = async (person: Person) => {
  const { unread, mentions } = await person.look(room)
  const listed = (await list(person)).conversations.find(({ id }) => id === room)
  expect(listed).toMatchObject({ unread, mentions })
  return { unread, mentions }
}

test('unread are the messages of others since the mark, and nothing else', async () => {
  expect(await unreadOf(bob)).toEqual({ unread: 0, mentions: 0 })
  await alice.send(room, 'one')
  const { seq } = await alice.send(room, 'two', { mentions: [bob.id] })
  await bob.send(room, 'my own')
  await bob.send(room, 'to myself', { mentions: [bob.id] })
  await carol.join(room)
  expect(await unreadOf(bob)).toEqual({ unread: 2, mentions: 1 })
  expect(await unreadOf(alice)).toEqual({ unread: 2, mentions: 0 })
  expect(await unreadOf(carol)).toEqual({ unread: 0, mentions: 0 })
  await bob.read(room, seq - 1)
  expect(await unreadOf(bob)).toEqual({ unread: 1, mentions: 1 })
  await core.database.write(({ db }) =>
    db
      .updateTable('messages')
      .set({ deletedAt: 1 })
      .where('conversationId', '=', room)
      .where('seq', '=', seq)
      .execute(),
  )
  expect(await unreadOf(bob)).toEqual({ unread: 0, mentions: 0 })
})

test('unread is exact to 999, and one more means more', async () => {
  const say = (count: number) =>
    seedMessages(core, { conversationId: room, senderId: alice.id, count })
  await say(999)
  expect(await unreadOf(bob)).toMatchObject({ unread: 999 })
  const [last = 0] = await say(1)
  expect(await unreadOf(bob)).toMatchObject({ unread: 1_000 })
  await say(500)
  expect(await unreadOf(bob)).toMatchObject({ unread: 1_000 })
  expect(await bob.read(room, last)).toMatchObject({ unread: 500, readSeq: last })
})

test('what was said while one was away counts as read', async () => {
  await alice.send(room, 'before')
  await bob.leave(room)
  await alice.send(room, 'meanwhile')
  await bob.join(room)
  expect(await unreadOf(bob)).toEqual({ unread: 0, mentions: 0 })
  await alice.send(room, 'welcome back')
  expect(await unreadOf(bob)).toEqual({ unread: 1, mentions: 0 })
})

test('the newest activity is on top, with its message and the people it names', async () => {
  const direct = await bob.openDirect(carol)
  await alice.send(room, 'older')
  const { id: lastId } = await carol.send(direct.id, 'newest')
  const { conversations, users, epoch } = await list(bob)
  expect(conversations.slice(0, 2).map(({ id }) => id)).toEqual([direct.id, room])
  expect(conversations[0]).toMatchObject({
    kind: 'direct',
    name: null,
    directUserId: carol.id,
    lastMessage: { id: lastId, body: 'newest' },
    unread: 1,
  })
  expect(users.map(({ username }) => username)).toEqual(expect.arrayContaining(['bob', 'carol']))
  expect(epoch).toBe(core.database.epoch)
})

test('a chat that was left is not in the list; one that was never joined neither', async () => {
  await alice.makeRoom()
  await bob.leave(room)
  const ids = (await list(bob)).conversations.map(({ id }) => id)
  expect(ids).not.toContain(room)
  const { conversations } = await list(carol)
  for (const { membership } of conversations) expect(membership).not.toBeNull()
})

test('walking through the list meets every chat once, also those of one moment', async () => {
  const made = new Set<string>()
  for (let at = 0; at < 7; at++) made.add((await carol.makeRoom()).id)
  await core.database.write(({ db }) =>
    db
      .updateTable('conversations')
      .set({ lastActivityAt: 1_700_000_000_000 })
      .where('id', 'in', [...made])
      .execute(),
  )
  const met: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await list(carol, { cursor, limit: 3 })
    met.push(...page.conversations.map(({ id }) => id))
    // What gets activity meanwhile moves to the top, and moves no other.
    await carol.send([...made][0] ?? '', 'meanwhile')
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  expect(new Set(met).size).toBe(met.length)
  for (const id of [...made].slice(1)) expect(met).toContain(id)
})

test('a page that is exactly full has no next one', async () => {
  const { conversations } = await list(alice, { limit: 100 })
  const limit = conversations.length
  expect(await list(alice, { limit })).not.toHaveProperty('nextCursor')
  const page = await list(alice, { limit: limit - 1 })
  const rest = await list(alice, { limit, cursor: page.nextCursor })
  expect(rest.conversations).toHaveLength(1)
})

test('nobody is told of a chat that is not theirs', async () => {
  const { id } = await alice.openDirect(bob)
  await alice.send(id, 'between us')
  expect((await list(carol)).conversations.map((chat) => chat.id)).not.toContain(id)
  for (const unknown of [id, newClientId()])
    expect(await carol.refusal(endpoints.conversation, { params: { id: unknown } })).toMatchObject({
      status: 404,
      message: 'There is nothing here, or it is not yours to see.',
    })
})

test('looking into a public room shows no membership, marks or receipts', async () => {
  await alice.send(room, 'for all to see')
  expect(await carol.look(room)).toMatchObject({
    membership: null,
    unread: 0,
    mentions: 0,
    receipts: [],
    lastMessage: { body: 'for all to see' },
  })
})

test('a public room that hides its past shows its last words to members only', async () => {
  const { id } = await alice.makeRoom({ history: 'sinceJoin' })
  await alice.send(id, 'for members')
  expect(await carol.look(id)).toMatchObject({ membership: null, lastMessage: null })
  await carol.join(id)
  await alice.send(id, 'for carol too')
  expect(await carol.look(id)).toMatchObject({ lastMessage: { body: 'for carol too' } })
  await carol.leave(id)
  await alice.send(id, 'and without her')
  expect(await carol.look(id)).toMatchObject({ lastMessage: null })
})
