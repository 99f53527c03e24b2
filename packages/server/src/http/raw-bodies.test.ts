import { connect } from 'node:net'

import { endpoints, errorBody, errorCodes, limits } from '@roost/protocol'
import { afterEach, describe, expect, test } from 'vitest'

import { findChanges, readAllRows } from '../testing/database-state.ts'
import { newClientId } from '../testing/person.ts'
import { sendRaw, type RawReply } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { PASSWORD } from '../testing/start-test-server.ts'

const { server, core, alice, bob, mallory } = await shareServer(['alice', 'bob', 'mallory'])
const { id: room } = await alice.makeRoomWith([bob], { visibility: 'private' })
const before = await readAllRows(core)
afterEach(async () => expect(await findChanges(core, before)).toEqual([]))

/** Everything that takes a body which may not be left out. */
const places = [
  ['POST', `/api/v1/conversations/${room}/messages`],
  ['POST', `/api/v1/conversations/${room}/members`],
  ['PUT', `/api/v1/conversations/${room}/read`],
  ['POST', '/api/v1/conversations'],
  ['POST', '/api/v1/setup'],
  ['POST', '/api/auth/sign-up/email'],
  ['POST', '/api/auth/sign-in/username'],
  ['POST', '/api/auth/sign-in/email'],
] as const

const json = 'application/json'
const post = (
  [method, path]: readonly [string, string],
  body: string | Buffer,
  headers: Record<string, string> = { 'content-type': json },
  token = alice.token,
) =>
  sendRaw(server.url, {
    method,
    path,
    body,
    headers: { authorization: `Bearer ${token}`, ...headers },
  })

function refusalOf({ status, text }: RawReply) {
  const { error } = errorBody.parse(JSON.parse(text))
  const known = Object.entries(errorCodes).find(([code]) => code === error.code)
  expect([error.code, known?.[1].status]).toEqual([error.code, status])
  return { status, ...error }
}

const nested = (open: string, close: string, depth: number) =>
  open.repeat(depth) + close.repeat(depth)
const message = { clientId: newClientId(), body: 'hello' }
const written = JSON.stringify(message)
const bad: readonly (readonly [string, string | Buffer])[] = [
  ['nothing', ''],
  ['spaces', '  \n '],
  ['no JSON', 'hello'],
  ['a form', 'clientId=1&body=hello'],
  ['half an object', '{"body":"hel'],
  ['two objects', '{}{}'],
  ['a comment', '{/**/}'],
  ['a number that is none', '{"body":NaN}'],
  ['bytes that are no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])],
  ['a cut character in a text', Buffer.from(written.replace('hello', 'h\u00e9llo'), 'latin1')],
  ['UTF-16', Buffer.from(written, 'utf16le')],
  ['an overlong slash', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
  ['__proto__', `{"__proto__":{"role":"admin"},${written.slice(1)}`],
  ['__proto__ by escapes', `{"\\u005f_proto__":{"role":"admin"},${written.slice(1)}`],
  ['__proto__ inside', `{"mentions":[{"__proto__":1}],${written.slice(1)}`],
  ['constructor', `{"constructor":{"prototype":{"role":"admin"}},${written.slice(1)}`],
  ['prototype', `{"prototype":{},${written.slice(1)}`],
  ['hasOwnProperty', `{"hasOwnProperty":1,${written.slice(1)}`],
  ['lists in lists', nested('[', ']', 60_000)],
  ['objects in objects', nested('{"a":', '}', 20_000).replace('}', '1}')],
  ['a field of lists in lists', `{"body":${nested('[', ']', 50_000)}}`],
  ['a key beyond all', `{"${'k'.repeat(100_000)}":1}`],
  ['many keys', `{${Array.from({ length: 10_000 }, (_, at) => `"k${at}":1`).join()}}`],
]

describe.each(places)('%s %s', (...place) => {
  test.each(bad)('refuses %s', async (_what, body) => {
    expect(refusalOf(await post(place, body))).toMatchObject({ status: 400, code: 'bad_request' })
  })

  test('refuses what does not say that it is JSON', async () => {
    for (const type of [
      'text/plain',
      'text/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonx',
      'application',
      '*/*',
      '',
    ])
      expect([type, refusalOf(await post(place, written, { 'content-type': type }))]).toMatchObject(
        [type, { status: 400 }],
      )
    expect(refusalOf(await post(place, written, {})).status).toBe(400)
    const zipped = { 'content-type': json, 'content-encoding': 'gzip' }
    expect(refusalOf(await post(place, Buffer.from('H4sIAAAAAAAA', 'base64'), zipped)).status).toBe(
      400,
    )
  })

  test('refuses what is too large, whether or not it says so', async () => {
    const large = `{"body":"${'x'.repeat(limits.bodyBytes)}"}`
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }])
      expect(
        refusalOf(await post(place, large, { 'content-type': json, ...headers })),
      ).toMatchObject({
        status: 413,
        code: 'too_large',
      })
  })
})

test('keys that reach into prototypes are refused even where nobody looks at the body', async () => {
  const signOut = ['POST', '/api/auth/sign-out'] as const
  for (const [what, body] of bad.filter(([name]) => /^__proto__|^constructor/.test(name)))
    expect([what, refusalOf(await post(signOut, body))]).toMatchObject([what, { status: 400 }])
  expect((await alice.ask(endpoints.me)).id).toBe(alice.id)
})

test('an outsider learns nothing from a body that cannot be read', async () => {
  const answer = async (id: string, body: string | Buffer) => {
    const place = ['POST', `/api/v1/conversations/${id}/messages`] as const
    const {
      status,
      code,
      message: words,
    } = refusalOf(await post(place, body, { 'content-type': json }, mallory.token))
    return { status, code, words }
  }
  for (const [, body] of bad)
    expect(await answer(room, body)).toEqual(await answer(newClientId(), body))
})

test('a body with a mark of its byte order is read', async () => {
  const body = `\ufeff${JSON.stringify({ username: 'alice', password: PASSWORD })}`
  const reply = await post(['POST', '/api/auth/sign-in/username'], body.replace(PASSWORD, 'wrong'))
  expect(refusalOf(reply)).toMatchObject({ status: 401, reason: 'wrong_credentials' })
})

describe('bytes that are hardly HTTP', () => {
  /** Sends bytes and reads until the other side closes. */
  const exchange = (bytes: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () =>
        socket.write(bytes),
      )
      let text = ''
      socket.setEncoding('latin1').on('data', (part: string) => (text += part))
      socket.on('error', reject).on('close', () => resolve(text))
    })
  const host = 'Host: 127.0.0.1\r\nConnection: close\r\n'
  const line = `POST /api/v1/conversations/${room}/messages HTTP/1.1\r\n`
  const auth = `Authorization: Bearer ${alice.token}\r\nContent-Type: application/json\r\n`

  test.each([
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['TLS', '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n', 400],
    ['no host', 'GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n', 400],
    ['two lengths', `${line}${host}${auth}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    [
      'a length and chunks',
      `${line}${host}${auth}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ['a length that is none', `${line}${host}${auth}Content-Length: -2\r\n\r\n{}`, 400],
    ['a header with a NUL', `GET /healthz HTTP/1.1\r\n${host}X-A: a\u0000b\r\n\r\n`, 400],
    ['an address beyond all', `GET /${'x'.repeat(40_000)} HTTP/1.1\r\n${host}\r\n`, 413],
    [
      'a header beyond all',
      `GET /healthz HTTP/1.1\r\n${host}X-A: ${'x'.repeat(40_000)}\r\n\r\n`,
      413,
    ],
    [
      'headers beyond number',
      `GET /healthz HTTP/1.1\r\n${host}${'a: b\r\n'.repeat(5_000)}\r\n`,
      413,
    ],
  ])('%s', async (_what, bytes, status) => {
    const answer = await exchange(bytes)
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    // Node itself answers a request without a host, with nothing.
    for (const body of answer.match(/\{.*\}/g) ?? []) errorBody.parse(JSON.parse(body))
    expect((await bob.ask(endpoints.me)).id).toBe(bob.id)
  })

  test('whoever sends too much hears so, and may go on on the same connection', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    let heard = ''
    const hear = (pattern: RegExp) =>
      new Promise<void>((resolve, reject) => {
        const look = () => void (pattern.test(heard) && resolve())
        socket.on('data', look).on('close', () => reject(new Error(`It was closed: ${heard}`)))
        look()
      })
    socket.setEncoding('latin1').on('data', (part: string) => (heard += part))
    const bytes = 20 * limits.bodyBytes
    socket.write(`${line}Host: 127.0.0.1\r\n${auth}Content-Length: ${bytes}\r\n\r\n`)
    await hear(/^HTTP\/1\.1 413 [^]*"too_large"/)
    socket.write(Buffer.alloc(bytes))
    socket.write('GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
    await hear(/HTTP\/1\.1 200 /)
    socket.destroy()
  })

  test('a body cut short is nothing at all', async () => {
    const cut = connect(Number(new URL(server.url).port), '127.0.0.1')
    await new Promise((resolve) => cut.once('connect', resolve))
    cut.write(
      `${line}${host}${auth}Content-Length: ${written.length}\r\n\r\n${written.slice(0, -1)}`,
    )
    cut.end()
    await new Promise((resolve) => cut.on('close', resolve).resume())
    expect((await bob.ask(endpoints.me)).id).toBe(bob.id)
  })
})
