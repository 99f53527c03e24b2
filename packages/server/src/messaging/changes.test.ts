import { endpoints, limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import type { Person } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'

const { core, alice, bob, carol, mallory } = await shareServer(['alice', 'bob', 'carol', 'mallory'])

const changesOf = (
  person: Person,
  id: string,
  query: { after: number; from: number; to: number },
) => person.ask(endpoints.changes, { params: { id }, query })

test('what one holds is corrected, however far the log has gone', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const edited = await alice.send(id, 'first words')
  const erased = await alice.send(id, 'regretted')
  const reacted = await alice.send(id, 'liked')
  const quoting = await bob.send(id, 'an answer', { replyTo: edited.id })
  await alice.send(id, 'as it was')
  const early = await alice.send(id, 'changed before')
  await alice.edit(early.id, 'and known to be')
  const { lastSeq: after } = await bob.look(id)
  await alice.edit(edited.id, 'better words')
  await alice.erase(erased.id)
  await bob.react(reacted.id, '👍')
  await seedMessages(core, { conversationId: id, senderId: alice.id, count: 600 })
  await alice.react((await alice.send(id, 'later')).id, '👍')

  const held = { after, from: 1, to: after }
  const { messages, users, ...end } = await changesOf(bob, id, held)
  const page = await bob.ask(endpoints.messages, {
    params: { id },
    query: { after: edited.seq - 1, limit: 4 },
  })
  expect(messages).toEqual(page.messages)
  expect(messages.map(({ id: messageId }) => messageId)).toEqual(
    [edited, erased, reacted, quoting].map((message) => message.id),
  )
  expect(messages).toMatchObject([
    { body: 'better words' },
    { body: '' },
    { reactions: [{ emoji: '👍', mine: true }] },
    { replyTo: { excerpt: 'better words' } },
  ])
  expect(users.map((user) => user.id).toSorted()).toEqual([alice.id, bob.id].toSorted())
  const { lastSeq, lastEventId } = await bob.look(id)
  expect(end).toEqual({ lastSeq, lastEventId })
  // Known already, or not asked about.
  expect(await changesOf(bob, id, { ...held, after: lastSeq })).toMatchObject({ messages: [] })
  const part = await changesOf(bob, id, { after, from: erased.seq, to: erased.seq })
  expect(part.messages.map(({ seq }) => seq)).toEqual([erased.seq])
})

test('more than a page of events at once is refused', async () => {
  const { id } = await alice.makeRoomWith([bob])
  await changesOf(bob, id, { after: 0, from: 1, to: limits.eventsMax })
  const query = { after: 0, from: 1, to: limits.eventsMax + 1 }
  expect(await bob.refusal(endpoints.changes, { params: { id }, query })).toMatchObject({
    code: 'bad_request',
    field: 'to',
  })
})

test('nothing is told of what was said before or after one was there', async () => {
  const SECRET = 'the cake is a lie'
  const { id } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
  const before = await alice.send(id, SECRET)
  await alice.add(id, carol)
  const seen = await bob.send(id, 'an answer', { replyTo: before.id })
  const { seq: left } = await carol.leave(id)
  const between = await alice.send(id, SECRET)
  await alice.add(id, carol)
  for (const { id: messageId } of [before, between]) await alice.edit(messageId, `${SECRET}!`)
  await bob.edit(seen.id, 'a better answer')
  const reply = await changesOf(carol, id, { after: left, from: 1, to: 100 })
  expect(reply.messages).toMatchObject([{ id: seen.id, replyTo: { excerpt: '' } }])
  expect(JSON.stringify(reply)).not.toContain(SECRET)

  await alice.remove(id, carol)
  for (const [person, code] of [
    [carol, 'forbidden'],
    [mallory, 'forbidden'],
  ] as const) {
    const query = { after: 0, from: 1, to: 100 }
    expect(await person.refusal(endpoints.changes, { params: { id }, query })).toMatchObject({
      code,
    })
  }
  await alice.change(id, { visibility: 'private' })
  const query = { after: 0, from: 1, to: 100 }
  for (const person of [carol, mallory])
    expect(await person.refusal(endpoints.changes, { params: { id }, query })).toMatchObject({
      code: 'not_found',
    })
})
