import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { endpoints } from '@roost/protocol'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { afterAll, expect, test } from 'vitest'

import { sendRaw } from '../testing/send-raw.ts'
import { startTestServer } from '../testing/start-test-server.ts'

/** Fastify announces each server before it has routes. */
const registered = new Set<string>()
const listen = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const each of [method].flat()) registered.add(`${each} ${url}`)
  })
}
// The first start makes the template of databases, with a server of its own.
await (await startTestServer()).stop()
subscribe('fastify.initialization', listen)
const server = await startTestServer()
unsubscribe('fastify.initialization', listen)
afterAll(() => server.stop())

/** Whoever adds a route adds it here, and to the tests of what may go wrong with it. */
const listed = [
  'GET /healthz',
  'GET /readyz',
  'POST /api/auth/sign-in/email',
  'POST /api/auth/sign-in/username',
  'POST /api/auth/sign-out',
  'POST /api/auth/sign-up/email',
  'DELETE /api/v1/conversations/:id/picture',
  'DELETE /api/v1/me/picture',
  'DELETE /api/v1/me/sessions',
  'DELETE /api/v1/me/sessions/:id',
  'GET /api/v1/conversations',
  'GET /api/v1/conversations/:id',
  'GET /api/v1/conversations/:id/events',
  'GET /api/v1/conversations/:id/members',
  'GET /api/v1/conversations/:id/messages',
  'GET /api/v1/me',
  'GET /api/v1/me/sessions',
  'GET /api/v1/messages/:id',
  'GET /api/v1/pictures/:id',
  'GET /api/v1/rooms',
  'GET /api/v1/server',
  'GET /api/v1/users',
  'GET /api/v1/users/:id',
  'PATCH /api/v1/me',
  'POST /api/v1/conversations',
  'POST /api/v1/conversations/:id/join',
  'POST /api/v1/conversations/:id/leave',
  'POST /api/v1/conversations/:id/members',
  'POST /api/v1/conversations/:id/messages',
  'POST /api/v1/setup',
  'PUT /api/v1/conversations/:id/picture',
  'PUT /api/v1/conversations/:id/read',
  'PUT /api/v1/me/picture',
]

test('there are these routes and no others', () => {
  const heads = listed
    .filter((route) => route.startsWith('GET '))
    .map((route) => `HEAD${route.slice(3)}`)
  expect([...registered].toSorted()).toEqual([...listed, ...heads].toSorted())
})

test('those of the API are the endpoints of the protocol', () => {
  expect(
    Object.values(endpoints)
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  ).toEqual(listed.filter((route) => route.includes(' /api/v1/')).toSorted())
})

test('these alone answer to someone without a session', async () => {
  const open: string[] = []
  for (const route of registered) {
    const [method = '', path = ''] = route.split(' ')
    const { status } = await sendRaw(server.url, {
      method,
      path: path.replace(':id', crypto.randomUUID()),
    })
    if (status !== 401) open.push(route)
  }
  expect(open.toSorted()).toEqual([
    'GET /api/v1/server',
    'GET /healthz',
    'GET /readyz',
    'HEAD /api/v1/server',
    'HEAD /healthz',
    'HEAD /readyz',
    'POST /api/auth/sign-in/email',
    'POST /api/auth/sign-in/username',
    'POST /api/auth/sign-out',
    'POST /api/auth/sign-up/email',
    'POST /api/v1/setup',
  ])
})

test.each(['TRACE', 'CONNECT', 'OPTIONS', 'PROPFIND', 'DELETE', 'PATCH', 'PUT'])(
  '%s is answered by nothing where it has no route',
  async (method) => {
    // A CONNECT is closed without an answer.
    const status = await sendRaw(server.url, { method, path: '/api/v1/server' }).then(
      (reply) => reply.status,
      () => 404,
    )
    expect(status).toBe(404)
  },
)
