/** Choosing whose messages to search, among people and the authors of what was imported. */
import { adminEndpoints, endpoints } from '@roost/protocol'
import { beforeAll, expect, test, vi } from 'vitest'

import { storeChunk } from '../import/store-chunk.ts'
import { RoomRemoval } from '../messaging/room-deletion.ts'
import { signInOwner } from '../testing/administrators.ts'
import type { Person } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { walkPages } from '../testing/walk-pages.ts'

const cast = ['alice', 'bob', 'carol', 'mallory', 'ruth'] as const
const { server, core, alice, bob, carol, mallory, ruth } = await shareServer(cast)
const owner = await signInOwner(server, ruth)

let line = 0
/** Imports a message of each of these authors. Returns the room. */
async function importInto(room: string, ...authors: string[]): Promise<string> {
  const messages = authors.map((author) => ({
    line: ++line,
    id: `${line}`,
    room,
    author,
    time: line,
    text: `said in ${room}`,
    replyTo: undefined,
    removed: 0,
  }))
  expect(await storeChunk(core, 'test', messages)).toMatchObject({ messages: authors.length })
  const { rooms } = await alice.ask(endpoints.rooms, { query: { query: room } })
  return rooms.find(({ name }) => name === room)?.id ?? ''
}

const scripts = [
  'Ewa Žáčková',
  'Лев Толстой',
  'ليلى حداد',
  '王小龙',
  'さくら',
  'Καλλιόπη',
  '|n1ck^away|',
]
let quay = ''
const crowd = Array.from({ length: 700 }, (_, n) => `crowd ${String(n).padStart(3, '0')}`)
beforeAll(async () => {
  quay = await importInto('Quay', ...scripts, 'Alice of old')
  for (let at = 0; at < crowd.length; at += 500)
    await importInto('Quay', ...crowd.slice(at, at + 500))
  for (const who of [alice, bob]) await who.join(quay)
})

const page = (who: Person, query: object) => who.ask(endpoints.senders, { query })
const namesOf = async (who: Person, query: string, conversationId?: string) =>
  (await page(who, { query, conversationId })).users.map(({ name }) => name)
const walk = (who: Person, query: object) => walkPages((cursor) => page(who, { ...query, cursor }))

test.each([
  ['zac', 'Ewa Žáčková'],
  ['ŽÁČ ew', 'Ewa Žáčková'],
  ['тол лев', 'Лев Толстой'],
  ['ليل حد', 'ليلى حداد'],
  ['龙', '王小龙'],
  ['くら', 'さくら'],
  ['καλλ', 'Καλλιόπη'],
  ['|n1ck', '|n1ck^away|'],
])('%j finds the author %s', async (query, name) => {
  expect(await namesOf(bob, query)).toEqual([name])
  expect(await namesOf(mallory, query, quay)).toEqual([name])
})

test.each(['ackova', 'ewa lew', '\u200b', 'nobody'])('%j finds nobody', async (query) => {
  expect(await namesOf(bob, query)).toEqual([])
  expect(await namesOf(mallory, query, quay)).toEqual([])
})

test('people come first, and authors are not among whom one can talk to', async () => {
  const found = (await page(bob, { query: 'alice' })).users
  expect(found).toMatchObject([
    { id: alice.id, kind: 'person' },
    { name: 'Alice of old', kind: 'placeholder' },
  ])
  const people = (await bob.ask(endpoints.users, { query: { query: 'alice' } })).users
  expect(people.map(({ id }) => id)).toEqual([alice.id])
})

test('page after page meets everyone once, typed for or not', async () => {
  for (const limit of [1, 7, 100])
    expect((await walk(bob, { query: 'crowd 00', limit })).map(({ name }) => name)).toEqual(
      crowd.filter((name) => name.startsWith('crowd 00')),
    )
  // From the last of the people to the first author on a page of its own, or in the midst of one.
  const people = (await bob.ask(endpoints.users, {})).users.length
  for (const limit of [people, people + 1, 90]) {
    const met = await walk(bob, { limit })
    expect(new Set(met.map(({ id }) => id)).size).toBe(met.length)
    expect(met.map(({ kind }) => kind)).toEqual([
      ...Array.from({ length: people }, () => 'person'),
      ...Array.from({ length: crowd.length + scripts.length + 1 }, () => 'placeholder'),
    ])
  }
})

test('a page costs the same number of statements whatever is asked', async () => {
  for (const query of [{}, { query: 'c' }, { query: 'crowd', limit: 100 }, { query: 'zz' }])
    for (const conversationId of [undefined, quay]) {
      const before = core.database.statements()
      await page(bob, { ...query, conversationId })
      expect([query, core.database.statements() - before <= 6]).toEqual([query, true])
    }
})

test('an author is offered where the search itself would look, and nowhere else', async () => {
  const id = await importInto('Vault', 'Hidden Hand', 'Lev of both')
  await importInto('Quay', 'Lev of both')
  await carol.join(id)
  await bob.join(id)
  for (const who of [carol, bob, mallory])
    expect(await namesOf(who, 'hidden', id)).toEqual(['Hidden Hand'])
  for (const who of [carol, bob]) expect(await namesOf(who, 'hidden')).toEqual(['Hidden Hand'])
  for (const who of [alice, mallory]) expect(await namesOf(who, 'hidden')).toEqual([])
  expect(await namesOf(bob, 'hidden', quay)).toEqual([])
  const admin = (change: object) =>
    owner.ask(adminEndpoints.adminUpdateRoom, { params: { id }, body: change })
  await admin({ visibility: 'private' })
  await bob.leave(id)

  for (const where of [undefined, id])
    expect(await namesOf(carol, 'hidden', where)).toEqual(['Hidden Hand'])
  for (const who of [mallory, bob, alice]) {
    expect(await namesOf(who, 'hidden')).toEqual([])
    expect(await namesOf(who, 'hidden', quay)).toEqual([])
    for (const conversationId of [undefined, quay]) {
      const met = await walk(who, { conversationId, limit: 100 })
      expect(met.map(({ name }) => name)).not.toContain('Hidden Hand')
    }
    for (const query of [{}, { query: 'hidden' }, { query: 'alice', limit: 1 }])
      expect(
        await who.refusal(endpoints.senders, { query: { ...query, conversationId: id } }),
      ).toMatchObject({ code: 'not_found' })
    expect(await namesOf(who, 'lev of both', quay)).toEqual(['Lev of both'])
  }
  for (const who of [bob, alice]) expect(await namesOf(who, 'lev of both')).toEqual(['Lev of both'])
  for (const who of [carol, mallory]) expect(await namesOf(who, 'hidden', quay)).toEqual([])
  // Nor by a cursor from when it was public.
  const cursor = Buffer.from(JSON.stringify(['authors', 'hidden', '', ''])).toString('base64url')
  for (const conversationId of [undefined, quay])
    expect((await page(bob, { query: 'hidden', cursor, conversationId })).users).toEqual([])

  await admin({ visibility: 'public' })
  expect(await namesOf(mallory, 'hidden', id)).toEqual(['Hidden Hand'])
  await owner.ask(adminEndpoints.adminDeleteRoom, { params: { id } })
  for (const who of [mallory, carol]) expect(await namesOf(who, 'hidden')).toEqual([])
  expect(await mallory.refusal(endpoints.senders, { query: { conversationId: id } })).toMatchObject(
    {
      code: 'not_found',
    },
  )
  expect(await namesOf(mallory, 'lev of both', quay)).toEqual(['Lev of both'])
  const removal = new RoomRemoval(core)
  removal.start()
  await removal.settle()
  await removal.close()
  const left = await core.database.read((db) =>
    db.selectFrom('authorships').selectAll().where('conversationId', '=', id).execute(),
  )
  expect(left).toEqual([])
})

test('whoever can be chosen is found, in one room or in all of them', async () => {
  const id = await importInto('Pier', 'Penelope')
  await alice.join(id)
  for (const [who, conversationId] of [
    [alice, undefined],
    [alice, id],
    [mallory, id],
  ] as const) {
    const [penelope] = (await page(who, { query: 'penelo', conversationId })).users
    const query = { query: 'said', senderId: penelope?.id, conversationId }
    // The thousands that were imported before may still be on their way into the index.
    await vi.waitFor(
      async () => {
        const { messages } = await who.ask(endpoints.search, { query })
        expect(messages).toMatchObject([{ senderId: penelope?.id, body: 'said in Pier' }])
      },
      { timeout: 15_000 },
    )
  }
  expect(await namesOf(mallory, 'penelo')).toEqual([])
})

test('whose past is hidden is refused until one joins, as the search is', async () => {
  const room = { history: 'sinceJoin', visibility: 'public' } as const
  const { id } = await alice.makeRoom(room)
  const query = { query: 'alice', conversationId: id }
  for (const endpoint of [endpoints.senders, endpoints.search])
    expect(await mallory.refusal(endpoint, { query })).toMatchObject({ reason: 'join_first' })
  expect(await namesOf(alice, 'alice', id)).toEqual(['Alice'])
})

test('a cursor that is not ours is refused', async () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  for (const cursor of ['x', encode([]), encode(['authors', 'a']), encode(['authors', '', '', 0])])
    expect(await bob.refusal(endpoints.senders, { query: { cursor } })).toMatchObject({
      status: 400,
      field: 'cursor',
    })
})
