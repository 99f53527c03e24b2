import { endpoints, limits, type In, type Message } from '@roost/protocol'
import { describe, expect, test } from 'vitest'

import { newClientId, type Person } from '../testing/person.ts'
import { risingClock } from '../testing/rising-clock.ts'
import { seedMessages } from '../testing/seed.ts'
import { shareServer } from '../testing/share-server.ts'
import { searchRooms } from './search-messages.ts'

const cast = ['alice', 'bob', 'carol', 'mallory'] as const
const { core, alice, bob, carol, mallory } = await shareServer(cast, { now: risingClock() })

type Query = In<typeof endpoints.search>['query']
const search = (person: Person, query: string, more: Omit<Query, 'query'> = {}) =>
  person.ask(endpoints.search, { query: { query, ...more } })
/** All that there is to find, page after page. */
async function searchAll(person: Person, query: string, more: Omit<Query, 'query'>) {
  const found: Message[] = []
  let cursor: string | undefined
  do {
    const page = await search(person, query, { ...more, cursor })
    found.push(...page.messages)
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return found
}
const bodies = async (person: Person, query: string, more: Omit<Query, 'query'> = {}) =>
  (await search(person, query, more)).messages.map(({ body }) => body)

const edit = (person: Person, { id }: Message, body: string) =>
  person.ask(endpoints.editMessage, { params: { id }, body: { clientId: newClientId(), body } })
const remove = (person: Person, { id }: Message) =>
  person.ask(endpoints.deleteMessage, { params: { id }, body: { clientId: newClientId() } })

describe('in every script', async () => {
  const { id } = await alice.makeRoomWith([bob], { visibility: 'private', name: 'Scripts' })
  const texts = [
    'Die Straße nach Zürich ist frei',
    'ÜBERRASCHUNG im Café',
    'Ещё одна ёлка',
    'Καλημέρα κόσμε, Σίσυφος',
    'مرحبا أحمد، كيف الحال في المدرسة',
    'שָׁלוֹם לכולם',
    'नमस्ते दुनिया',
    'สวัสดีชาวโลก',
    '我爱北京天安门',
    '東京タワーに行きました',
    '서울에서 만나요',
    'party 🎉 tonight 👍🏽',
    'ok',
    'x marks the spot',
    'see https://docs.example.org/guide/c++_intro',
    'ask @anna.lee about 3.14',
  ]
  for (const text of texts) await alice.send(id, text)

  test.each<readonly [query: string, found: number]>([
    ['strasse', 0],
    ['STRAẞE', 0],
    ['zur', 0],
    ['uberr', 1],
    ['cafe', 1],
    ['café', 1],
    ['еще елк', 2],
    ['ЁЛКА', 2],
    ['καλημερα', 3],
    ['ΣΊΣΥΦΟΣ', 3],
    ['احمد', 4],
    ['أحمد المدرسه', 4],
    ['שלום', 5],
    ['नमस्ते', 6],
    ['दुनि', 6],
    ['สวัสดี', 7],
    ['ชาวโลก', 7],
    ['北京', 8],
    ['京天', 8],
    ['安', 8],
    ['東京', 9],
    ['タワー', 9],
    ['서울', 10],
    ['🎉', 11],
    ['👍', 11],
    ['👍🏿', 11],
    ['ok', 12],
    ['OK', 12],
    ['x', 13],
    ['example.org', 14],
    ['guide', 14],
    ['c++', 14],
    ['@anna', 15],
    ['anna.lee', 15],
    ['3.14', 15],
    ['"the spot"', 13],
    ['spot marks', 13],
  ])('%s', async (query, found) => {
    expect(await bodies(bob, query)).toEqual([texts[found]])
  })

  test.each(['京北', '"spot the"', 'pot', '"zur"', 'एक', 'ok party', '5.14', 'c#'])(
    '%s is nowhere',
    async (query) => {
      expect(await bodies(bob, query)).toEqual([])
    },
  )

  test.each([
    '',
    ' ',
    '?!',
    '"',
    '""',
    '*',
    '-',
    "'",
    '\\',
    '%',
    '\u0000',
    '\ud800',
    '\u0301'.repeat(100),
    '(((',
    '^',
    ':',
  ])('%j finds nothing and breaks nothing', async (query) => {
    expect(await search(bob, query)).toEqual({ messages: [], users: [], complete: true })
  })

  test.each([
    'ok OR party',
    'ok NOT x',
    'words:ok',
    'NEAR(ok x)',
    '^ok',
    'ok*',
    '"ok',
    'ok"',
    '{words}:ok',
    'ok AND',
    "ok') --",
  ])('%s means its words', async (query) => {
    for (const body of await bodies(bob, query)) expect(body).toMatch(/ok/)
  })

  test('a query as long as may be is answered', async () => {
    for (const letter of ['a ', 'e', '的', '👍 ', '" '])
      await search(bob, letter.repeat(limits.queryMax).slice(0, limits.queryMax))
  })
})

describe('filters and pages', async () => {
  const { id: room } = await alice.makeRoomWith([bob, carol], { name: 'Filters' })
  const { id: direct } = await alice.openDirect(bob)
  const sent: Message[] = []
  for (let n = 0; n < 12; n++)
    sent.push(await (n % 3 === 0 ? bob : alice).send(n % 4 === 0 ? direct : room, `lantern ${n}`))
  const newest = sent.toReversed()
  const idsOf = (messages: readonly Message[]) => messages.map(({ id }) => id)

  test('newest first, from all chats, with those who speak', async () => {
    const { messages, users, complete } = await search(alice, 'lantern')
    expect(messages).toEqual(newest)
    expect(users.map(({ id }) => id).toSorted()).toEqual([alice.id, bob.id].toSorted())
    expect(complete).toBe(true)
  })

  test('one chat, one sender, a span of time', async () => {
    const inRoom = newest.filter((message) => message.conversationId === room)
    expect((await search(alice, 'lantern', { conversationId: room })).messages).toEqual(inRoom)
    const ofBob = newest.filter((message) => message.senderId === bob.id)
    expect((await search(alice, 'lantern', { senderId: bob.id })).messages).toEqual(ofBob)
    const [after = 0, before = 0] = [sent[3]?.createdAt, sent[8]?.createdAt]
    const between = newest.filter(({ createdAt }) => createdAt >= after && createdAt < before)
    expect((await search(alice, 'lantern', { after, before })).messages).toEqual(between)
    expect(await bodies(alice, 'lantern', { before: 1_000 })).toEqual([])
    expect(await bodies(alice, 'lantern', { senderId: carol.id })).toEqual([])
    expect(await bodies(alice, 'lantern', { senderId: newClientId() })).toEqual([])
  })

  test('page by page each is there once, while others arrive', async () => {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await search(carol, 'lantern', { limit: 3, cursor })
      expect(page.messages.length).toBeLessThanOrEqual(3)
      seen.push(...idsOf(page.messages))
      cursor = page.nextCursor
      await alice.send(room, 'lantern, a late one')
    } while (cursor !== undefined)
    expect(seen).toEqual(idsOf(newest.filter((message) => message.conversationId === room)))
  })

  test('a cursor that is not ours is refused', async () => {
    for (const cursor of ['x', Buffer.from('["1.5","place"]').toString('base64url')])
      expect(
        await alice.refusal(endpoints.search, { query: { query: 'lantern', cursor } }),
      ).toMatchObject({ code: 'bad_request', field: 'cursor' })
  })

  test('many in one millisecond are all found', async () => {
    const { id } = await alice.makeRoom({ name: 'Crowd' })
    const crowd = { conversationId: id, senderId: alice.id, count: 1_500, at: 1e12 }
    const seqs = await seedMessages(core, crowd)
    core.search.noticed(id)
    const found = await searchAll(alice, 'seed', { limit: 100, conversationId: id })
    expect(found.map(({ seq }) => seq)).toEqual(seqs.toReversed())
  })

  test('someone in many chats finds what is theirs, behind and before much that is not', async () => {
    // From then on what is noticed is indexed before the next answer.
    await search(bob, 'anything')
    const { id: foreign } = await alice.makeRoom({ visibility: 'private', name: 'Foreign' })
    const mine: string[] = []
    for (let at = 0; at < 25; at++) mine.push((await bob.makeRoom({ name: `Mine ${at}` })).id)
    const say = async (conversationId: string, count: number) => {
      await seedMessages(core, { conversationId, senderId: alice.id, count })
      core.search.noticed(conversationId)
    }
    for (const id of mine.slice(0, 3)) await say(id, 2)
    await say(foreign, 1_200)
    await say(mine[24] ?? '', 1)
    const expected = [
      mine[24],
      ...mine
        .slice(0, 3)
        .toReversed()
        .flatMap((id) => [id, id]),
    ]
    for (const limit of [100, 2]) {
      const found = await searchAll(bob, 'seed', { limit })
      expect(found.map(({ conversationId }) => conversationId)).toEqual(expected)
    }
  })
})

describe('what is changed', async () => {
  const { id } = await alice.makeRoomWith([bob], { name: 'Changes' })

  test('an edited message is found by its new words and not by the old ones', async () => {
    const message = await alice.send(id, 'the marmot sleeps')
    expect(await bodies(bob, 'marmot')).toEqual(['the marmot sleeps'])
    await edit(alice, message, 'the badger sleeps')
    expect(await bodies(bob, 'marmot')).toEqual([])
    expect(await bodies(bob, 'badger sleeps')).toEqual(['the badger sleeps'])
  })

  test('a deleted message is not found', async () => {
    const message = await alice.send(id, 'the walrus sings')
    expect(await bodies(bob, 'walrus')).toEqual(['the walrus sings'])
    await remove(alice, message)
    for (const person of [alice, bob]) expect(await bodies(person, 'walrus')).toEqual([])
  })

  test('a line that the system wrote is no message', async () => {
    await alice.ask(endpoints.updateConversation, {
      params: { id },
      body: { clientId: newClientId(), name: 'Renamed aardvark', topic: 'aardvark' },
    })
    expect(await bodies(bob, 'aardvark')).toEqual([])
    expect(await bodies(bob, 'renamed')).toEqual([])
  })

  test('a deleted room is not searched', async () => {
    const { id: doomed } = await alice.makeRoomWith([bob], { name: 'Doomed' })
    await alice.send(doomed, 'the pelican dives')
    expect(await bodies(bob, 'pelican')).toEqual(['the pelican dives'])
    await alice.ask(endpoints.deleteConversation, { params: { id: doomed } })
    for (const person of [alice, bob]) expect(await bodies(person, 'pelican')).toEqual([])
  })
})

describe('what one may see', () => {
  test('whoever was never in a private chat finds nothing, and hears of no room', async () => {
    const { id } = await alice.makeRoomWith([bob], { visibility: 'private' })
    const { id: direct } = await alice.openDirect(bob)
    await alice.send(id, 'secret ocelot')
    await alice.send(direct, 'secret ocelot too')
    expect(await bodies(mallory, 'ocelot')).toEqual([])
    for (const conversationId of [id, direct, newClientId()])
      for (const query of ['ocelot', '', '!'])
        expect(
          await mallory.refusal(endpoints.search, { query: { query, conversationId } }),
        ).toMatchObject({ code: 'not_found' })
  })

  test('a public room is searched by outsiders only when they name it', async () => {
    const { id } = await alice.makeRoom({ visibility: 'public' })
    await alice.send(id, 'public ibex')
    expect(await bodies(mallory, 'ibex')).toEqual([])
    expect(await bodies(mallory, 'ibex', { conversationId: id })).toEqual(['public ibex'])
    const { id: hidden } = await alice.makeRoom({ visibility: 'public', history: 'sinceJoin' })
    await alice.send(hidden, 'hidden ibex')
    expect(
      await mallory.refusal(endpoints.search, { query: { query: 'ibex', conversationId: hidden } }),
    ).toMatchObject({ code: 'forbidden', reason: 'join_first' })
  })

  test('whoever left finds nothing there, and in a room that hides its past only their own times', async () => {
    const { id } = await alice.makeRoomWith([bob], { history: 'sinceJoin', visibility: 'public' })
    await alice.send(id, 'heron 1')
    await carol.join(id)
    await alice.send(id, 'heron 2')
    expect(await bodies(carol, 'heron')).toEqual(['heron 2'])
    await carol.leave(id)
    await alice.send(id, 'heron 3')
    expect(await bodies(carol, 'heron')).toEqual([])
    await carol.join(id)
    await alice.send(id, 'heron 4')
    expect(await bodies(carol, 'heron')).toEqual(['heron 4', 'heron 2'])
    expect(await bodies(carol, 'heron', { conversationId: id })).toEqual(['heron 4', 'heron 2'])
    expect(await bodies(bob, 'heron')).toEqual(['heron 4', 'heron 3', 'heron 2', 'heron 1'])
    await alice.ask(endpoints.removeMember, {
      params: { id, userId: bob.id },
      body: { clientId: newClientId() },
    })
    expect(await bodies(bob, 'heron')).toEqual([])
  })

  test('whoever sees little among much finds it, page by page', async () => {
    const { id } = await alice.makeRoomWith([], { history: 'sinceJoin', visibility: 'public' })
    await carol.join(id)
    await alice.send(id, 'seed that carol sees')
    await carol.leave(id)
    await seedMessages(core, { conversationId: id, senderId: alice.id, count: 1_100 })
    await carol.join(id)
    const first = await search(carol, 'seed')
    expect(first.messages).toEqual([])
    const rest = await search(carol, 'seed', { cursor: first.nextCursor })
    expect(rest.messages.map(({ body }) => body)).toEqual(['seed that carol sees'])
    expect(rest.nextCursor).toBeUndefined()
  })

  test('the words of another chat are not told by a quotation', async () => {
    const { id } = await alice.makeRoomWith([], { history: 'sinceJoin', visibility: 'public' })
    const before = await alice.send(id, 'unseen tapir')
    await carol.join(id)
    await alice.send(id, 'answering', { replyTo: before.id })
    const { messages } = await search(carol, 'answering')
    expect(messages.map(({ replyTo }) => replyTo?.excerpt)).toEqual([''])
    expect(await bodies(carol, 'tapir')).toEqual([])
  })

  test('administrators search rooms, all of them, and never a direct chat', async () => {
    const { id, name } = await alice.makeRoom({ visibility: 'private', name: 'Den' })
    const { id: direct } = await alice.openDirect(bob)
    const inRoom = await alice.send(id, 'lynx in the room')
    await alice.send(direct, 'lynx between us')
    const page = await searchRooms(core, { query: 'lynx' })
    expect(page).toMatchObject({ messages: [inRoom], rooms: [{ id, name }], complete: true })
    expect(page.users.map((user) => user.id)).toEqual([alice.id])
    expect((await searchRooms(core, { query: 'lynx', roomId: id })).messages).toEqual([inRoom])
    await expect(searchRooms(core, { query: 'lynx', roomId: direct })).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})
