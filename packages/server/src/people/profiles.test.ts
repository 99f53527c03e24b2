import { endpoints, limits, type User } from '@roost/protocol'
import { beforeAll, expect, test } from 'vitest'

import { setPersonWords } from '../name-words.ts'
import { closeAll, newClientId } from '../testing/person.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'
import { searchNameOf } from './profiles.ts'

const { server, core, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'])

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
      'Mallory mallory',
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

test('a new name is with my other devices and my acquaintances at once, and with nobody else', async () => {
  const { id: room } = await alice.makeRoomWith([bob])
  const mine = await alice.connect()
  const [theirs, strangers] = [await bob.connect(), await mallory.connect()]
  const body = { name: 'Alice Liddell', about: 'Curiouser' }
  expect(await alice.ask(endpoints.updateMe, { body })).toMatchObject(body)
  await mine.find(TestSocket.isUserEvent('me.changed'))
  const { signal } = await theirs.find(TestSocket.isSignal('user'))
  const user = {
    id: alice.id,
    kind: 'person',
    username: 'alice',
    name: 'Alice Liddell',
    picture: null,
  }
  expect(signal).toEqual({ type: 'user', user })
  await mallory.settle(strangers)
  expect(strangers.signals('user')).toEqual([])
  expect(await mallory.ask(endpoints.user, { params: { id: alice.id } })).toEqual({
    ...user,
    about: 'Curiouser',
  })
  const { members } = await bob.ask(endpoints.members, { params: { id: room } })
  expect(members.map(({ user: { name } }) => name)).toEqual(['Alice Liddell', 'Bob'])
  await alice.ask(endpoints.updateMe, { body: { name: 'Alice', about: null } })
  expect(await bob.ask(endpoints.user, { params: { id: alice.id } })).toMatchObject({ about: null })
  await closeAll(mine, theirs, strangers)
})

test('what is no name or says too much is refused, and nothing changes', async () => {
  const before = await alice.ask(endpoints.me)
  for (const body of [
    { name: '' },
    { name: ' \u200b ' },
    { name: 'x'.repeat(limits.displayNameMax + 1) },
    { name: 'two\nlines' },
    { name: 'evil\u202egnp.exe' },
    { about: 'x'.repeat(limits.aboutMax + 1) },
    { about: 'ok', name: '' },
    { username: 'owner' },
    { picture: newClientId() },
    { resetLinkSeen: false },
  ])
    expect([body, await alice.refusal(endpoints.updateMe, { body })]).toMatchObject([
      body,
      { status: 400 },
    ])
  expect(await alice.ask(endpoints.me)).toEqual(before)
})

test('that a reset link was made is told until I have seen it', async () => {
  const made = (at: number) =>
    core.database.write(({ db }) =>
      db.updateTable('users').set({ resetLinkMadeAt: at }).where('id', '=', bob.id).execute(),
    )
  await made(1_700_000_000_000)
  expect(await bob.ask(endpoints.me)).toMatchObject({ resetLinkMadeAt: 1_700_000_000_000 })
  await bob.ask(endpoints.updateMe, { body: { about: 'x' } })
  expect(await bob.ask(endpoints.me)).toMatchObject({ resetLinkMadeAt: 1_700_000_000_000 })
  const body = { resetLinkSeen: true } as const
  expect(await bob.ask(endpoints.updateMe, { body })).toMatchObject({ resetLinkMadeAt: null })
})

test('somebody who was erased shows as such', async () => {
  const id = await addUser('Somebody who was here', { kind: 'deleted' })
  expect(await bob.ask(endpoints.user, { params: { id } })).toMatchObject({ kind: 'deleted' })
  expect((await bob.ask(endpoints.users, { query: { ids: id } })).users).toMatchObject([
    { id, kind: 'deleted' },
  ])
})
