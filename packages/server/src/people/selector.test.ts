/** Choosing among twenty thousand people and two thousand rooms. */
import { endpoints, type User } from '@roost/protocol'
import { expect, test } from 'vitest'

import { chunksOf } from '../chunks.ts'
import { newId } from '../core.ts'
import { completeNameWords, sortNameOf } from '../name-words.ts'
import { newClientId, type Person } from '../testing/person.ts'
import { risingClock } from '../testing/rising-clock.ts'
import { shareServer } from '../testing/share-server.ts'
import { walkPages } from '../testing/walk-pages.ts'
import { searchNameOf } from './profiles.ts'

const { core, alice, bob, carol, mallory } = await shareServer(
  ['alice', 'bob', 'carol', 'mallory'],
  { now: risingClock() },
)

const PEOPLE = 20_000
const ROOMS = 2_000
const first = [
  'Anna',
  'Élodie',
  'Ελένη',
  'Юлия',
  'ليلى',
  '小龙',
  '철수',
  'José',
  'さくら',
  'Øyvind',
]
const last = ['Müller', 'Παππάς', 'Смирнов', 'حداد', '王', '김', 'Ferrer', 'Nowak']
const pick = (list: readonly string[], at: number) => list[at % list.length] ?? ''
const nameAt = (at: number) => `${pick(first, at)} ${pick(last, Math.floor(at / 7))} ${at}`
const topicAt = (at: number) => (at % 10 === 0 ? `Über den Garten ${at}` : null)

await core.database.write(async ({ db }) => {
  const now = new Date().toISOString()
  const people = Array.from({ length: PEOPLE }, (_, at) => ({
    id: newId(core),
    name: nameAt(at),
    username: `person-${at}`,
    searchName: searchNameOf(nameAt(at), `person-${at}`),
    createdAt: now,
    updatedAt: now,
    kind: at >= PEOPLE - 200 && at < PEOPLE - 100 ? ('placeholder' as const) : ('person' as const),
    banned: at >= PEOPLE - 100 ? 1 : 0,
  }))
  const rooms = Array.from({ length: ROOMS }, (_, at) => ({
    id: newId(core),
    kind: 'room' as const,
    name: `Room ${pick(last, at)} ${at}`,
    topic: topicAt(at),
    searchName: sortNameOf(`Room ${pick(last, at)} ${at}`),
    visibility: at % 4 === 3 ? ('private' as const) : ('public' as const),
    history: 'all' as const,
    memberCount: 0,
    createdAt: 0,
    lastSeq: 0,
    lastActivityAt: 0,
    archivedAt: at % 100 === 4 ? 1 : null,
    deletedAt: at % 100 === 8 ? 1 : null,
  }))
  for (const rows of chunksOf(people, 1_000)) await db.insertInto('users').values(rows).execute()
  for (const rows of chunksOf(rooms, 500))
    await db.insertInto('conversations').values(rows).execute()
})
await completeNameWords(core)
await core.database.tellPlanner()
const open = Array.from({ length: ROOMS }, (_, at) => at).filter(
  (at) => at % 4 !== 3 && at % 100 !== 4 && at % 100 !== 8,
)

const page = (who: Person, query: object) => who.ask(endpoints.users, { query })
const walk = (who: Person, query: object, between?: (met: User[]) => Promise<unknown>) =>
  walkPages((cursor) => page(who, { ...query, cursor }), between)
const namesOf = async (query: string, limit = 5) =>
  (await page(bob, { query, limit })).users.map(({ name }) => name)

test('page after page meets everyone who may be chosen, once', async () => {
  const met = await walk(mallory, { limit: 100 })
  expect(new Set(met.map(({ id }) => id)).size).toBe(met.length)
  // Beside these there are the cast and the owner.
  expect(met).toHaveLength(PEOPLE - 200 + 5)
  expect(met.some(({ kind }) => kind !== 'person')).toBe(false)
})

test('whom I talk to come first, latest first, and once', async () => {
  const ids = (await page(mallory, { query: 'Müller', limit: 70 })).users.map(({ id }) => id)
  const chats = []
  for (const id of ids.slice(0, 60)) chats.push((await alice.openDirect({ id })).id)
  await alice.openDirect(alice)
  for (const at of [7, 3, 50]) await alice.send(chats[at] ?? '', 'hello')
  const met = (await walk(alice, { limit: 90 })).map(({ id }) => id)
  expect(met.slice(0, 4)).toEqual([ids[50], ids[3], ids[7], alice.id])
  expect(new Set(met).size).toBe(met.length)
  expect(met).toHaveLength(PEOPLE - 200 + 5)
  const found = (await walk(alice, { query: 'muller', limit: 90 })).map(({ id }) => id)
  expect(found.slice(0, 3)).toEqual([ids[50], ids[3], ids[7]])
  expect(new Set(found)).toEqual(
    new Set((await walk(mallory, { query: 'muller' })).map((u) => u.id)),
  )
  expect(new Set(found).size).toBe(found.length)
})

test('nobody is met twice or missed while chats move, begin and people come', async () => {
  const all = new Set((await walk(mallory, { query: 'Nowak', limit: 100 })).map(({ id }) => id))
  const partners = [...all].slice(0, 45)
  for (const id of partners) await carol.openDirect({ id })
  let round = 0
  const met = await walk(carol, { query: 'nowak', limit: 20 }, async (sofar) => {
    if (++round > 6) return
    // The last of those to come is first now; another one becomes somebody I talk to.
    const { id } = await carol.openDirect({ id: partners[0] ?? '' })
    await carol.send(id, 'up')
    await carol.openDirect({ id: [...all].at(-round) ?? '' })
    await carol.openDirect({ id: sofar.at(-1)?.id ?? '' })
  })
  expect(met).toHaveLength(all.size)
  expect(new Set(met.map(({ id }) => id))).toEqual(all)
})

test.each([
  ['anna mull', 'Anna Müller'],
  ['MULLER Anna', 'Anna Müller'],
  ['elodie nowak', 'Élodie Nowak'],
  ['ελενη παπ', 'Ελένη Παππάς'],
  ['ΕΛΕΝΗ ΠΑΠΠΑΣ', 'Ελένη Παππάς'],
  ['смирн юл', 'Юлия Смирнов'],
  ['ليل حد', 'ليلى حداد'],
  ['龙 王', '小龙 王'],
  ['小', '小龙'],
  ['수 김', '철수 김'],
  ['くら', 'さくら'],
  ['ferrer jose', 'José Ferrer'],
])('%j finds %s', async (query, name) => {
  const names = await namesOf(query)
  expect(names).toHaveLength(5)
  for (const each of names) expect(each).toContain(name)
})

test.each(['ller', 'anna mullerx', 'person-19850', 'person-19950', 'nna'])(
  '%j finds nobody',
  async (query) => {
    expect(await namesOf(query)).toEqual([])
  },
)

test('people are found by another name at once, and by the old one no more', async () => {
  await bob.ask(endpoints.updateMe, { body: { name: 'Zacharias Quux' } })
  expect((await page(alice, { query: 'quux zach' })).users).toMatchObject([{ id: bob.id }])
  await bob.ask(endpoints.updateMe, { body: { name: 'Bob' } })
  expect((await page(alice, { query: 'quux' })).users).toEqual([])
  expect((await page(alice, { query: 'bob' })).users).toMatchObject([{ id: bob.id }])
})

test('a cursor that is not ours is refused', async () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const { nextCursor } = await page(bob, { limit: 1 })
  for (const cursor of [
    'x',
    encode([]),
    encode([0, 0]),
    encode([0, 1, 'a', '']),
    encode(['x', 0, '']),
    encode([0, 0, 'A'.repeat(2_000)]),
  ])
    expect([cursor, await bob.refusal(endpoints.users, { query: { cursor } })]).toMatchObject([
      cursor,
      { status: 400, field: 'cursor' },
    ])
  // Of another search.
  const query = { query: 'anna', cursor: nextCursor }
  expect(await bob.refusal(endpoints.users, { query })).toMatchObject({ field: 'cursor' })
})

test('a page costs the same number of statements whatever is asked', async () => {
  const cost = async (query: object) => {
    const before = core.database.statements()
    await page(mallory, query)
    return core.database.statements() - before
  }
  await mallory.ask(endpoints.me)
  for (const query of [
    {},
    { query: 'a' },
    { query: 'anna muller' },
    { limit: 100 },
    { query: 'zz' },
  ])
    expect([query, (await cost(query)) <= 5]).toEqual([query, true])
})

test('the directory holds every public room that is open, once', async () => {
  const met: string[] = []
  for (let cursor: string | undefined; ;) {
    const { rooms, nextCursor } = await bob.ask(endpoints.rooms, { query: { cursor, limit: 100 } })
    met.push(...rooms.map(({ id }) => id))
    cursor = nextCursor
    if (cursor === undefined) break
  }
  expect(new Set(met).size).toBe(met.length)
  expect(met).toHaveLength(open.length)
})

test('rooms are found by their names and topics', async () => {
  const find = async (query: string) => {
    const met: (string | null)[] = []
    for (let cursor: string | undefined; ;) {
      const page = await bob.ask(endpoints.rooms, { query: { query, cursor, limit: 50 } })
      met.push(...page.rooms.map(({ name }) => name))
      cursor = page.nextCursor
      if (cursor === undefined) return met
    }
  }
  const gardens = await find('garten uber')
  expect(new Set(gardens).size).toBe(gardens.length)
  expect(gardens).toHaveLength(open.filter((at) => topicAt(at) !== null).length)
  expect(await find('room 1200')).toEqual([`Room ${pick(last, 1200)} 1200`])
  // Private, archived, deleted.
  for (const at of [1203, 1204, 1208]) expect(await find(`room ${at}`)).toEqual([])
  expect(await find('παππας 1201')).toEqual([`Room Παππάς 1201`])
})

test('members of a large room and of a small one are found alike', async () => {
  const { id: large } = await alice.makeRoom({ name: 'Everyone' })
  const { id: small } = await alice.makeRoom({ name: 'A few' })
  const some = (await walk(mallory, { query: 'Елена', limit: 100 })).length
  expect(some).toBe(0)
  const members = (await walk(mallory, { query: 'ferrer', limit: 100 })).map(({ id }) => id)
  const join = (conversationId: string, ids: readonly string[]) =>
    core.database.write(async ({ db }) => {
      const rows = ids.map((userId) => ({
        conversationId,
        userId,
        role: 'member' as const,
        readSeq: 1,
        deliveredSeq: 1,
      }))
      for (const chunk of chunksOf(rows, 500))
        await db.insertInto('memberships').values(chunk).execute()
      await db
        .updateTable('conversations')
        .set({ memberCount: ids.length + 1 })
        .where('id', '=', conversationId)
        .execute()
    })
  await join(large, members)
  await join(small, members.slice(0, 90))
  expect(members.length).toBeGreaterThan(2_000)
  const list = async (id: string, query: string | undefined) => {
    const met: User[] = []
    for (let cursor: string | undefined; ;) {
      const page = await alice.ask(endpoints.members, {
        params: { id },
        query: { query, cursor, limit: 100 },
      })
      met.push(...page.members.map(({ user }) => user))
      cursor = page.nextCursor
      if (cursor === undefined) return met
    }
  }
  for (const [id, ids] of [
    [large, members],
    [small, members.slice(0, 90)],
  ] as const) {
    const everyone = await list(id, undefined)
    expect(new Set(everyone.map((user) => user.id))).toEqual(new Set([alice.id, ...ids]))
    expect(everyone).toHaveLength(ids.length + 1)
    const annas = await list(id, 'anna fer')
    expect(annas).toEqual(everyone.filter(({ name }) => name.startsWith('Anna ')))
    expect(annas.length).toBeGreaterThan(2)
    expect(await list(id, 'smirnov')).toEqual([])
    expect(await list(id, '\u200b')).toEqual([])
  }
  expect(await mallory.refusal(endpoints.members, { params: { id: newClientId() } })).toMatchObject(
    {
      code: 'not_found',
    },
  )
})
