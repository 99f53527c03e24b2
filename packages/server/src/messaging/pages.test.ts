import { isDeepStrictEqual } from 'node:util'

import { endpoints, limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import type { Person } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { readPage, type PagePlace } from './messages.ts'

const { core, alice, bob } = await shareServer(['alice', 'bob'])

/** What a page is, said in the simplest way: `seqs` are all that the reader may see. */
function expected(seqs: readonly number[], place: PagePlace & { limit: number }) {
  const { before, after, around, limit } = place
  let page: number[]
  if (after !== undefined) page = seqs.filter((seq) => seq > after).slice(0, limit)
  else if (around !== undefined) {
    const half = Math.floor(limit / 2)
    const older = half > 0 ? seqs.filter((seq) => seq < around).slice(-half) : []
    page = [...older, ...seqs.filter((seq) => seq >= around).slice(0, limit - older.length)]
  } else page = seqs.filter((seq) => seq < (before ?? Infinity)).slice(-limit)
  const first = page[0] ?? (after === undefined ? (around ?? before ?? 0) : after + 1)
  const last = page.at(-1) ?? first - 1
  return {
    seqs: page,
    hasBefore: seqs.some((seq) => seq < first),
    hasAfter: seqs.some((seq) => seq > last),
  }
}

/** Reads the page at every place and of several lengths; returns those that are not as expected. */
async function findWrongPages(conversationId: string, person: Person, seqs: readonly number[]) {
  const end = (seqs.at(-1) ?? 0) + 6
  const places: PagePlace[] = [{}]
  for (let at = 0; at <= end; at++)
    places.push({ after: at }, { before: at + 1 }, { around: at + 1 })
  const wrong: object[] = []
  for (const limit of [1, 2, 5, 100])
    for (const at of places) {
      const place = { ...at, limit }
      const page = await readPage(core, { conversationId, userId: person.id, place })
      const { messages, hasBefore, hasAfter } = page
      const actual = { seqs: messages.map(({ seq }) => seq), hasBefore, hasAfter }
      const right = expected(seqs, place)
      if (!isDeepStrictEqual(actual, right)) wrong.push({ place, actual, right })
    }
  return wrong
}

test('every page by every place says what is on it and beside it, across gaps', async () => {
  const { id } = await alice.openDirect(bob)
  // The first event of a direct chat has no message; here many others have none either.
  const skips = [0, 2, 0, 0, 4, 1, 0, 0, 0, 3]
  const seqs = await seedMessages(core, {
    conversationId: id,
    senderId: alice.id,
    count: 12,
    skips,
  })
  await core.database.write(({ db }) =>
    db
      .updateTable('conversations')
      .set((eb) => ({ lastSeq: eb('lastSeq', '+', 3) }))
      .where('id', '=', id)
      .execute(),
  )
  expect(await findWrongPages(id, bob, seqs)).toEqual([])
})

test('an empty conversation has one empty page', async () => {
  const { id } = await bob.openDirect(bob)
  expect(await findWrongPages(id, bob, [])).toEqual([])
})

test('in a room that hides its past there is nothing beside what one may see', async () => {
  const { id } = await alice.makeRoom({ visibility: 'private', history: 'sinceJoin' })
  const say = (count: number) =>
    seedMessages(core, { conversationId: id, senderId: alice.id, count })
  await say(4)
  const { seq: joined } = await alice.add(id, bob)
  const first = await say(3)
  const { seq: left } = await bob.leave(id)
  await say(5)
  const { seq: back } = await alice.add(id, bob)
  const second = await say(2)
  expect(await findWrongPages(id, bob, [joined, ...first, left, back, ...second])).toEqual([])
})

test('pages have the length that people expect, up to the limit', async () => {
  const direct = await alice.openDirect(bob)
  const room = await alice.makeRoomWith([bob])
  for (const { id } of [direct, room])
    await seedMessages(core, { conversationId: id, senderId: alice.id, count: 150 })
  const lengthOf = async (id: string, query = {}) =>
    (await bob.ask(endpoints.messages, { params: { id }, query })).messages.length
  expect(await lengthOf(direct.id)).toBe(15)
  expect(await lengthOf(room.id)).toBe(25)
  expect(await lengthOf(room.id, { limit: limits.pageMax })).toBe(100)
})

test('walking back and forth meets every message once', async () => {
  const { id } = await alice.makeRoom()
  const seqs = [
    1,
    ...(await seedMessages(core, { conversationId: id, senderId: alice.id, count: 60 })),
  ]
  const back: number[] = []
  for (let before: number | undefined; ;) {
    const page = await alice.ask(endpoints.messages, { params: { id }, query: { before } })
    back.unshift(...page.messages.map(({ seq }) => seq))
    before = page.messages[0]?.seq
    if (!page.hasBefore) break
  }
  expect(back).toEqual(seqs)
  const forth: number[] = []
  for (let after = 0; ;) {
    const page = await alice.ask(endpoints.messages, { params: { id }, query: { after } })
    forth.push(...page.messages.map(({ seq }) => seq))
    after = page.messages.at(-1)?.seq ?? 0
    if (!page.hasAfter) break
  }
  expect(forth).toEqual(seqs)
})

test('a page names everyone it speaks of', async () => {
  const { id } = await alice.makeRoomWith([bob])
  const { id: replyTo } = await bob.send(id, 'who?')
  await alice.send(id, 'you', { replyTo, mentions: [bob.id] })
  const { users } = await alice.ask(endpoints.messages, { params: { id }, query: { limit: 1 } })
  expect(new Set(users.map(({ username }) => username))).toEqual(new Set(['alice', 'bob']))
})

test('one may give one place only', async () => {
  const { id } = await alice.makeRoom()
  for (const query of [
    { before: 1, after: 1 },
    { around: 1, after: 0 },
    { before: 1, around: 1 },
  ])
    expect(await alice.refusal(endpoints.messages, { params: { id }, query })).toMatchObject({
      status: 400,
      message: 'Give one of before, after and around.',
    })
})
