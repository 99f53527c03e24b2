import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { closeCodes, endpoints, errorBody, me as meSchema, signedIn } from '@roost/protocol'
import { beforeAll, describe, expect, test } from 'vitest'

import { usesPostgres } from '../testing/postgres-databases.ts'
import { postJson, sendRaw, type RawReply } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD, startTestServer } from '../testing/start-test-server.ts'
import { TestSocket, UpgradeRefused } from '../testing/test-socket.ts'

/** How far the server's clock is ahead of that of the sessions it makes. */
let clock = 0
const { server, core, alice, carol } = await shareServer(['alice', 'bob', 'carol'], {
  now: () => Date.now() + clock,
})
const { url } = server

type Headers = Readonly<Record<string, string>>
const signIn = (username: string, more: object = {}, headers: Headers = {}) =>
  postJson(url, '/api/auth/sign-in/username', { username, password: PASSWORD, ...more }, headers)
const signOut = (headers: Headers) =>
  postJson(url, '/api/auth/sign-out', {}, { origin: url, ...headers })
const tokenOf = ({ text }: RawReply) => signedIn.parse(JSON.parse(text)).token
/** As a browser would send it back: name and value. */
const cookieOf = ({ cookies }: RawReply) =>
  cookies
    .map((cookie) => cookie.split(';')[0] ?? '')
    .find((pair) => pair.startsWith('roost=') && pair !== 'roost=') ?? 'roost='
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const me = (headers: Headers) => sendRaw(url, { path: '/api/v1/me', headers })
const statusOf = async (headers: Headers) => (await me(headers)).status
const errorOf = ({ status, text }: RawReply) => ({
  status,
  ...errorBody.parse(JSON.parse(text)).error,
})
const anonymous = { status: 401, code: 'unauthenticated' }

describe('signing in', () => {
  test('by user name or address, in any case, works by cookie and by bearer', async () => {
    for (const [path, who] of [
      ['username', { username: 'alice' }],
      ['username', { username: 'ＡLICE' }],
      ['email', { email: 'alice@example.org' }],
      ['email', { email: 'ALICE@Example.ORG' }],
    ] as const) {
      const body = { ...who, password: PASSWORD }
      const reply = await postJson(url, `/api/auth/sign-in/${path}`, body)
      expect([who, reply.status]).toEqual([who, 200])
      for (const headers of [bearer(tokenOf(reply)), { cookie: cookieOf(reply) }]) {
        const { status, text } = await me(headers)
        expect([status, meSchema.parse(JSON.parse(text)).id]).toEqual([200, alice.id])
      }
    }
  })

  test('the cookie is out of reach of scripts and of foreign pages', async () => {
    const reply = await signIn('alice')
    expect(reply.cookies).toHaveLength(1)
    const [pair, ...attributes] = (reply.cookies[0] ?? '').split('; ')
    expect(pair).toMatch(/^roost=/)
    expect(attributes).toEqual(
      expect.arrayContaining(['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=7776000']),
    )
    expect(attributes.join()).not.toMatch(/Domain|Secure/)
  })

  test('not to be remembered ends with the browser, and with the day', async () => {
    const reply = await signIn('carol', { rememberMe: false })
    for (const cookie of reply.cookies) expect(cookie).not.toMatch(/Max-Age=[1-9]|Expires/i)
    const cookie = cookieOf(reply)
    expect(await statusOf({ cookie })).toBe(200)
    clock += 25 * 60 * 60 * 1_000
    expect(await statusOf({ cookie })).toBe(401)
    clock = 0
  })

  test('never takes over a session that was there before', async () => {
    const first = await signIn('bob')
    const planted = { cookie: cookieOf(await signIn('mallory-is-nobody')) }
    expect(planted.cookie).toBe('roost=')
    const second = await signIn('bob', {}, { cookie: cookieOf(first), origin: url })
    const fixed = await signIn('bob', {}, { cookie: 'roost=chosen-by-an-attacker', origin: url })
    const tokens = [first, second, fixed].map(tokenOf)
    expect(new Set(tokens).size).toBe(3)
    expect(tokens).not.toContain('chosen-by-an-attacker')
    const ids = await Promise.all(
      tokens.map(async (token) => meSchema.parse(JSON.parse((await me(bearer(token))).text))),
    )
    expect(new Set(ids.map(({ sessionId }) => sessionId)).size).toBe(3)
  })

  test('a wrong password and an unknown name get the same answer', async () => {
    const wrong = [
      ['username', { username: 'alice', password: 'not the password' }],
      ['username', { username: 'nobody', password: 'not the password' }],
      ['username', { username: '', password: PASSWORD }],
      ['username', { username: 'a b/c', password: PASSWORD }],
      ['username', { username: 'alice', password: '' }],
      ['username', { username: 'alice', password: PASSWORD.toUpperCase() }],
      ['username', { username: 'alice', password: 'x'.repeat(1_000) }],
      ['email', { email: 'alice@example.org', password: 'not the password' }],
      ['email', { email: 'nobody@example.org', password: 'not the password' }],
      ['email', { email: 'no address', password: PASSWORD }],
    ] as const
    const answers = await Promise.all(
      wrong.map(async ([path, body]) => {
        const reply = await postJson(url, `/api/auth/sign-in/${path}`, body)
        expect(reply.cookies).toEqual([])
        return { ...errorOf(reply), requestId: '' }
      }),
    )
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 401, reason: 'wrong_credentials' })
  })
})

describe('a token', () => {
  let token: string
  let cookie: string
  beforeAll(async () => {
    const reply = await signIn('bob')
    token = tokenOf(reply)
    cookie = cookieOf(reply)
  })
  const sign = (value: string, secret: string) =>
    `roost=${encodeURIComponent(`${value}.${createHmac('sha256', secret).update(value).digest('base64')}`)}`

  test('lies in the database as a hash, which signs nobody in', async () => {
    const rows = await core.database.read((db) => db.selectFrom('sessions').selectAll().execute())
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(rows.length).toBeGreaterThan(1)
    for (const row of rows) {
      expect(row.token).toMatch(/^[\w-]{43}$/)
      expect(await statusOf(bearer(row.token))).toBe(401)
    }
  })

  test.skipIf(usesPostgres())('is nowhere in the files of the server', async () => {
    const files = readdirSync(server.folder).filter((name) => name.startsWith('roost.db'))
    const bytes = Buffer.concat(files.map((name) => readFileSync(join(server.folder, name))))
    expect(bytes.includes('bob@example.org')).toBe(true)
    for (const secret of [token, cookie, PASSWORD]) expect(bytes.includes(secret)).toBe(false)
  })

  test('by bearer is taken whole or not at all', async () => {
    expect(await statusOf(bearer(token))).toBe(200)
    for (const authorization of [
      'Bearer',
      'Bearer ',
      `Bearer  ${token}`,
      `Bearer ${token.slice(0, -1)}`,
      `Bearer ${token}x`,
      `Bearer ${token.toLowerCase()}`,
      `Bearer ${token}.${token}`,
      `Bearer ${cookie.slice('roost='.length)}`,
      `Basic ${Buffer.from(`bob:${PASSWORD}`).toString('base64')}`,
      token,
      '%zz',
      '',
    ])
      // A right cookie beside it changes nothing: who names a token is that token.
      expect([authorization, await statusOf({ authorization, cookie })]).toEqual([
        authorization,
        401,
      ])
  })

  test('by cookie needs our signature', async () => {
    const secret = 'a secret for tests, long enough to sign cookies with'
    expect(await statusOf({ cookie })).toBe(200)
    expect(await statusOf({ cookie: `a=b; ${cookie}; theme=dark` })).toBe(200)
    expect(await statusOf({ cookie: sign(token, secret) })).toBe(200)
    for (const forged of [
      sign(token, `${secret} of another server`),
      sign(token, ''),
      sign(`${token}x`, secret),
      sign('', secret),
      `roost=${token}`,
      `roost=${token}.`,
      `roost=${encodeURIComponent(`${token}.${'A'.repeat(43)}=`)}`,
      cookie.slice(0, -4),
      cookie.slice(0, 20),
      cookie.replace('roost=', 'roost=x'),
      cookie.replace('roost=', 'roostx='),
      cookie.replace('roost=', '__Host-roost='),
      'roost=',
      'roost=%',
      'roost=.',
      `roost=${'.'.repeat(5_000)}`,
    ])
      expect([forged, await statusOf({ cookie: forged })]).toEqual([forged, 401])
  })

  test('that is wrong opens no socket', async () => {
    const wrong: Record<string, string>[] = [
      {},
      { authorization: `Bearer ${token}x` },
      { cookie: sign(token, 'another'), origin: url },
    ]
    for (const headers of wrong) {
      const refusal = await TestSocket.open(url, headers).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(UpgradeRefused)
      expect(refusal).toMatchObject({ status: 401 })
    }
  })
})

describe('a session', () => {
  test('ends at once by cookie: cookie, bearer and sockets; and no other session', async () => {
    const [one, other] = [await signIn('alice'), await signIn('alice')]
    const cookie = cookieOf(one)
    const sockets = await Promise.all([
      TestSocket.open(url, { cookie, origin: url }),
      TestSocket.open(url, bearer(tokenOf(one))),
    ])
    const kept = await TestSocket.open(url, bearer(tokenOf(other)))
    // In the cache, so that it has to be thrown out of it.
    expect(await statusOf({ cookie })).toBe(200)
    const ended = await signOut({ cookie })
    expect(ended.status).toBe(200)
    expect(ended.cookies.find((set) => set.startsWith('roost='))).toMatch(/^roost=;.*Max-Age=0/)
    expect(errorOf(await me({ cookie }))).toMatchObject(anonymous)
    expect(await statusOf(bearer(tokenOf(one)))).toBe(401)
    for (const socket of sockets)
      expect(await socket.closed).toMatchObject({ code: closeCodes.sessionEnded })
    expect(await statusOf({ cookie: cookieOf(other) })).toBe(200)
    await kept.settle()
    await kept.close()
    // Again, and without any, is the same as having none.
    expect((await signOut({ cookie })).status).toBe(200)
    expect((await signOut({})).status).toBe(200)
  })

  test('ends at once by bearer', async () => {
    const reply = await signIn('alice')
    const token = tokenOf(reply)
    expect(await statusOf(bearer(token))).toBe(200)
    expect((await postJson(url, '/api/auth/sign-out', {}, bearer(token))).status).toBe(200)
    expect(errorOf(await me(bearer(token)))).toMatchObject(anonymous)
    expect(await statusOf({ cookie: cookieOf(reply) })).toBe(401)
  })

  test('is not ended by what is no right token of it', async () => {
    const reply = await signIn('alice')
    const token = tokenOf(reply)
    const sessionId = meSchema.parse(JSON.parse((await me(bearer(token))).text)).sessionId
    const { token: hash } = await core.database.read((db) =>
      db
        .selectFrom('sessions')
        .select('token')
        .where('id', '=', sessionId)
        .executeTakeFirstOrThrow(),
    )
    for (const headers of [
      bearer(hash),
      bearer(`${token}x`),
      { cookie: `roost=${token}` },
      { cookie: cookieOf(reply).slice(0, -3) },
    ])
      expect((await signOut(headers)).status).toBeLessThan(500)
    expect(await statusOf(bearer(token))).toBe(200)
  })

  test('expires', async () => {
    const reply = await signIn('alice')
    const [cookie, token] = [cookieOf(reply), tokenOf(reply)]
    clock += 89 * 24 * 60 * 60 * 1_000
    expect(await statusOf({ cookie })).toBe(200)
    clock += 2 * 24 * 60 * 60 * 1_000
    expect(errorOf(await me({ cookie }))).toMatchObject(anonymous)
    expect(await statusOf(bearer(token))).toBe(401)
    const refusal = await TestSocket.open(url, bearer(token)).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ status: 401 })
    clock = 0
  })

  test('of someone who is banned is worth nothing a second later, and there is no other', async () => {
    const reply = await signIn('carol')
    const token = tokenOf(reply)
    expect(await statusOf(bearer(token))).toBe(200)
    const ban = (banned: 0 | 1) =>
      core.database.write(({ db }) =>
        db.updateTable('users').set({ banned }).where('id', '=', carol.id).execute(),
      )
    await ban(1)
    clock += 1_001
    expect(errorOf(await me(bearer(token)))).toMatchObject(anonymous)
    expect(await statusOf({ cookie: cookieOf(reply) })).toBe(401)
    const again = await signIn('carol')
    expect(errorOf(again)).toMatchObject({ status: 403, reason: 'account_disabled' })
    expect(again.cookies).toEqual([])
    // Whoever does not know the password learns nothing of it.
    expect(errorOf(await signIn('carol', { password: 'not the password' }))).toMatchObject({
      reason: 'wrong_credentials',
    })
    const { users } = await alice.ask(endpoints.users, { query: { query: 'carol' } })
    expect(users).toEqual([])
    await ban(0)
    clock = 0
    expect((await signIn('carol')).status).toBe(200)
  })
})

test('under an https origin every cookie is Secure and bound to this very host', async () => {
  const origin = 'https://chat.example.org'
  const secure = await startTestServer({ config: { origin } })
  try {
    const person = await postJson(
      secure.url,
      '/api/auth/sign-up/email',
      { username: 'alice', name: 'Alice', email: 'alice@example.org', password: PASSWORD },
      { origin },
    )
    expect(person.status).toBe(200)
    const short = await postJson(
      secure.url,
      '/api/auth/sign-in/username',
      { username: 'alice', password: PASSWORD, rememberMe: false },
      { origin },
    )
    const cookies = [...person.cookies, ...short.cookies]
    expect(cookies.length).toBeGreaterThan(1)
    for (const cookie of cookies) {
      expect(cookie).toMatch(/^__Host-roost/)
      expect(cookie.split('; ')).toEqual(
        expect.arrayContaining(['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']),
      )
      expect(cookie).not.toMatch(/Domain/)
    }
    const pair = (person.cookies[0] ?? '').split(';')[0] ?? ''
    const status = async (cookie: string) =>
      (await sendRaw(secure.url, { path: '/api/v1/me', headers: { cookie } })).status
    expect(await status(pair)).toBe(200)
    // A neighbouring host over http can set a cookie of the plain name.
    expect(await status(pair.replace('__Host-', ''))).toBe(401)
    const out = await postJson(secure.url, '/api/auth/sign-out', {}, { cookie: pair, origin })
    expect(out.cookies.length).toBeGreaterThan(0)
    for (const cookie of out.cookies) expect(cookie).toMatch(/^__Host-[^;]*=;.*Secure/)
    expect(await status(pair)).toBe(401)
    expect(secure.reports).toEqual([])
  } finally {
    await secure.stop()
  }
})
