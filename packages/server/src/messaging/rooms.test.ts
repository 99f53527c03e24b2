import { endpoints } from '@roost/protocol'
import { beforeAll, expect, test } from 'vitest'

import { shareServer } from '../testing/share-server.ts'

const { alice, bob } = await shareServer(['alice', 'bob'])

beforeAll(async () => {
  for (const name of ['Café Zürich', 'ШАХМАТЫ', '美食', '100% Off_topic', 'Zebra'])
    await alice.makeRoom({ name })
  await alice.makeRoom({ name: 'Secret café', visibility: 'private' })
  await alice.openDirect(bob)
})

const list = (query: object) => bob.ask(endpoints.rooms, { query })
const find = async (query: string) => (await list({ query })).rooms.map(({ name }) => name)

test('the directory shows public rooms by name, and no others', async () => {
  expect(await find('')).toEqual(['100% Off_topic', 'Café Zürich', 'Zebra', 'ШАХМАТЫ', '美食'])
})

test.each([
  ['CAFE', ['Café Zürich']],
  ['zur', ['Café Zürich']],
  ['шах', ['ШАХМАТЫ']],
  ['食', ['美食']],
  ['00%', []],
  ['100%', ['100% Off_topic']],
  ['f_t', []],
  ['off_t', ['100% Off_topic']],
  ['off%t', ['100% Off_topic']],
  ['zurich caf', ['Café Zürich']],
  ['zurich x', []],
  ['secret', []],
])('%j finds %j', async (query, names) => {
  expect(await find(query)).toEqual(names)
})

test('it says which I am in', async () => {
  const [zebra] = (await list({ query: 'zebra' })).rooms
  expect(zebra).toMatchObject({ joined: false, memberCount: 1 })
  await bob.join(zebra?.id ?? '')
  expect((await list({ query: 'zebra' })).rooms).toMatchObject([{ joined: true, memberCount: 2 }])
  await bob.leave(zebra?.id ?? '')
  expect((await list({ query: 'zebra' })).rooms).toMatchObject([{ joined: false, memberCount: 1 }])
})

test('walking through it meets every room once, while rooms are made', async () => {
  for (let at = 0; at < 8; at++) await alice.makeRoom({ name: 'Same name' })
  const met: string[] = []
  for (let cursor: string | undefined; ;) {
    const page = await list({ query: 'same', limit: 3, cursor })
    met.push(...page.rooms.map(({ id }) => id))
    cursor = page.nextCursor
    if (cursor === undefined) break
    await alice.makeRoom({ name: 'A same before' })
  }
  expect(new Set(met).size).toBe(met.length)
  expect(met).toHaveLength(8)
})

test('a name as long as can be leads to the next page', async () => {
  const name = '𠀀'.repeat(40)
  for (let at = 0; at < 2; at++) await alice.makeRoom({ name })
  const { nextCursor: cursor } = await list({ query: '𠀀', limit: 1 })
  expect(cursor?.length).toBeGreaterThan(200)
  expect((await list({ query: '𠀀', limit: 1, cursor })).rooms).toMatchObject([{ name }])
})
