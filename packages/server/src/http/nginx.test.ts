/** What deploy/nginx.conf promises, by a real nginx in front of real servers. */
import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

import { closeCodes, endpoints, errorBody, limits } from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'

import { hasNginx, startNginx, type Nginx } from '../testing/nginx.ts'
import { connectAll, Person, signUpCast } from '../testing/person.ts'
import { postJson, sendRaw } from '../testing/send-raw.ts'
import { startTestServer, testConfig, type TestServer } from '../testing/start-test-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

const metricsToken = 'a-token-of-the-operator'
const origin = 'https://chat.example.org'
const config = {
  trustProxy: 1,
  origin,
  metricsToken,
  fixed: { ...testConfig('/nowhere').fixed, signInsPerAddress: 5 },
}

describe.skipIf(!hasNginx)('a server behind nginx', () => {
  let server: TestServer
  let nginx: Nginx
  let alice: Person
  let bob: Person
  beforeAll(async () => {
    server = await startTestServer({ config })
    nginx = await startNginx([server.url])
    const people = await signUpCast(server, 'alice', 'bob')
    alice = new Person(nginx, people.alice)
    bob = new Person(nginx, people.bob)
  })
  afterAll(async () => {
    await nginx.stop()
    await server.stop()
    expect(server.reports).toEqual([])
  })

  test('hears and is heard through sockets', async () => {
    const [hers, his] = await connectAll(alice, bob)
    const { id } = await alice.openDirect(bob)
    const { seq } = await alice.send(id, 'Through the proxy')
    for (const socket of [hers, his]) await socket.event(id, seq)
    his.send({ type: 'typing', conversationId: id })
    await hers.until(() => hers.texts.some((text) => text.includes('"typing"')))
    await Promise.all([hers.close(), his.close()])
  })

  test.each([
    ['a foreign page', 403, { origin: 'https://evil.example.org' }],
    ['somebody without a session', 401, { origin }],
  ])('refuses the socket of %s', async (_who, status, headers) => {
    await expect(TestSocket.open(nginx.url, headers)).rejects.toMatchObject({ status })
  })

  test('counts by the address that nginx saw, whatever else a client says', async () => {
    const attempt = (localAddress: string, forwarded: string) =>
      signInFrom(nginx.url, { localAddress, headers: { 'x-forwarded-for': forwarded } })
    const statuses = []
    for (let time = 1; time <= 7; time++)
      statuses.push(await attempt('127.0.0.1', `203.0.113.${time}, 198.51.100.${time}`))
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    expect(await attempt('127.0.0.2', '127.0.0.1')).toBe(401)
  })

  test.each([
    ['a picture that is none', limits.pictureBytes - 1, 'bad_request'],
    ['one that is too large', limits.pictureBytes + 1, 'too_large'],
  ])('refuses %s in words of its own', async (_what, bytes, code) => {
    const reply = await sendRaw(nginx.url, {
      method: 'PUT',
      path: endpoints.setMyPicture.path,
      headers: { authorization: `Bearer ${alice.token}`, 'content-type': 'image/png' },
      body: Buffer.alloc(bytes),
    })
    expect(errorBody.parse(JSON.parse(reply.text)).error.code).toBe(code)
  })

  test('gives large answers whole', async () => {
    const path = '/api/v1/openapi.json'
    const { bytes } = await sendRaw(nginx.url, { path })
    expect(bytes.length).toBeGreaterThan(100_000)
    expect(bytes.equals((await sendRaw(server.url, { path })).bytes)).toBe(true)
  })

  test('keeps its numbers from the public', async () => {
    const ask = { path: '/metrics', headers: { authorization: `Bearer ${metricsToken}` } }
    expect(await sendRaw(server.url, ask)).toMatchObject({ status: 200 })
    expect(await sendRaw(nginx.url, ask)).toMatchObject({ status: 404 })
  })

  test('has the id of a request in both logs, and in neither what was looked for', async () => {
    const { headers } = await sendRaw(nginx.url, {
      path: '/api/v1/search?query=nightingale',
      headers: { 'x-request-id': 'chosen-by-a-client' },
    })
    const id = headers['x-request-id']
    expect(id).toMatch(/^[\da-f]{32}$/)
    await expect.poll(() => nginx.log()).toContain(`"GET /api/v1/search" 401`)
    expect(nginx.log()).toContain(id)
    expect(nginx.log()).not.toContain('nightingale')
  })

  test('is asked over connections that stay open', async () => {
    let connections = 0
    const count = () => void connections++
    server.app.http.server.on('connection', count)
    for (let time = 0; time < 20; time++) await sendRaw(nginx.url, { path: '/api/v1/server' })
    server.app.http.server.off('connection', count)
    expect(connections).toBeLessThanOrEqual(1)
  })
})

describe.skipIf(!hasNginx)('two servers behind nginx', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer({ config })
  })
  afterAll(() => server.stop())
  /** An nginx for one test, however it ends. */
  const before = async (urls: string[]) => {
    const nginx = await startNginx(urls)
    onTestFinished(() => nginx.stop())
    return nginx
  }
  const read = (url: string) =>
    sendRaw(url, { path: '/api/v1/server' }).then(({ status }) => status)
  const write = (url: string) =>
    postJson(url, '/api/v1/invites/look', {}, { origin }).then(({ status }) => status)

  test('one that is gone is not missed', async () => {
    const { url: gone, stop } = await startOther('stopping')
    await stop()
    const nginx = await before([gone, server.url])
    for (let time = 0; time < 10; time++)
      expect([await read(nginx.url), await write(nginx.url)]).toEqual([200, 400])
  })

  test.each([
    ['dies over a request', 'dies', 502],
    ['says that it is stopping', 'stopping', 503],
  ] as const)(
    'what one that %s was to read is read from the other, and nothing is sent twice',
    async (_what, way, status) => {
      const other = await startOther(way)
      const nginx = await before([other.url, server.url])
      const reads = []
      for (let time = 0; time < 4; time++) reads.push(await read(nginx.url))
      expect(reads).toEqual([200, 200, 200, 200])
      expect(other.taken).toContain('GET')

      const again = await before([other.url])
      const earlier = other.taken.length
      expect(await write(again.url)).toBe(status)
      expect(other.taken.slice(earlier)).toEqual(['POST'])

      const both = await before([other.url, server.url])
      const writes = [await write(both.url), await write(both.url)]
      expect(new Set(writes)).toEqual(new Set([400, status]))
    },
  )

  test('sockets hear that theirs is stopping', async () => {
    const stopping = await startTestServer({ config })
    const nginx = await before([stopping.url])
    const { alice } = await signUpCast(stopping, 'alice')
    const socket = await new Person(nginx, alice).connect()
    await stopping.stop()
    expect(await socket.closed).toMatchObject({ code: closeCodes.draining })
  })
})

/** Signs in in vain, over a connection from this address. */
async function signInFrom(
  url: string,
  from: { localAddress: string; headers: Record<string, string> },
): Promise<number> {
  const { hostname, port } = new URL(url)
  const headers = { ...from.headers, origin, 'content-type': 'application/json' }
  const path = '/api/auth/sign-in/username'
  const options = { hostname, port, path, method: 'POST', localAddress: from.localAddress, headers }
  const sent = httpRequest(options)
  sent.end(JSON.stringify({ username: 'nobody', password: 'wrong and long enough' }))
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  await text(response)
  return response.statusCode ?? 0
}

/** What is no Roost: it takes requests and does this. */
async function startOther(way: 'dies' | 'stopping') {
  const taken: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      const [method = ''] = data.toString().split(' ')
      taken.push(method)
      if (way === 'dies') return socket.destroy()
      socket.end(
        'HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n',
      )
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const stop = async () => {
    if (!server.listening) return
    server.close()
    for (const socket of sockets) socket.destroy()
    await once(server, 'close')
  }
  onTestFinished(stop)
  /** `taken` has the methods of the requests so far. */
  return { url: `http://127.0.0.1:${port}`, taken, stop }
}
