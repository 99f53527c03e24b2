import { once } from 'node:events'
import { connect } from 'node:net'

import { expect, test } from 'vitest'

import { failReads } from '../testing/fail-reads.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('without its database a server is alive and not ready, until it is back', async () => {
  const server = await startTestServer()
  const { repair } = failReads('meta', 'unreachable')
  try {
    expect(await sendRaw(server.url, { path: '/readyz' })).toMatchObject({
      status: 503,
      text: '{"status":"unavailable","database":"down","bus":"up"}',
    })
    expect(await sendRaw(server.url, { path: '/healthz' })).toMatchObject({ status: 200 })
  } finally {
    repair()
  }
  expect(await sendRaw(server.url, { path: '/readyz' })).toMatchObject({ status: 200 })
  // Whoever watches asks every few seconds: that is no news each time.
  expect(server.reports).toEqual([])
  await server.stop()
})

/** Sends requests on one connection, the last without its end, and returns what sends that. */
async function holdOpen(url: string, ...paths: string[]) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1')
  let text = ''
  const answered = once(socket, 'data')
  socket.on('data', (data) => (text += data.toString()))
  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`)
  socket.write(requests.join('\r\n'))
  await answered
  return async () => {
    text = ''
    const closed = once(socket, 'close')
    socket.write('\r\n')
    await closed
    return text
  }
}

test('a server that stops is alive and not ready', async () => {
  const server = await startTestServer()
  const finish = await Promise.all(
    ['/healthz', '/readyz'].map((path) => holdOpen(server.url, '/healthz', path)),
  )
  const stopped = server.stop()
  const [alive = '', ready = ''] = await Promise.all(finish.map((end) => end()))
  await stopped
  expect(alive).toContain('HTTP/1.1 200 OK')
  expect(ready).toContain('HTTP/1.1 503 Service Unavailable')
  expect(ready).toContain('{"status":"stopping","database":"up","bus":"up"}')
  expect(server.reports).toEqual([])
})
