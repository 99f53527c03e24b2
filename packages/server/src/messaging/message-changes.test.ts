import { readFileSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { endpoints } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId, signUpCast, type Person } from '../testing/person.ts'
import { usesPostgres } from '../testing/postgres-databases.ts'
import { shareServer } from '../testing/share-server.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { deleteMessage } from './message-changes.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])
let room: string
let said: string
beforeEach(async () => {
  room = (await alice.makeRoomWith([bob, carol], { visibility: 'private', history: 'all' })).id
  said = (await bob.send(room, 'said by bob', { mentions: [carol.id] })).id
})

const pageOf = async (person: Person) =>
  (await person.ask(endpoints.messages, { params: { id: room } })).messages
const eventsOf = async (person: Person) =>
  (await person.ask(endpoints.events, { params: { id: room } })).events
const edit = (id: string, body: object) => ({
  params: { id },
  body: { clientId: newClientId(), body: 'better', ...body },
})
const erase = (id: string, body: object = {}) => ({ params: { id }, body })

test('an edit is seen by everyone, live and afterwards, and is no news', async () => {
  await alice.send(room, 'later')
  const before = await alice.look(room)
  const socket = await alice.connect()
  const edited = await bob.edit(said, 'said better', { mentions: [alice.id, mallory.id] })
  expect(edited).toMatchObject({ id: said, body: 'said better', mentions: [alice.id] })
  expect(edited.editedAt).toBeGreaterThanOrEqual(edited.createdAt)
  const { seq } = (await eventsOf(alice)).at(-1) ?? { seq: 0 }
  expect((await socket.event(room, seq)).event).toMatchObject({
    type: 'message.changed',
    actorId: bob.id,
    message: edited,
    mentionsBefore: [carol.id],
  })
  expect(await pageOf(carol)).toContainEqual(edited)
  const after = await alice.look(room)
  expect(after).toEqual({
    ...before,
    lastSeq: before.lastSeq + 1,
    lastEventId: after.lastEventId,
    mentions: 1,
    membership: after.membership,
  })
  expect(after.lastMessage?.body).toBe('later')
  await socket.close()
})

test('what is replayed is what the message says now', async () => {
  await bob.edit(said, 'second', { mentions: [alice.id] })
  await bob.edit(said, 'third')
  await bob.react(said, '👍')
  const changes = (await eventsOf(alice)).filter(({ event }) => event.type === 'message.changed')
  expect(changes.map(({ event }) => event)).toMatchObject([
    {
      message: { body: 'third', reactions: [{ emoji: '👍', count: 1 }] },
      mentionsBefore: [carol.id],
    },
    { message: { body: 'third' }, mentionsBefore: [alice.id] },
  ])
  expect(JSON.stringify(await eventsOf(bob))).not.toContain('mine')
})

test('only the sender edits, in time, and only text', async () => {
  const system = (await pageOf(alice)).at(0)?.id ?? ''
  for (const [person, id] of [
    [alice, said],
    [carol, said],
    [alice, system],
  ] as const)
    expect(await person.refusal(endpoints.editMessage, edit(id, {}))).toMatchObject({
      status: 403,
      reason: 'not_yours',
    })
  await bob.erase(said)
  expect(await bob.refusal(endpoints.editMessage, edit(said, {}))).toMatchObject({
    status: 409,
    reason: 'message_deleted',
  })
  expect(await pageOf(alice)).not.toContainEqual(expect.objectContaining({ body: 'better' }))
})

test('for mallory there is no such message, and no longer for who has left or was removed', async () => {
  await alice.remove(room, carol)
  await bob.leave(room)
  for (const person of [mallory, carol, bob])
    for (const [endpoint, attempt] of [
      [endpoints.editMessage, edit(said, {})],
      [endpoints.deleteMessage, erase(said)],
      [endpoints.react, { params: { id: said, emoji: '👍' }, body: {} }],
      [endpoints.unreact, { params: { id: said, emoji: '👍' }, body: {} }],
      [endpoints.reactions, { params: { id: said } }],
    ] as const)
      expect(await person.refusal(endpoint, attempt)).toMatchObject({ status: 404 })
  expect(await alice.ask(endpoints.message, { params: { id: said } })).toMatchObject({
    body: 'said by bob',
  })
})

test('who looks into a public room changes nothing in it, not even what was theirs', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const { id: theirs } = await bob.send(id, 'mine')
  await bob.leave(id)
  for (const [endpoint, attempt] of [
    [endpoints.editMessage, edit(theirs, {})],
    [endpoints.deleteMessage, erase(theirs)],
    [endpoints.react, { params: { id: theirs, emoji: '👍' }, body: {} }],
  ] as const)
    expect(await bob.refusal(endpoint, attempt)).toMatchObject({
      status: 403,
      reason: 'join_first',
    })
})

test('an edit repeats by clientId, and one that changes nothing writes nothing', async () => {
  const attempt = edit(said, { mentions: [carol.id] })
  const once = await bob.ask(endpoints.editMessage, attempt)
  const { lastSeq } = await bob.look(room)
  await bob.edit(said, 'again')
  const again = await bob.ask(endpoints.editMessage, attempt)
  expect(again).toMatchObject({ id: once.id, body: 'again' })
  await bob.edit(said, 'again')
  expect(await bob.look(room)).toMatchObject({ lastSeq: lastSeq + 1 })
  expect(
    await bob.refusal(endpoints.editMessage, {
      params: { id: said },
      body: { ...attempt.body, body: 'something else' },
    }),
  ).toMatchObject({ status: 409, field: 'clientId' })
})

test('mentions and unread are counted as the messages are now', async () => {
  const counts = async () => {
    const { unread, mentions } = await carol.look(room)
    return { unread, mentions }
  }
  expect(await counts()).toEqual({ unread: 1, mentions: 1 })
  await bob.edit(said, 'nobody in particular')
  expect(await counts()).toEqual({ unread: 1, mentions: 0 })
  await bob.edit(said, 'carol!', { mentions: [carol.id] })
  expect(await counts()).toEqual({ unread: 1, mentions: 1 })
  await bob.react(said, '👍')
  expect(await counts()).toEqual({ unread: 1, mentions: 1 })
  await bob.erase(said)
  expect(await counts()).toEqual({ unread: 0, mentions: 0 })
})

test('a deleted message keeps its place and nothing else', async () => {
  const { id: reply } = await carol.send(room, 'you said?', { replyTo: said })
  await carol.react(said, '🎉')
  const socket = await carol.connect()
  const deleted = await bob.erase(said)
  const { id, conversationId, seq, senderId, kind, createdAt, deletedAt } = deleted
  expect(deleted).toEqual({
    id,
    conversationId,
    seq,
    senderId,
    kind,
    createdAt,
    deletedAt,
    body: '',
    mentions: [],
    attachments: [],
    reactions: [],
  })
  expect(deletedAt).toBeGreaterThanOrEqual(createdAt)
  const { lastSeq } = await alice.look(room)
  const frame = await socket.event(room, lastSeq)
  expect(frame.event).toMatchObject({ type: 'message.changed', message: deleted })
  const answer = await alice.ask(endpoints.message, { params: { id: reply } })
  expect(answer.replyTo).toEqual({ id: said, seq, senderId: bob.id, excerpt: '', deletedAt })
  expect(JSON.stringify([await eventsOf(alice), await pageOf(alice)])).not.toContain('said by bob')
  expect(await alice.ask(endpoints.reactions, { params: { id: said } })).toMatchObject({
    reactions: [],
  })
  await socket.close()
})

test.skipIf(usesPostgres())(
  'the words are gone from the files, once the server has stopped',
  async () => {
    const words = 'xylophone-in-the-cellar'
    const other = await startTestServer()
    const { alice: author, bob: reader } = await signUpCast(other, 'alice', 'bob')
    const { id: chat } = await author.openDirect(reader)
    const { id: deleted } = await author.send(chat, `${words} `.repeat(400))
    const { id: short } = await author.send(chat, words)
    const { id: edited } = await author.send(chat, `${words} too`)
    await author.erase(deleted)
    await author.erase(short)
    await author.edit(edited, 'harmless')
    await other.app.close()
    const files = readdirSync(other.folder).filter((name) => name.startsWith('roost.db'))
    const bytes = Buffer.concat(files.map((name) => readFileSync(join(other.folder, name))))
    expect([bytes.includes('harmless'), bytes.includes(words)]).toEqual([true, false])
    rmSync(other.folder, { recursive: true })
  },
)

test('the owner and administrators of a room delete what others wrote, members do not', async () => {
  await alice.setRole(room, carol, 'admin')
  const { id: hers } = await alice.send(room, 'by alice')
  expect(await bob.refusal(endpoints.deleteMessage, erase(hers))).toMatchObject({
    status: 403,
    reason: 'not_yours',
  })
  expect((await carol.erase(hers)).deletedAt).toBeDefined()
  expect((await alice.erase(said)).deletedAt).toBeDefined()
  const system = (await pageOf(alice)).at(0)?.id ?? ''
  expect(await alice.refusal(endpoints.deleteMessage, erase(system))).toMatchObject({ status: 403 })
})

test('in a direct chat nobody deletes what the other wrote', async () => {
  const { id: chat } = await alice.openDirect(bob)
  const { id } = await bob.send(chat, 'between us')
  expect(await alice.refusal(endpoints.deleteMessage, erase(id))).toMatchObject({
    status: 403,
    reason: 'not_yours',
  })
  await bob.erase(id)
})

test('deleting twice, or again under the same id, answers as before and writes nothing', async () => {
  const clientId = newClientId()
  const once = await bob.ask(endpoints.deleteMessage, erase(said, { clientId }))
  const { lastSeq } = await bob.look(room)
  expect(await bob.ask(endpoints.deleteMessage, erase(said, { clientId }))).toEqual(once)
  expect(await bob.erase(said)).toEqual(once)
  expect(await alice.erase(said)).toEqual(once)
  expect(await bob.look(room)).toMatchObject({ lastSeq })
  const { id: other } = await bob.send(room, 'another')
  expect(await bob.refusal(endpoints.deleteMessage, erase(other, { clientId }))).toMatchObject({
    status: 409,
    field: 'clientId',
  })
})

test('a send that is repeated after its deletion answers with what is left', async () => {
  const body = { clientId: newClientId(), body: 'take that' }
  await bob.ask(endpoints.sendMessage, { params: { id: room }, body })
  await bob.erase(body.clientId)
  const again = await bob.ask(endpoints.sendMessage, { params: { id: room }, body })
  expect(again).toMatchObject({ id: body.clientId, body: '' })
  expect(again.deletedAt).toBeDefined()
})

test('an administrator of the server deletes in rooms without being in them, and in no direct chat', async () => {
  const { id: chat } = await alice.openDirect(bob)
  const { id: between } = await bob.send(chat, 'between us')
  const asAdministrator = { userId: mallory.id, asAdministrator: true } as const
  await expect(
    deleteMessage(core, { ...asAdministrator, messageId: between }),
  ).rejects.toMatchObject({ code: 'not_found' })
  await deleteMessage(core, { ...asAdministrator, messageId: said })
  const { event } = (await eventsOf(alice)).at(-1) ?? {}
  expect(event).toMatchObject({ type: 'message.changed', actorId: mallory.id })
  expect(await pageOf(carol)).not.toContainEqual(expect.objectContaining({ body: 'said by bob' }))
})

test('they are slowed down as sends are', async () => {
  // No second passes, in which one more would be allowed.
  const now = Date.now()
  const slow = await startTestServer({
    config: { fixed: { sendBurst: 3, sendsPerSecond: 1 } },
    now: () => now,
  })
  const { alice: author } = await signUpCast(slow, 'alice')
  const { id } = await author.openDirect(author)
  const { id: note } = await author.send(id, 'a note')
  await author.react(note, '👍')
  await author.edit(note, 'a better note')
  expect(await author.refusal(endpoints.deleteMessage, erase(note))).toMatchObject({ status: 429 })
  await slow.stop()
})
