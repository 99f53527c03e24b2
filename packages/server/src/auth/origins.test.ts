import { adminEndpoints, endpoints, errorBody, uuidv7 } from '@roost/protocol'
import { describe, expect, test } from 'vitest'

import { pathOf } from '../testing/person.ts'
import { postJson, sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'
import { checkOrigin, isAllowedOrigin } from './origins.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'])
const { url } = server
const host = new URL(url).host
const signIn = await postJson(url, '/api/auth/sign-in/username', {
  username: 'alice',
  password: PASSWORD,
})
const cookie = (signIn.cookies[0] ?? '').split(';')[0] ?? ''
const { id: room } = await alice.makeRoomWith([bob])

const port = new URL(url).port
const foreign = [
  'https://evil.example',
  'null',
  '',
  `http://${host}.evil.example`,
  `http://evil.example/${host}`,
  `http://x@${host}`,
  `http://x${host}`,
  `https://${host}`,
  `HTTP://${host}`,
  `http://${host}/`,
  `http://${host} http://evil.example`,
  `http://127.0.0.1:${Number(port) + 1}`,
  'http://127.0.0.1',
  `http://localhost:${port}`,
  `ws://${host}`,
  'file://',
]

describe('every request that changes something', () => {
  const params = { id: room, userId: bob.id, emoji: '👍' }
  const body = { clientId: uuidv7(Date.now(), Math.random), body: 'from afar', seq: 1 }
  const changing = Object.values({ ...endpoints, ...adminEndpoints })
    .filter(({ method }) => method !== 'GET')
    .map((endpoint) => [endpoint.method, pathOf(endpoint, { params })] as const)
  const attempt = (method: string, path: string, headers: Record<string, string>) =>
    sendRaw(url, {
      method,
      path,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  test.each(changing)('%s %s refuses pages of others', async (method, path) => {
    for (const origin of foreign)
      for (const headers of [{ origin, cookie }, { origin }]) {
        const reply = await attempt(method, path, headers)
        expect([origin, reply.status]).toEqual([origin, 403])
        expect(errorBody.parse(JSON.parse(reply.text)).error.code).toBe('forbidden')
        expect(reply.cookies).toEqual([])
        expect(reply.headers['access-control-allow-origin']).toBeUndefined()
      }
    expect((await attempt(method, path, { cookie })).status).toBe(403)
  })

  test.each(changing)('%s %s takes those of our own, and programs', async (method, path) => {
    // Past the gate they hear of other things.
    for (const headers of [
      { cookie: 'theme=dark', origin: url },
      { authorization: 'Bearer nobody' },
      {},
    ])
      expect(await attempt(method, path, headers)).not.toMatchObject({ status: 403 })
  })

  test('nothing of it was done, and a page of our own may', async () => {
    expect((await alice.look(room)).lastSeq).toBe((await bob.look(room)).lastSeq)
    const events = await alice.ask(endpoints.events, { params: { id: room } })
    expect(events.events.map(({ event }) => event.type)).toEqual([
      'conversation.created',
      'member.joined',
    ])
    const path = pathOf(endpoints.sendMessage, { params })
    const sent = await postJson(
      url,
      path,
      { clientId: body.clientId, body: 'from home' },
      { cookie, origin: url },
    )
    expect(sent.status).toBe(201)
    const byToken = { authorization: `Bearer ${alice.token}`, origin: 'https://evil.example' }
    const again = await postJson(url, path, { clientId: body.clientId, body: 'from home' }, byToken)
    expect(again.status).toBe(200)
  })

  test('a form of another page is no request of ours', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const reply = await sendRaw(url, {
        method: 'POST',
        path: '/api/auth/sign-in/username',
        headers: { 'content-type': type, origin: url },
        body: JSON.stringify({ username: 'bob', password: PASSWORD }),
      })
      expect([type, reply.status]).toEqual([type, 400])
      expect(reply.cookies).toEqual([])
    }
  })
})

test('logging in or out by a link changes nothing', async () => {
  const before = await core.database.read((db) => db.selectFrom('sessions').select('id').execute())
  for (const path of ['/api/auth/sign-out', '/api/auth/sign-in/username'])
    for (const method of ['GET', 'HEAD'])
      expect(await sendRaw(url, { method, path, headers: { cookie } })).toMatchObject({
        status: 404,
      })
  const after = await core.database.read((db) => db.selectFrom('sessions').select('id').execute())
  expect(after).toEqual(before)
})

test('a socket by cookie opens from our own pages alone', async () => {
  for (const origin of foreign)
    for (const headers of [{ cookie, origin }, { origin }]) {
      const refusal = await TestSocket.open(url, headers).catch((error: unknown) => error)
      expect([origin, refusal]).toMatchObject([origin, { status: 403 }])
    }
  const bare = await TestSocket.open(url, { cookie }).catch((error: unknown) => error)
  expect(bare).toMatchObject({ status: 403 })
  const own = await TestSocket.open(url, { cookie, origin: url })
  await own.settle()
  await own.close()
  // A page cannot set this header, so it was no page.
  const program = await TestSocket.open(url, {
    authorization: `Bearer ${alice.token}`,
    origin: 'https://evil.example',
  })
  await program.close()
})

describe('the public origin', () => {
  const allowed = (
    headers: { origin?: string; host?: string; cookie?: string; 'x-forwarded-proto'?: string },
    origin?: string,
    trustProxy = 0,
  ) => isAllowedOrigin(headers, { origin, trustProxy })

  test('is the only one where it is set, whatever the request says of its host', () => {
    const origin = 'https://chat.example.org'
    expect(allowed({ origin, host: '10.0.0.1:8000' }, origin)).toBe(true)
    for (const other of [
      'http://10.0.0.1:8000',
      'http://chat.example.org',
      'https://chat.example.org:8443',
      'https://chat.example.org.evil.example',
      'https://www.chat.example.org',
      'null',
    ])
      expect([other, allowed({ origin: other, host: '10.0.0.1:8000' }, origin)]).toEqual([
        other,
        false,
      ])
  })

  test('is else the address of the request, whose scheme only a proxy of ours may name', () => {
    const proxied = { host: 'chat.example.org', 'x-forwarded-proto': 'https' }
    const [plain, secure] = ['http://chat.example.org', 'https://chat.example.org']
    expect(allowed({ ...proxied, origin: plain })).toBe(true)
    expect(allowed({ ...proxied, origin: secure })).toBe(false)
    expect(allowed({ ...proxied, origin: secure }, undefined, 1)).toBe(true)
    expect(allowed({ ...proxied, origin: plain }, undefined, 1)).toBe(false)
  })

  test('is named to whoever has it wrong', () => {
    const headers = { origin: 'https://chat.example.org', host: 'localhost:8000' }
    const check = (origin?: string) => () => checkOrigin(headers, { origin, trustProxy: 0 })
    expect(check()).toThrow(/^Requests from https:\/\/chat\.example\.org .*ROOST_ORIGIN/)
    expect(check('https://other.example')).toThrow(/not allowed\.$/)
  })
})
