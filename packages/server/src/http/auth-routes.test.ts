import { errorBody } from '@roost/protocol'
import { afterAll, describe, expect, test } from 'vitest'

import type { Config } from '../config.ts'
import { postJson, sendRaw, type RawReply } from '../testing/send-raw.ts'
import { PASSWORD, startTestServer, type TestServer } from '../testing/start-test-server.ts'

const rates = [
  'signInsPerAccount',
  'signInsPerAddress',
  'signUpsPerAddress',
  'sendBurst',
  'sendsPerSecond',
  'requestsPerSecond',
] as const
const servers: TestServer[] = []
afterAll(async () => {
  for (const server of servers) await server.stop()
  expect(servers.flatMap(({ reports }) => reports)).toEqual([])
})

/** A server whose time stands still until it is moved. */
async function startLimited(limits: Config['fixed'], trustProxy = 0) {
  const time = { now: Date.now() }
  const many = Object.fromEntries(rates.map((name) => [name, 100_000]))
  const config = { fixed: { ...many, ...limits }, trustProxy }
  const server = await startTestServer({ config, now: () => time.now })
  servers.push(server)
  type Headers = Record<string, string>
  return {
    time,
    signIn: (username: string, headers: Headers = {}) =>
      postJson(server.url, '/api/auth/sign-in/username', { username, password: 'wrong' }, headers),
    signInRight: () =>
      postJson(server.url, '/api/auth/sign-in/username', { username: 'owner', password: PASSWORD }),
    signInByEmail: (email: string) =>
      postJson(server.url, '/api/auth/sign-in/email', { email, password: 'wrong' }),
    signUp: (body: object, headers: Headers = {}) =>
      postJson(server.url, '/api/auth/sign-up/email', body, headers),
    setUp: (body: object) => postJson(server.url, '/api/v1/setup', body),
    server,
  }
}
const account = (username: string) => ({
  username,
  name: username,
  email: `${username}@example.org`,
  password: PASSWORD,
})

/** The status, and after a refusal the seconds, which header and body agree on. */
function paceOf({ status, headers, text }: RawReply): number | [number, number] {
  if (status !== 429) return status
  const { error } = errorBody.parse(JSON.parse(text))
  expect(error).toMatchObject({ code: 'rate_limited', retryAfter: Number(headers['retry-after']) })
  return [status, error.retryAfter ?? 0]
}
const inRow = async (count: number, attempt: (at: number) => Promise<RawReply>) => {
  const paces = []
  for (let at = 0; at < count; at++) paces.push(paceOf(await attempt(at)))
  return paces
}

test('the limits are those that are promised', async () => {
  const server = await startTestServer({ config: { fixed: {} } })
  servers.push(server)
  expect(server.app.core.settings.get()).toMatchObject({
    signInsPerAccount: 10,
    signInsPerAddress: 300,
    sendBurst: 200,
    sendsPerSecond: 20,
  })
})

describe('attempts to sign in', () => {
  test('are counted for the account, however its name is written', async () => {
    const { time, signIn, signInRight } = await startLimited({ signInsPerAccount: 3 })
    const writings = ['owner', 'OWNER', 'ｏｗｎｅｒ', 'Owner']
    expect(await inRow(4, (at) => signIn(writings[at] ?? ''))).toEqual([401, 401, 401, [429, 20]])
    expect(paceOf(await signIn('somebody-else'))).toBe(401)
    // Not even with the right password, or guessing would go on.
    expect(paceOf(await signInRight())).toEqual([429, 20])
    time.now += 19_000
    expect(paceOf(await signInRight())).toEqual([429, 1])
    time.now += 1_000
    expect(paceOf(await signInRight())).toBe(200)
    expect(paceOf(await signInRight())).toEqual([429, 20])
    time.now += 60_000
    expect(await inRow(4, () => signInRight())).toEqual([200, 200, 200, [429, 20]])
  })

  test('by user name and by address count for the same account', async () => {
    const { signIn, signInByEmail } = await startLimited({ signInsPerAccount: 2 })
    expect(paceOf(await signIn('owner'))).toBe(401)
    expect(paceOf(await signInByEmail('Owner@example.org'))).toBe(401)
    expect(paceOf(await signIn('owner'))).toEqual([429, 30])
    expect(paceOf(await signInByEmail('owner@example.org'))).toEqual([429, 30])
  })

  test('by address are counted in any case, known or not', async () => {
    const { signInByEmail } = await startLimited({ signInsPerAccount: 2 })
    for (const name of ['owner', 'nobody']) {
      const writings = [
        `${name}@example.org`,
        `${name.toUpperCase()}@Example.org`,
        ` ${name}@example.org `,
      ]
      expect(await inRow(3, (at) => signInByEmail(writings[at] ?? ''))).toEqual([
        401,
        401,
        [429, 30],
      ])
    }
  })

  test('are counted for the place they come from, over all accounts', async () => {
    const { server, time, signIn, signInRight } = await startLimited({ signInsPerAddress: 3 })
    expect(await inRow(4, (at) => signIn(`name${at}`))).toEqual([401, 401, 401, [429, 20]])
    const before = server.app.core.database.statements()
    expect(paceOf(await signInRight())).toEqual([429, 20])
    // For whoever is too fast nothing is looked up.
    expect(server.app.core.database.statements()).toBe(before)
    time.now += 20_000
    expect(paceOf(await signInRight())).toBe(200)
  })
})

test('accounts are made at a pace, by sign-up and set-up together', async () => {
  const { time, signUp, setUp } = await startLimited({ signUpsPerAddress: 3 })
  expect(paceOf(await signUp(account('alice')))).toBe(200)
  expect(paceOf(await setUp({ ...account('bob'), token: 'a guess' }))).toBe(403)
  // What is no request for an account is none.
  expect(paceOf(await signUp({}))).toBe(400)
  expect(paceOf(await signUp(account('alice')))).toBe(409)
  expect(paceOf(await signUp(account('bob')))).toEqual([429, 20])
  expect(paceOf(await setUp({ ...account('bob'), token: 'a guess' }))).toEqual([429, 20])
  time.now += 20_000
  expect(paceOf(await signUp(account('bob')))).toBe(200)
})

test('links are tried at a pace', async () => {
  const { server } = await startLimited({ signInsPerAddress: 2, signUpsPerAddress: 2 })
  const look = () => postJson(server.url, '/api/v1/invites/look', { token: 'a guess' })
  const reset = () =>
    postJson(server.url, '/api/auth/reset-password', { token: 'a guess', newPassword: PASSWORD })
  expect([await look(), await reset(), await look(), await reset()].map(paceOf)).toEqual([
    403,
    403,
    [429, 30],
    [429, 30],
  ])
  const forget = (login: string) =>
    postJson(server.url, '/api/auth/request-password-reset', { login })
  expect(await inRow(3, (at) => forget(`name${at}`))).toEqual([200, 200, [429, 30]])
})

test('links for one account are asked for at a pace, however its name is written', async () => {
  const { server } = await startLimited({ signInsPerAccount: 2 })
  const forget = (login: string) =>
    postJson(server.url, '/api/auth/request-password-reset', { login })
  for (const names of [
    ['owner', ' OWNER ', 'ｏｗｎｅｒ'],
    ['nobody', ' NOBODY ', 'ｎｏｂｏｄｙ'],
  ])
    expect(await inRow(3, (at) => forget(names[at] ?? ''))).toEqual([200, 200, [429, 30]])
})

test('requests and messages of one person are counted over all their sessions', async () => {
  const { server, signInRight } = await startLimited({ requestsPerSecond: 4, sendBurst: 2 })
  const tokens = await Promise.all(
    [1, 2].map(async () => {
      const { token } = JSON.parse((await signInRight()).text) as { token: string }
      return token
    }),
  )
  const bob = await server.signUp('bob')
  const me = (token = '') =>
    sendRaw(server.url, { path: '/api/v1/me', headers: { authorization: `Bearer ${token}` } })
  expect(await inRow(9, (at) => me(tokens[at % 2]))).toEqual([
    ...Array<number>(8).fill(200),
    [429, 1],
  ])
  expect(paceOf(await me(bob.token))).toBe(200)
  expect(paceOf(await me('x'.repeat(32)))).toBe(401)
})

test('what one person searches is counted over everything there is to search', async () => {
  const { server, time, signInRight } = await startLimited({ requestsPerSecond: 10 })
  const { token } = JSON.parse((await signInRight()).text) as { token: string }
  const get = (path: string) =>
    sendRaw(server.url, { path, headers: { authorization: `Bearer ${token}` } })
  const lists = ['users', 'rooms', 'admin/users', 'admin/rooms', 'admin/messages', 'search']
  const typed = lists.map((list) => `/api/v1/${list}?query=a`)
  expect(await inRow(5, (at) => get(typed[at] ?? ''))).toEqual(Array<number>(5).fill(200))
  for (const path of typed) expect([path, paceOf(await get(path))]).toEqual([path, [429, 1]])
  time.now += 1_000
  // A list that is not searched is only read on.
  expect(paceOf(await get('/api/v1/users'))).toBe(200)
  expect(await inRow(2, () => get('/api/v1/search?query=a'))).toEqual([200, [429, 1]])
})

describe('the place a request comes from', () => {
  const pace = async (trustProxy: number, entries: readonly string[]) => {
    const { signIn } = await startLimited({ signInsPerAddress: 1 }, trustProxy)
    return inRow(entries.length, (at) =>
      signIn(`name${at}`, { 'x-forwarded-for': entries[at] ?? '' }),
    )
  }

  test('is not what the request says of it', async () => {
    expect(await pace(0, ['10.0.0.1', '10.0.0.2', '10.0.0.3, 10.0.0.4'])).toEqual([
      401,
      [429, 60],
      [429, 60],
    ])
  })

  test('behind one proxy is what that one says, and nothing before', async () => {
    expect(
      await pace(1, [
        '10.0.0.1',
        '10.0.0.2',
        '1.1.1.1, 10.0.0.1',
        '2.2.2.2, 3.3.3.3, 10.0.0.2',
        '10.0.0.1, 10.0.0.3',
      ]),
    ).toEqual([401, 401, [429, 60], [429, 60], 401])
  })

  test('behind two is what the outer one says', async () => {
    expect(
      await pace(2, [
        '10.0.0.1, 172.16.0.1',
        '9.9.9.9, 10.0.0.1, 172.16.0.2',
        '10.0.0.2, 172.16.0.1',
      ]),
    ).toEqual([401, [429, 60], 401])
  })

  test('may be nonsense without harm, and so may other headers', async () => {
    const { signIn, signUp, server } = await startLimited({}, 1)
    const nonsense = [',', 'unknown', '\u00ff\u00fe', '10.0.0.1;DROP', '1'.repeat(4_000)]
    for (const entry of nonsense)
      expect(paceOf(await signIn('owner', { 'x-forwarded-for': entry }))).toBe(401)
    const entry = { 'x-forwarded-for': nonsense.join() }
    expect(paceOf(await signUp(account('alice'), entry))).toBe(200)
    for (const value of ['%zz', 'Bearer %zz', 'Bearer a.b.c', '\u00ff=\u00fe; roost=%ff', '='])
      expect(
        await signIn('owner', {
          origin: server.url,
          authorization: value,
          cookie: value,
          'user-agent': value,
          'x-roost-address': value,
        }),
      ).toMatchObject({ status: 401 })
  })
})
