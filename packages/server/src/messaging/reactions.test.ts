import { endpoints, limits } from '@roost/protocol'
import { beforeEach, expect, test } from 'vitest'

import { newClientId } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'

const { alice, bob, carol } = await shareServer(['alice', 'bob', 'carol'])
let room: string
let said: string
beforeEach(async () => {
  room = (await alice.makeRoomWith([bob, carol])).id
  said = (await bob.send(room, 'said by bob')).id
})

const lastSeqOf = async () => (await alice.look(room)).lastSeq

test('everyone sees who reacted and how often, and their own as theirs', async () => {
  const socket = await carol.connect()
  await alice.react(said, '👍')
  const answer = await bob.react(said, '👍')
  await bob.react(said, '👩🏽‍🚀')
  expect(answer.reactions).toEqual([{ emoji: '👍', count: 2, mine: true }])
  const seen = await carol.ask(endpoints.message, { params: { id: said } })
  expect(seen.reactions).toEqual([
    { emoji: '👍', count: 2 },
    { emoji: '👩🏽‍🚀', count: 1 },
  ])
  const seq = (await lastSeqOf()) - 1
  expect((await socket.event(room, seq)).event).toMatchObject({
    type: 'reaction.changed',
    actorId: bob.id,
    userId: bob.id,
    messageId: said,
    messageSeq: seen.seq,
    emoji: '👍',
    on: true,
    count: 2,
  })
  const { reactions, users } = await carol.ask(endpoints.reactions, { params: { id: said } })
  expect(reactions).toEqual([
    { emoji: '👍', userId: alice.id },
    { emoji: '👍', userId: bob.id },
    { emoji: '👩🏽‍🚀', userId: bob.id },
  ])
  expect(users.map(({ id }) => id).toSorted()).toEqual([alice.id, bob.id].toSorted())
  await socket.close()
})

test('one is taken back by whoever gave it, and the replay says how many are left', async () => {
  await alice.react(said, '👍')
  await bob.react(said, '👍')
  expect((await alice.unreact(said, '👍')).reactions).toEqual([{ emoji: '👍', count: 1 }])
  const { events } = await carol.ask(endpoints.events, { params: { id: room } })
  expect(events.slice(-3).map(({ event }) => event)).toMatchObject([
    { userId: alice.id, on: true, count: 1 },
    { userId: bob.id, on: true, count: 1 },
    { userId: alice.id, on: false, count: 1 },
  ])
})

test('what is so already writes nothing, and a repetition neither', async () => {
  const body = { clientId: newClientId() }
  const params = { id: said, emoji: '👍' }
  await alice.ask(endpoints.react, { params, body })
  const lastSeq = await lastSeqOf()
  await alice.react(said, '👍')
  await alice.unreact(said, '🎉')
  await alice.ask(endpoints.react, { params, body })
  expect(await lastSeqOf()).toBe(lastSeq)
  await alice.unreact(said, '👍')
  // The first request, heard late, does not undo what followed.
  expect((await alice.ask(endpoints.react, { params, body })).reactions).toEqual([])
  expect(await alice.refusal(endpoints.unreact, { params, body })).toMatchObject({
    status: 409,
    field: 'clientId',
  })
})

test('a message carries so many different ones, and any number of each', async () => {
  const emoji = Array.from({ length: limits.reactionsMax + 1 }, (_, at) =>
    String.fromCodePoint(0x1f400 + at),
  )
  for (const one of emoji.slice(0, limits.reactionsMax)) await alice.react(said, one)
  const more = { params: { id: said, emoji: emoji.at(-1) }, body: {} }
  expect(await bob.refusal(endpoints.react, more)).toMatchObject({
    status: 409,
    reason: 'too_many_reactions',
  })
  await bob.react(said, emoji[0] ?? '')
  await alice.unreact(said, emoji[1] ?? '')
  await bob.ask(endpoints.react, { params: { id: said, emoji: emoji.at(-1) ?? '' }, body: {} })
})

test('not to what is deleted, nor to a line of the room', async () => {
  await bob.erase(said)
  expect(
    await alice.refusal(endpoints.react, { params: { id: said, emoji: '👍' }, body: {} }),
  ).toMatchObject({ status: 409, reason: 'message_deleted' })
  const { messages } = await alice.ask(endpoints.messages, { params: { id: room } })
  const params = { id: messages.at(0)?.id, emoji: '👍' }
  expect(await alice.refusal(endpoints.react, { params, body: {} })).toMatchObject({ status: 403 })
})

test('what is not one emoji is no reaction', async () => {
  for (const emoji of ['x', '👍👍', '<b>', '', ' ', '\u0000', '1', '👍'.repeat(20)])
    expect(
      await alice.refusal(endpoints.react, { params: { id: said, emoji }, body: {} }),
    ).toMatchObject({ status: 400, field: 'emoji' })
})

test('who reacted is listed a page at a time, oldest first', async () => {
  for (const person of [carol, alice, bob]) await person.react(said, '👍')
  await alice.react(said, '🎉')
  const all: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await alice.ask(endpoints.reactions, {
      params: { id: said },
      query: { limit: 1, cursor },
    })
    all.push(...page.reactions.map(({ emoji, userId }) => `${emoji} ${userId}`))
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  expect(all.toSorted()).toEqual(
    [`👍 ${carol.id}`, `👍 ${alice.id}`, `👍 ${bob.id}`, `🎉 ${alice.id}`].toSorted(),
  )
  for (const cursor of ['nonsense', Buffer.from('["x","y","z"]').toString('base64url')])
    expect(
      await alice.refusal(endpoints.reactions, { params: { id: said }, query: { cursor } }),
    ).toMatchObject({ status: 400, field: 'cursor' })
})
