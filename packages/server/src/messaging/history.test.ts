import { endpoints } from '@roost/protocol'
import { beforeAll, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

/** What people may read of the time before they came and while they were away. */
const { alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])

const room = { id: '' }
const ids: Record<string, string> = {}
const say = async (body: string) => {
  const { id } = await alice.send(room.id, body)
  ids[body] = id
}

beforeAll(async () => {
  const { id } = await alice.makeRoom({ visibility: 'private', history: 'sinceJoin' })
  room.id = id
  await say('before')
  await alice.add(id, bob)
  await say('with bob')
  await bob.leave(id)
  await say('away')
  await alice.add(id, bob)
  await say('back')
})

const textsOf = (messages: readonly { kind: string; body: string }[]) =>
  messages.filter(({ kind }) => kind === 'text').map(({ body }) => body)
const page = async (person: Person, query = {}) => {
  const reply = await person.ask(endpoints.messages, { params: room, query })
  return { ...reply, texts: textsOf(reply.messages) }
}

test('pages hold neither the past nor the time away, from wherever one looks', async () => {
  expect((await page(alice)).texts).toEqual(['before', 'with bob', 'away', 'back'])
  for (const query of [{}, { after: 0 }, { before: 100 }, { around: 1 }, { around: 6 }])
    expect(await page(bob, { ...query, limit: 100 })).toMatchObject({
      texts: ['with bob', 'back'],
      hasBefore: false,
      hasAfter: false,
    })
})

test('the log is replayed with the same holes', async () => {
  const { events, lastSeq } = await bob.ask(endpoints.events, { params: room, query: { after: 0 } })
  const messages = events.flatMap(({ event }) => ('message' in event && event.message) || [])
  expect(textsOf(messages)).toEqual(['with bob', 'back'])
  expect(events.map(({ seq }) => seq)).toEqual([3, 4, 5, 7, 8])
  expect(lastSeq).toBe(8)
  expect(await bob.ask(endpoints.events, { params: room, query: { limit: 2 } })).toMatchObject({
    events: [{ seq: 3 }, { seq: 4 }],
  })
})

test('a hidden message is not found by its id, and not by quoting it', async () => {
  for (const hidden of ['before', 'away']) {
    const id = ids[hidden]
    expect(await bob.refusal(endpoints.message, { params: { id } })).toMatchObject({ status: 404 })
    expect(
      await bob.refusal(endpoints.sendMessage, {
        params: room,
        body: { clientId: newClientId(), body: 'you said?', replyTo: id },
      }),
    ).toMatchObject({ status: 400, field: 'replyTo' })
  }
  for (const seen of ['with bob', 'back']) {
    const id = ids[seen] ?? ''
    expect(await bob.ask(endpoints.message, { params: { id } })).toMatchObject({ body: seen })
  }
})

test('who has left sees nothing of it any more', async () => {
  const { id } = await alice.makeRoomWith([carol], { visibility: 'private' })
  const { id: messageId } = await alice.send(id, 'while she was there')
  await carol.leave(id)
  for (const [endpoint, params] of [
    [endpoints.messages, { id }],
    [endpoints.events, { id }],
    [endpoints.members, { id }],
    [endpoints.conversation, { id }],
    [endpoints.message, { id: messageId }],
  ] as const)
    expect(await carol.refusal(endpoint, { params })).toMatchObject({ status: 404 })
})

test('a private room may show its whole past to its members', async () => {
  const { id } = await alice.makeRoom({ visibility: 'private', history: 'all' })
  const { id: messageId } = await alice.send(id, 'long ago')
  await alice.add(id, carol)
  const { messages } = await carol.ask(endpoints.messages, { params: { id } })
  expect(textsOf(messages)).toEqual(['long ago'])
  const { events } = await carol.ask(endpoints.events, { params: { id } })
  expect(events).toHaveLength(3)
  await carol.send(id, 'I remember', { replyTo: messageId })
})

test('a public room is read before joining and after leaving, and not written', async () => {
  const { id } = await alice.makeRoom()
  const sent = await alice.send(id, 'come in')
  const reads = async () => {
    expect(textsOf((await mallory.ask(endpoints.messages, { params: { id } })).messages)).toContain(
      'come in',
    )
    expect(await mallory.ask(endpoints.message, { params: { id: sent.id } })).toEqual(sent)
    await mallory.ask(endpoints.events, { params: { id } })
    await mallory.ask(endpoints.members, { params: { id } })
    for (const [endpoint, body] of [
      [endpoints.sendMessage, { clientId: newClientId(), body: 'hi' }],
      [endpoints.markRead, { seq: 1 }],
      [endpoints.addMember, { userId: bob.id }],
    ] as const)
      expect(await mallory.refusal(endpoint, { params: { id }, body })).toMatchObject({
        status: 403,
        reason: 'join_first',
      })
    expect(await mallory.refusal(endpoints.leave, { params: { id }, body: {} })).toMatchObject({
      status: 403,
      message: 'You are not in this room.',
    })
  }
  await reads()
  await mallory.join(id)
  await mallory.leave(id)
  await reads()
})

test('a public room that hides its past says so to those outside', async () => {
  const { id } = await alice.makeRoom({ history: 'sinceJoin' })
  const { id: messageId } = await alice.send(id, 'for those here')
  for (const endpoint of [endpoints.messages, endpoints.events, endpoints.members])
    expect(await mallory.refusal(endpoint, { params: { id } })).toMatchObject({
      status: 403,
      reason: 'join_first',
    })
  expect(await mallory.refusal(endpoints.message, { params: { id: messageId } })).toMatchObject({
    status: 404,
  })
  await mallory.join(id)
  const { messages } = await mallory.ask(endpoints.messages, { params: { id } })
  expect(textsOf(messages)).toEqual([])
})
