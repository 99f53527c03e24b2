import { endpoints, limits, message as messageSchema, type SendMessage } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

const { core, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'])
let room: string
beforeEach(async () => {
  ;({ id: room } = await alice.makeRoomWith([bob], { visibility: 'private' }))
})

const attempt = (person: Person, body: SendMessage, id = room) =>
  person.request(endpoints.sendMessage, { params: { id }, body })
const page = async (person: Person, id = room) =>
  (await person.ask(endpoints.messages, { params: { id } })).messages
const bodies = async (person: Person) =>
  (await page(person)).filter(({ kind }) => kind === 'text').map(({ body }) => body)

test('a message is read by the others as it was sent', async () => {
  const body = 'Tabs\tand\nlines, <b>signs</b> & \\slashes\\, 北京, 👩‍👩‍👧, \u202eltr, e\u0301'
  const sent = await alice.send(room, body)
  expect(sent).toMatchObject({ body, senderId: alice.id, kind: 'text', conversationId: room })
  expect(await bob.ask(endpoints.message, { params: { id: sent.id } })).toEqual(sent)
  expect((await page(bob)).at(-1)).toEqual(sent)
})

test('one clientId raced twenty times stores one message, and everyone is told of it', async () => {
  const body = { clientId: newClientId(), body: 'once' }
  const replies = await Promise.all(Array.from({ length: 20 }, () => attempt(alice, body)))
  const statuses = replies.map(({ status }) => status).toSorted((a, b) => a - b)
  expect(statuses).toEqual([...Array<number>(19).fill(200), 201])
  const [first] = replies.map((reply) => messageSchema.parse(reply.body))
  for (const reply of replies) expect(reply.body).toEqual(first)
  expect(first?.id).toBe(body.clientId)
  expect(await bodies(bob)).toEqual(['once'])
})

test('the same clientId for anything else is a conflict, and stores nothing', async () => {
  const other = await alice.makeRoomWith([bob])
  const first = { clientId: newClientId(), body: 'mine' }
  const { id: quoted } = await alice.send(room, 'quoted')
  await attempt(alice, first)
  const tries = [
    [alice, { ...first, body: 'changed' }, room],
    [alice, { ...first, replyTo: quoted }, room],
    [alice, { ...first, mentions: [bob.id] }, room],
    [bob, first, room],
    [alice, first, other.id],
  ] as const
  for (const [person, body, id] of tries) {
    const refusal = await person.refusal(endpoints.sendMessage, { params: { id }, body })
    expect(refusal).toMatchObject({ status: 409, code: 'conflict', field: 'clientId' })
  }
  expect(await bodies(bob)).toEqual(['quoted', 'mine'])
  expect((await page(bob, other.id)).filter(({ kind }) => kind === 'text')).toEqual([])
})

test('of two that race for one clientId with different words one wins', async () => {
  const clientId = newClientId()
  const replies = await Promise.all(
    ['heads', 'tails'].map((body) => attempt(alice, { clientId, body })),
  )
  expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  expect(await bodies(bob)).toHaveLength(1)
})

test('a clientId that made something other than a message is a conflict', async () => {
  const refusal = await alice.refusal(endpoints.sendMessage, {
    params: { id: room },
    body: { clientId: room, body: 'the id of the room is that of an event' },
  })
  expect(refusal).toMatchObject({ status: 409, code: 'conflict' })
})

test('a repeat answers with the message as it is now', async () => {
  const body = { clientId: newClientId(), body: 'a word too much' }
  const { seq } = messageSchema.parse((await attempt(alice, body)).body)
  await core.database.write(({ db }) =>
    db
      .updateTable('messages')
      .set({ deletedAt: 1_795_000_000_000 })
      .where('conversationId', '=', room)
      .where('seq', '=', seq)
      .execute(),
  )
  const { status, body: again } = await attempt(alice, body)
  expect(status).toBe(200)
  expect(again).toMatchObject({ id: body.clientId, seq, body: '', deletedAt: 1_795_000_000_000 })
})

test('a reply shows what it answers, and only what is in the same conversation', async () => {
  const long = '界'.repeat(limits.excerptLength + 50)
  const { id: replyTo, seq } = await alice.send(room, long)
  const reply = await bob.send(room, 'indeed', { replyTo })
  const excerpt = '界'.repeat(limits.excerptLength)
  expect(reply.replyTo).toEqual({ id: replyTo, seq, senderId: alice.id, excerpt })
  expect((await page(alice)).at(-1)).toEqual(reply)

  const elsewhere = await alice.makeRoomWith([bob])
  for (const target of [replyTo, newClientId(), room])
    expect(
      await bob.refusal(endpoints.sendMessage, {
        params: { id: elsewhere.id },
        body: { clientId: newClientId(), body: 'what?', replyTo: target },
      }),
    ).toMatchObject({ status: 400, code: 'bad_request', field: 'replyTo' })
})

test('a reply is quoted without its words once they are deleted', async () => {
  const { id: replyTo, seq } = await alice.send(room, 'never said')
  const reply = await bob.send(room, 'what?', { replyTo })
  await core.database.write(({ db }) =>
    db
      .updateTable('messages')
      .set({ deletedAt: 5 })
      .where('conversationId', '=', room)
      .where('seq', '=', seq)
      .execute(),
  )
  const quote = { id: replyTo, seq, senderId: alice.id, excerpt: '', deletedAt: 5 }
  expect((await page(alice)).find(({ id }) => id === reply.id)?.replyTo).toEqual(quote)
  expect((await alice.send(room, 'ah', { replyTo })).replyTo).toEqual(quote)
})

test('those who are not in the conversation are not mentioned, and nobody is twice', async () => {
  for (const two of [
    [bob.id, alice.id],
    [alice.id, bob.id],
  ]) {
    const mentions = [mallory.id, ...two, newClientId(), ...two]
    const sent = await alice.send(room, 'you two', { mentions })
    expect(new Set(sent.mentions)).toEqual(new Set(two))
    expect(sent.mentions).toHaveLength(2)
    expect((await page(bob)).at(-1)).toEqual(sent)
  }
  expect(await bob.look(room)).toMatchObject({ mentions: 2 })
})

test('whoever is not in it stores nothing: private 404, public 403, gone 404', async () => {
  const open = await alice.makeRoom()
  const body = { clientId: newClientId(), body: 'let me in' }
  const refuse = (id: string, person = mallory) =>
    person.refusal(endpoints.sendMessage, { params: { id }, body })
  expect(await refuse(room)).toMatchObject({ status: 404, code: 'not_found' })
  expect(await refuse(newClientId())).toMatchObject({ status: 404, code: 'not_found' })
  expect(await refuse(open.id)).toMatchObject({ status: 403, reason: 'join_first' })
  const { clientId } = body
  await bob.send(room, 'mine', { clientId })
  await bob.leave(room)
  // Not even for what they had sent.
  expect(await refuse(room, bob)).toMatchObject({ status: 404 })
  expect(await bodies(alice)).toEqual(['mine'])
})

test('senders at the same time keep each their own order', async () => {
  const words = Array.from({ length: 20 }, (_, at) => `word ${at}`)
  await Promise.all(
    [alice, bob].map(async (person) => {
      for (const word of words) await person.send(room, word)
    }),
  )
  const query = { limit: 40 }
  const { messages } = await alice.ask(endpoints.messages, { params: { id: room }, query })
  const said = (person: Person) =>
    messages.filter(({ senderId }) => senderId === person.id).map(({ body }) => body)
  expect(said(alice)).toEqual(words)
  expect(said(bob)).toEqual(words)
  const [first] = messages
  expect(messages.map(({ seq }) => seq - (first?.seq ?? 0))).toEqual([...messages.keys()])
})
