import { errorBody, me as meSchema, signedIn, type SignUp } from '@roost/protocol'
import { afterAll, describe, expect, test } from 'vitest'

import { shareServer } from '../testing/share-server.ts'
import {
  callApi,
  PASSWORD,
  startTestServer,
  type TestServer,
} from '../testing/start-test-server.ts'

const { server, core } = await shareServer([])

const account = (username: string, change: Partial<SignUp> = {}): SignUp => ({
  username,
  name: username,
  email: `${Buffer.from(username).toString('hex')}@example.org`,
  password: PASSWORD,
  ...change,
})
const post = (path: string, body: unknown, url = server.url) =>
  callApi(url, { method: 'POST', path, body })
const signUp = (body: object, url?: string) => post('/api/auth/sign-up/email', body, url)
const refusalOf = ({ status, body }: { status: number; body: unknown }) => ({
  status,
  ...errorBody.parse(body).error,
})
const meOf = async (token: string, url = server.url) =>
  meSchema.parse((await callApi(url, { method: 'GET', path: '/api/v1/me', token })).body)

/** How many rows there are of everything that an account is made of. */
const countRows = (of = server) =>
  of.app.core.database.read(async (db) => {
    const count = async (table: 'users' | 'accounts' | 'sessions' | 'verifications') =>
      (await db.selectFrom(table).select('id').execute()).length
    return [
      await count('users'),
      await count('accounts'),
      await count('sessions'),
      await count('verifications'),
    ]
  })

describe('signing up', () => {
  test('makes an account as it was asked for, and signs in', async () => {
    const reply = await signUp(
      account('Zoë', { name: '  Zoe\u0301  D. ', email: 'Zoe@Example.org' }),
    )
    expect(reply.status).toBe(200)
    const { token, user } = signedIn.parse(reply.body)
    expect(await meOf(token)).toMatchObject({
      id: user.id,
      kind: 'person',
      username: 'zoë',
      name: 'Zoé  D.',
      email: 'zoe@example.org',
      role: 'user',
    })
  })

  test.each([
    ['Latin', 'Ægir_7'],
    ['Cyrillic', 'Алиса'],
    ['Greek', 'Ωμέγα'],
    ['Han', '北京'],
    ['Arabic', 'ليلى'],
    ['Devanagari, with its marks', 'हिन्दी'],
    ['digits of another script', '٣٤٥'],
    ['dots, dashes, underscores', 'a.b-c_d'],
    ['two characters', 'bo'],
    ['thirty-two', 'x'.repeat(32)],
    ['letters beyond the basic plane', '𠀀'.repeat(20)],
    ['letters that grow when lower-cased', 'İ'.repeat(32)],
  ])('takes user names in %s', async (_what, username) => {
    expect(await signUp(account(username))).toMatchObject({ status: 200 })
  })

  test.each([
    ['one character', 'x'],
    ['thirty-three', 'x'.repeat(33)],
    ['a space', 'al ice'],
    ['a plus', 'a+b'],
    ['a slash', 'a/b'],
    ['an at sign', 'a@b'],
    ['markup', '<b>'],
    ['an emoji', 'cat🐈'],
    ['a line break', 'alice\n'],
    ['a character of no width', 'ali\u200bce'],
    ['a change of direction', 'ali\u202ece'],
    ['half of a surrogate pair', 'alice\ud800'],
    ['what is too long once it is normal', 'ﷺ'.repeat(3)],
  ])('refuses a user name with %s', async (_what, username) => {
    const before = await countRows()
    expect(refusalOf(await signUp(account(username, { email: 'bad@example.org' })))).toMatchObject({
      status: 400,
      code: 'bad_request',
      field: 'username',
      reason: 'username_invalid',
    })
    expect(await countRows()).toEqual(before)
  })

  test('a name that looks the same is the same name', async () => {
    expect((await signUp(account('finley', { email: 'finley@example.org' }))).status).toBe(200)
    expect((await signUp(account('Rene\u0301', { email: 'rene@example.org' }))).status).toBe(200)
    for (const username of [
      'FINLEY',
      'Finley',
      'ﬁnley',
      'ｆｉｎｌｅｙ',
      '𝓯𝓲𝓷𝓵𝓮𝔂',
      'ren\u00e9',
      'RENÉ',
    ]) {
      const refusal = refusalOf(await signUp(account(username, { email: 'other@example.org' })))
      expect([username, refusal]).toMatchObject([
        username,
        { status: 409, code: 'conflict', field: 'username', reason: 'username_taken' },
      ])
    }
  })

  test('an address belongs to one account, in any case', async () => {
    await signUp(account('grace', { email: 'grace@example.org' }))
    const again = await signUp(account('grace2', { email: 'GRACE@example.ORG' }))
    expect(refusalOf(again)).toMatchObject({
      status: 409,
      field: 'email',
      reason: 'email_taken',
    })
  })

  test.each([
    ['username', (at: number) => account('racer', { email: `racer${at}@example.org` })],
    ['email', (at: number) => account(`runner${at}`, { email: 'runner@example.org' })],
  ])('of eight that race for one %s one gets an account', async (field, make) => {
    const [users = 0, accounts = 0, sessions = 0] = await countRows()
    const replies = await Promise.all(Array.from({ length: 8 }, (_, at) => signUp(make(at))))
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array<number>(7).fill(409),
    ])
    for (const reply of replies.filter(({ status }) => status !== 200))
      expect(refusalOf(reply)).toMatchObject({ field, reason: `${field}_taken` })
    const after = await countRows()
    expect(after.slice(0, 3)).toEqual([users + 1, accounts + 1, sessions + 1])
    expect(server.reports).toEqual([])
  })

  test('nobody gives themselves a role, an id or anything else', async () => {
    const before = await countRows()
    for (const [field, value] of Object.entries({
      role: 'admin',
      id: '0198c7a0-0000-7000-8000-000000000000',
      kind: 'bot',
      banned: false,
      emailVerified: true,
      searchName: 'x',
      image: 'https://example.org/x.png',
      callbackURL: 'https://example.org',
    })) {
      const reply = await signUp({ ...account('eager'), [field]: value })
      expect(refusalOf(reply)).toMatchObject({ status: 400, field })
    }
    expect(await countRows()).toEqual(before)
  })
})

describe('the set-up token', () => {
  const servers: TestServer[] = []
  const startEmpty = async () => {
    const empty = await startTestServer({ empty: true })
    servers.push(empty)
    return empty
  }
  const issue = async (empty: TestServer): Promise<string> =>
    (await empty.app.setupToken()) ?? 'there is an owner already'
  const redeem = (empty: TestServer, body: object) => post('/api/v1/setup', body, empty.url)
  const used = { status: 403, code: 'forbidden', reason: 'setup_token_invalid' }
  afterAll(async () => {
    for (const empty of servers) await empty.stop()
    expect(servers.flatMap(({ reports }) => reports)).toEqual([])
  })

  test('there is none where there is an owner', async () => {
    expect(await server.app.setupToken()).toBeUndefined()
    const forged = await redeem(server, { ...account('forger'), token: 'x'.repeat(32) })
    expect(refusalOf(forged)).toMatchObject(used)
  })

  test('of twenty redemptions at once one makes the owner, and then sign-up is open', async () => {
    const empty = await startEmpty()
    const info = () => callApi(empty.url, { method: 'GET', path: '/api/v1/server' })
    expect((await info()).body).toMatchObject({ needsSetup: true, signUp: 'closed' })
    expect(refusalOf(await signUp(account('early'), empty.url))).toMatchObject({
      status: 403,
      reason: 'sign_up_closed',
    })
    const token = await issue(empty)
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, at) => redeem(empty, { ...account(`first${at}`), token })),
    )
    const won = replies.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    for (const reply of replies.filter(({ status }) => status !== 200))
      expect(refusalOf(reply)).toMatchObject(used)
    expect((await countRows(empty)).slice(0, 3)).toEqual([1, 1, 1])
    expect(await meOf(signedIn.parse(won[0]?.body).token, empty.url)).toMatchObject({
      role: 'owner',
    })
    expect((await info()).body).toMatchObject({ needsSetup: false, signUp: 'open' })
    expect((await signUp(account('second'), empty.url)).status).toBe(200)
    expect(await empty.app.setupToken()).toBeUndefined()
  })

  test('a wrong one, an old one and a failed attempt change nothing', async () => {
    const empty = await startEmpty()
    const old = await issue(empty)
    const token = await issue(empty)
    expect(refusalOf(await redeem(empty, { ...account('owner'), token: old }))).toMatchObject(used)
    for (const wrong of ['', `${token}x`, token.slice(0, -1), token.toUpperCase()])
      expect(refusalOf(await redeem(empty, { ...account('owner'), token: wrong }))).toMatchObject(
        used,
      )
    for (const [bad, refusal] of [
      [{ password: 'password12' }, { status: 400, reason: 'password_common' }],
      [{ username: 'a b' }, { status: 400, reason: 'username_invalid' }],
      [{ role: 'owner' }, { status: 400, field: 'role' }],
      [{ token: 7 }, { status: 400, field: 'token' }],
    ] as const)
      expect(refusalOf(await redeem(empty, { ...account('owner'), token, ...bad }))).toMatchObject(
        refusal,
      )
    await empty.app.createAccount(account('taken'), { admin: false })
    const clash = account('TAKEN', { email: 'owner@example.org' })
    expect(refusalOf(await redeem(empty, { ...clash, token }))).toMatchObject({ status: 409 })
    const done = await redeem(empty, { ...account('owner'), token })
    expect(await meOf(signedIn.parse(done.body).token, empty.url)).toMatchObject({ role: 'owner' })
  })

  test('tells nobody who has no link which names and addresses are taken', async () => {
    const empty = await startEmpty()
    await empty.app.createAccount(account('taken'), { admin: false })
    const token = 'x'.repeat(32)
    const before = empty.app.core.database.statements()
    const costs: number[] = []
    for (const names of [
      account('nobody'),
      account('taken'),
      account('other', { email: 'taken@example.org' }),
      account('weak', { password: 'password12' }),
    ]) {
      expect(refusalOf(await redeem(empty, { ...names, token }))).toMatchObject(used)
      costs.push(empty.app.core.database.statements() - before)
    }
    expect(costs).toEqual([1, 2, 3, 4])
  })

  test('is kept as a hash only', async () => {
    const empty = await startEmpty()
    const token = await issue(empty)
    const rows = await empty.app.core.database.read((db) =>
      db.selectFrom('meta').selectAll().execute(),
    )
    const kept = rows.find(({ key }) => key === 'setupToken')
    expect(kept?.value).toMatch(/^[\w-]{43}$/)
    expect(JSON.stringify(rows)).not.toContain(token)
    const stolen = await redeem(empty, { ...account('thief'), token: kept?.value })
    expect(refusalOf(stolen)).toMatchObject(used)
  })

  test('ends with the first administrator; the second is no owner', async () => {
    const empty = await startEmpty()
    const token = await issue(empty)
    const create = (username: string, admin: boolean) =>
      empty.app.createAccount(account(username), { admin })
    expect(await create('plain', false)).toMatchObject({ role: 'user' })
    expect(await create('alice', true)).toMatchObject({ role: 'owner' })
    expect(await create('bob', true)).toMatchObject({ role: 'admin' })
    expect(refusalOf(await redeem(empty, { ...account('late'), token }))).toMatchObject(used)
    expect(await empty.app.setupToken()).toBeUndefined()
  })

  test('and an owner made at the command line at the same moment are one owner', async () => {
    const empty = await startEmpty()
    const token = await issue(empty)
    const [reply] = await Promise.all([
      redeem(empty, { ...account('alice'), token }),
      empty.app.createAccount(account('bob'), { admin: true }),
    ])
    const owners = await empty.app.core.database.read((db) =>
      db.selectFrom('users').select('username').where('role', '=', 'owner').execute(),
    )
    expect(owners).toEqual([{ username: reply.status === 200 ? 'alice' : 'bob' }])
    expect(refusalOf(await redeem(empty, { ...account('late'), token }))).toMatchObject(used)
  })
})

test('an account is made whole or not at all', async () => {
  const { administration } = server.app
  const before = await countRows()
  const cut = administration.accounts.create(account('half'), {
    admin: false,
    also: () => Promise.reject(new Error('the power went')),
  })
  await expect(cut).rejects.toThrow('the power went')
  expect(await countRows()).toEqual(before)
  expect((await signUp(account('half'))).status).toBe(200)
})

test('nobody finds the address of another, or their own password, in what they may read', async () => {
  const reply = await signUp(account('hidden', { email: 'secret.address@example.org' }))
  const { token } = signedIn.parse(reply.body)
  const list = await callApi(server.url, {
    method: 'GET',
    path: '/api/v1/users?query=hidden',
    token,
  })
  expect(list.status).toBe(200)
  expect(JSON.stringify(list.body)).toContain('hidden')
  expect(JSON.stringify(list.body)).not.toMatch(/secret\.address|password/i)
  const stored = await core.database.read((db) =>
    db.selectFrom('accounts').select('password').execute(),
  )
  expect(JSON.stringify(stored)).not.toContain(PASSWORD)
})
