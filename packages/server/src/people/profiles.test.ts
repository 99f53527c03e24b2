import { endpoints, limits, type User } from '@roost/protocol'
import { beforeAll, expect, test } from 'vitest'

import { setPersonWords } from '../name-words.ts'
import { newClientId } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { searchNameOf } from './profiles.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'])

const named: [string, string][] = [
  ['Élodie Müller', 'elodie'],
  ['ΑΘΗΝΑ', 'athina'],
  ['Юлия', 'юлия'],
  ['李小龙', 'bruce'],
  ['100% Anna_Lena', 'anna'],
  ['Back\\slash', 'slash'],
  ['علي', 'ali'],
  ['ﬁona', 'fiona'],
]

beforeAll(async () => {
  for (const [at, [name, username]] of named.entries())
    await server.app.createAccount(
      { username, name, email: `${at}@example.org`, password: PASSWORD },
      { admin: false },
    )
})

const find = async (query: string) =>
  (await alice.ask(endpoints.users, { query: { query } })).users.map(({ name }) => name)
const addUser = (
  name: string,
  change: { kind?: 'placeholder' | 'deleted'; banned?: number } = {},
) => {
  const [id, now] = [newClientId(), new Date().toISOString()]
  const searchName = searchNameOf(name, name)
  return core.database.write(async (tx) => {
    const row = { id, name, searchName, createdAt: now, updatedAt: now, ...change }
    await tx.db.insertInto('users').values(row).execute()
    await setPersonWords(tx, { id, name, username: null })
    return id
  })
}

test.each([
  ['elodie', 'Élodie Müller'],
  ['MULL', 'Élodie Müller'],
  ['müll', 'Élodie Müller'],
  ['e\u0301lo', 'Élodie Müller'],
  ['αθηνα', 'ΑΘΗΝΑ'],
  ['Αθή', 'ΑΘΗΝΑ'],
  ['ЮЛ', 'Юлия'],
  ['小', '李小龙'],
  ['bruce', '李小龙'],
  ['100%', '100% Anna_Lena'],
  ['a_l', '100% Anna_Lena'],
  ['ack\\s', undefined],
  ['k\\s', undefined],
  ['back\\s', 'Back\\slash'],
  ['muller elo', 'Élodie Müller'],
  ['muller bruce', undefined],
  ['عل', 'علي'],
  ['fio', 'ﬁona'],
  ['  anna ', '100% Anna_Lena'],
])('%j finds %s', async (query, name) => {
  expect(await find(query)).toEqual(name === undefined ? [] : [name])
})

test.each(['%', '_', '\\', '\\%', "'", '"; drop table users; --', 'nobody-is-called-this'])(
  '%j stands for itself',
  async (query) => {
    const names = [
      ...named.map(([name, username]) => `${name} ${username}`),
      'Alice alice',
      'Bob bob',
    ]
    const expected = names.filter((name) => name.includes(query)).length
    expect(await find(query)).toHaveLength(expected)
  },
)

test('a blank query is no filter', async () => {
  const all = await find('')
  expect(all).toContain('Alice')
  expect(await find('   ')).toEqual(all)
})

test('neither placeholders nor banned or erased people are offered', async () => {
  await addUser('Shade Placeholder', { kind: 'placeholder' })
  await addUser('Shade Banned', { banned: 1 })
  await addUser('Shade Erased', { kind: 'deleted' })
  await addUser('Shade Person')
  expect(await find('shade')).toEqual(['Shade Person'])
})

test('a page is never longer than asked, and walking meets everyone once while people come', async () => {
  for (let at = 10; at < 30; at++) await addUser(`Walk ${at}`)
  const met: User[] = []
  for (let cursor: string | undefined, round = 0; ; round++) {
    const page = await alice.ask(endpoints.users, { query: { query: 'walk', limit: 7, cursor } })
    expect(page.users.length).toBeLessThanOrEqual(7)
    met.push(...page.users)
    cursor = page.nextCursor
    if (cursor === undefined) break
    // One before everyone, one right behind the page, one of the same name as its last.
    const last = met.at(-1)?.name ?? ''
    for (const name of [`Walk 0${round}`, `${last}5`, last]) await addUser(name)
  }
  expect(new Set(met.map(({ id }) => id)).size).toBe(met.length)
  const names = met.map(({ name }) => name)
  for (let at = 10; at < 30; at++) expect(names).toContain(`Walk ${at}`)
})

test('people are looked up by their ids, unknown ones left out', async () => {
  const placeholder = await addUser('From an import', { kind: 'placeholder' })
  const ids = [bob.id, newClientId(), placeholder, alice.id, bob.id].join(',')
  const { users } = await alice.ask(endpoints.users, { query: { ids } })
  expect(new Set(users.map(({ name }) => name))).toEqual(
    new Set(['Alice', 'Bob', 'From an import']),
  )
  const many = Array.from({ length: limits.pageMax + 1 }, newClientId).join(',')
  expect(await alice.refusal(endpoints.users, { query: { ids: many } })).toMatchObject({
    status: 400,
    field: 'ids',
  })
})

test('a profile tells no more than a member may know', async () => {
  const user = { id: bob.id, kind: 'person', username: 'bob', name: 'Bob', picture: null }
  const reply = await alice.request(endpoints.user, { params: { id: bob.id } })
  expect(reply.body).toEqual({ ...user, about: null })
  expect(await alice.refusal(endpoints.user, { params: { id: newClientId() } })).toMatchObject({
    status: 404,
  })
  const { body } = await alice.request(endpoints.users, { query: { query: 'bob' } })
  expect(body).toEqual({ users: [user] })
})

test('settings are mine alone, kept, and cleared by null', async () => {
  expect(await alice.ask(endpoints.me)).toMatchObject({
    id: alice.id,
    username: 'alice',
    email: 'alice@example.org',
    role: 'user',
    locale: null,
    timeZone: null,
  })
  await alice.ask(endpoints.updateMe, { body: { locale: 'de-AT', timeZone: 'Europe/Vienna' } })
  expect(await alice.ask(endpoints.updateMe, { body: { locale: null } })).toMatchObject({
    locale: null,
    timeZone: 'Europe/Vienna',
  })
  expect(await alice.ask(endpoints.updateMe, { body: {} })).toMatchObject({
    timeZone: 'Europe/Vienna',
  })
  expect(await bob.ask(endpoints.me)).toMatchObject({ timeZone: null })
})
