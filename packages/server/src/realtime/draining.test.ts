import { rmSync } from 'node:fs'
import { connect } from 'node:net'

import { closeCodes, errorBody } from '@roost/protocol'
import { expect, test } from 'vitest'

import { connectAll, signUpCast } from '../testing/person.ts'
import { seedSessions } from '../testing/seed-sessions.ts'
import { seedMembers } from '../testing/seed.ts'
import { startTestServer } from '../testing/start-test-server.ts'

test('a server that stops tells its sockets to come back, and takes no new ones', async () => {
  const stopping = await startTestServer()
  const { carol } = await signUpCast(stopping, 'carol')
  const sockets = await connectAll(carol, carol)
  const stopped = stopping.stop()
  const late = await carol.connect().catch((error: unknown) => error)
  for (const socket of sockets)
    expect(await socket.closed).toMatchObject({ code: closeCodes.draining })
  expect(late).toBeInstanceOf(Error)
  await stopped
  expect(stopping.reports).toEqual([])
})

test('whoever is there when it stops was last seen then', async () => {
  let now = Date.now()
  const stopping = await startTestServer({ now: () => now })
  const { app, folder, reports } = stopping
  const { alice, bob } = await signUpCast(stopping, 'alice', 'bob')
  await connectAll(alice, alice, bob)
  now += 60 * 60 * 1_000
  await app.close()
  expect(reports).toEqual([])
  const again = await startTestServer({ folder })
  await again.app.core.database.read(async (db) => {
    const ids = [alice.id, bob.id]
    const seen = [
      ...(await db.selectFrom('users').select('lastSeenAt').where('id', 'in', ids).execute()),
      ...(await db
        .selectFrom('sessions')
        .select('lastSeenAt')
        .where('userId', 'in', ids)
        .execute()),
    ]
    expect(seen).toEqual(ids.flatMap(() => [{ lastSeenAt: now }, { lastSeenAt: now }]))
  })
  await again.stop()
  rmSync(folder, { recursive: true })
})

test('each of many sockets is told another moment, the last before anything else is', async () => {
  const COUNT = 400
  const stopping = await startTestServer()
  const { alice } = await signUpCast(stopping, 'alice')
  const { id } = await alice.makeRoom()
  const crowd = await seedMembers(stopping.app.core, id, COUNT)
  const people = await seedSessions(stopping, crowd)
  const sockets = await Promise.all(people.map((person) => person.connect()))
  const stopped = stopping.stop()
  await Promise.all(sockets.map((socket) => socket.closed))
  await stopped
  const moments = sockets.map(({ frames }) => {
    const last = frames.at(-1)
    return last?.type === 'draining' ? last.retryAfter : 0
  })
  expect(new Set(moments).size).toBe(COUNT)
  // Five thousandths of a second for each of them, after one.
  expect(Math.min(...moments)).toBe(1)
  expect(Math.max(...moments)).toBeGreaterThan(1 + 0.004 * COUNT)
  const inTenth = Map.groupBy(moments, (moment) => Math.floor(moment * 10))
  for (const those of inTenth.values()) expect(those.length).toBeLessThanOrEqual(21)
})

test('a request that comes while the server stops is answered 503, and when to try again', async () => {
  const stopping = await startTestServer()
  const socket = connect(Number(new URL(stopping.url).port), '127.0.0.1')
  const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n`
  let text = ''
  const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()))
  socket.on('data', (data) => (text += data.toString()))
  // One request, and the beginning of another, which keeps the connection from being idle.
  socket.write(`${request('/healthz')}\r\n${request('/api/v1/server')}`)
  await answered
  text = ''
  const stopped = stopping.stop()
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.write('\r\n')
  await ended
  await stopped
  const [head = '', body = ''] = text.split('\r\n\r\n')
  expect(head).toContain('503 Service Unavailable')
  const { error } = errorBody.parse(JSON.parse(body))
  expect(error).toMatchObject({ code: 'unavailable', retryAfter: expect.closeTo(3, -1) as number })
  expect(head.toLowerCase()).toContain(`retry-after: ${error.retryAfter}`)
  expect(stopping.reports).toEqual([])
})
