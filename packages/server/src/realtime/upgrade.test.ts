import { connect } from 'node:net'

import { closeCodes, limits } from '@roost/protocol'
import { expect, test } from 'vitest'

import { shareServer } from '../testing/share-server.ts'
import { signInBrowser } from '../testing/sign-in.ts'
import { TestSocket, UpgradeRefused } from '../testing/test-socket.ts'

const { server, alice, bob } = await shareServer(['alice', 'bob'])
const { url } = server
const { host, port } = new URL(url)

const { cookie } = await signInBrowser(server, alice)
const bearer = { authorization: `Bearer ${alice.token}` }

/** The status of a refusal, or 101. */
async function statusOf(headers: Record<string, string>, path?: string): Promise<number> {
  try {
    await (await TestSocket.open(url, headers, path)).close()
    return 101
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status
    throw error
  }
}

test('a cookie opens a socket from our own pages only', async () => {
  expect(await statusOf({ cookie, origin: url })).toBe(101)
  for (const origin of [
    'https://evil.example',
    'null',
    `http://${host}.evil.example`,
    `http://evil.example/${host}`,
    `http://evil.example#${host}`,
    `http://user@${host}`,
    `https://${host}`,
    `http://127.0.0.1:${Number(port) + 1}`,
    'http://127.0.0.1',
    `http://localhost:${port}`,
    `${url}/`,
    url.toUpperCase(),
    '',
  ])
    expect([origin, await statusOf({ cookie, origin })]).toEqual([origin, 403])
  expect(await statusOf({ cookie })).toBe(403)
})

test('a token opens one from anywhere: a foreign page cannot send it', async () => {
  expect(await statusOf(bearer)).toBe(101)
  expect(await statusOf({ ...bearer, origin: 'https://app.example' })).toBe(101)
})

test('without a session there is none', async () => {
  const forged = cookie.replace(/\../, (start) => (start === '.A' ? '.B' : '.A'))
  for (const headers of [
    {},
    { origin: url },
    { cookie: 'roost=', origin: url },
    { cookie: forged, origin: url },
    { cookie: cookie.slice(0, -20), origin: url },
    { cookie: cookie.split('.')[0] ?? '', origin: url },
    { authorization: 'Bearer' },
    { authorization: 'Bearer nonsense-nonsense-nonsense' },
    { authorization: `Basic ${alice.token}` },
    // A program that says who it is is taken at its word: the cookie beside it counts for nothing.
    { authorization: 'Bearer nonsense-nonsense-nonsense', cookie, origin: url },
  ])
    expect([headers, await statusOf(headers)]).toEqual([headers, 401])
})

test('sockets are in one place', async () => {
  for (const path of ['/', '/api/v1/me', '/api/v1/socket/', '/api/v1/socketx', '//api/v1/socket'])
    expect([path, await statusOf(bearer, path)]).toEqual([path, 404])
  expect(await statusOf(bearer, '/api/v1/socket?since=5')).toBe(101)
})

/** Speaks as no client of ours does. Resolves with what was heard once the server has let go. */
function speak(text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its own half stays open for ever.
    const socket = connect({ port: Number(port), host: '127.0.0.1', allowHalfOpen: true })
    let heard = ''
    // What nobody reads any more is answered by a reset, which the next word meets.
    const talkOn = () => {
      if (!socket.destroyed) socket.write('still here', () => setImmediate(talkOn))
    }
    socket.on('data', (data) => (heard += data.toString('latin1')))
    socket.on('end', talkOn)
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
    setTimeout(() => {
      reject(new Error(`Still open after: ${heard}`))
      socket.destroy()
    }, 10_000).unref()
    socket.write(text)
  })
}
const handshake = (headers: Record<string, string>, path = '/api/v1/socket') =>
  [
    `GET ${path} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    '',
    '',
  ].join('\r\n')

test('whoever is refused is let go of, also when they do not leave', async () => {
  expect(await speak(handshake({}))).toMatch(/^HTTP\/1.1 401 /)
  expect(await speak(handshake({}, '/elsewhere'))).toMatch(/^HTTP\/1.1 404 /)
  expect(await speak(handshake({ Cookie: cookie }))).toMatch(/^HTTP\/1.1 403 /)
})

test('a handshake that is none is refused', async () => {
  const request = handshake({ Authorization: `Bearer ${alice.token}` })
  for (const broken of [
    request.replace('Sec-WebSocket-Version: 13', 'Sec-WebSocket-Version: 99'),
    request.replace('dGhlIHNhbXBsZSBub25jZQ==', 'short'),
    request.replace('GET', 'POST'),
  ])
    expect(await speak(broken)).toMatch(/^HTTP\/1.1 4\d\d /)
})

test('thousands of headers crash nothing', async () => {
  const many = Object.fromEntries(Array.from({ length: 2_100 }, (_, at) => [`x${at}`, '1']))
  const headers = { Authorization: `Bearer ${alice.token}` }
  for (const text of [handshake({ ...many, ...headers }), handshake({ ...headers, ...many })])
    expect(await speak(text)).toMatch(/^HTTP\/1.1 4/)
  expect(await statusOf(bearer)).toBe(101)
})

test('other protocols that a program offers are declined by answering as usual', async () => {
  const text = await speak(
    `GET /healthz HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade, HTTP2-Settings, close\r\n` +
      'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
  )
  expect(text).toMatch(/^HTTP\/1.1 200 /)
})

test('one user has so many sockets and no more, and whoever is turned away does no harm', async () => {
  const open = await Promise.all(Array.from({ length: limits.socketsPerUser }, () => bob.connect()))
  const more = await bob.connect()
  expect(await more.closed).toMatchObject({ code: closeCodes.tooManySockets })
  // An unmasked frame with reserved bits right behind the handshake.
  const request = handshake({ Authorization: `Bearer ${bob.token}` })
  await speak(Buffer.concat([Buffer.from(request), Buffer.from([0xff, 0x05, 1, 2, 3, 4, 5])]))
  expect(await statusOf(bearer)).toBe(101)
  const [first] = open
  await first?.settle()
  await first?.close()
  expect(await (await bob.connect()).settle()).toBeUndefined()
  await Promise.all(open.map((socket) => socket.close()))
})
