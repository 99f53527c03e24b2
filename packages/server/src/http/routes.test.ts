import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { adminEndpoints, endpoints } from '@roost/protocol'
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
  'GET /api/docs',
  'GET /api/docs/start.js',
  'GET /api/docs/ui/*',
  'POST /api/auth/request-password-reset',
  'POST /api/auth/reset-password',
  'POST /api/auth/sign-in/email',
  'POST /api/auth/sign-in/username',
  'POST /api/auth/sign-out',
  'POST /api/auth/sign-up/email',
  'GET /api/v1/admin/audit',
  'GET /api/v1/admin/health',
  'GET /api/v1/admin/invites',
  'GET /api/v1/admin/messages',
  'DELETE /api/v1/admin/messages/:id',
  'GET /api/v1/admin/rooms',
  'DELETE /api/v1/admin/rooms/:id',
  'PATCH /api/v1/admin/rooms/:id',
  'GET /api/v1/admin/rooms/:id/members',
  'GET /api/v1/admin/settings',
  'PATCH /api/v1/admin/settings',
  'GET /api/v1/admin/users',
  'POST /api/v1/admin/users',
  'DELETE /api/v1/admin/users/:id',
  'PATCH /api/v1/admin/users/:id',
  'POST /api/v1/admin/users/:id/reset-link',
  'POST /api/v1/admin/users/:id/sign-out',
  'GET /api/v1/conversations',
  'POST /api/v1/conversations',
  'DELETE /api/v1/conversations/:id',
  'GET /api/v1/conversations/:id',
  'PATCH /api/v1/conversations/:id',
  'GET /api/v1/conversations/:id/events',
  'POST /api/v1/conversations/:id/join',
  'POST /api/v1/conversations/:id/leave',
  'GET /api/v1/conversations/:id/members',
  'POST /api/v1/conversations/:id/members',
  'DELETE /api/v1/conversations/:id/members/:userId',
  'PATCH /api/v1/conversations/:id/members/:userId',
  'PATCH /api/v1/conversations/:id/membership',
  'GET /api/v1/conversations/:id/messages',
  'POST /api/v1/conversations/:id/messages',
  'DELETE /api/v1/conversations/:id/picture',
  'PUT /api/v1/conversations/:id/picture',
  'PUT /api/v1/conversations/:id/read',
  'GET /api/v1/invites',
  'POST /api/v1/invites',
  'DELETE /api/v1/invites/:id',
  'POST /api/v1/invites/look',
  'POST /api/v1/invites/redeem',
  'GET /api/v1/me',
  'PATCH /api/v1/me',
  'POST /api/v1/me/email',
  'POST /api/v1/me/password',
  'DELETE /api/v1/me/picture',
  'PUT /api/v1/me/picture',
  'DELETE /api/v1/me/sessions',
  'GET /api/v1/me/sessions',
  'DELETE /api/v1/me/sessions/:id',
  'DELETE /api/v1/messages/:id',
  'GET /api/v1/messages/:id',
  'PATCH /api/v1/messages/:id',
  'GET /api/v1/messages/:id/reactions',
  'DELETE /api/v1/messages/:id/reactions/:emoji',
  'PUT /api/v1/messages/:id/reactions/:emoji',
  'GET /api/v1/openapi.json',
  'GET /api/v1/pictures/:id',
  'GET /api/v1/rooms',
  'GET /api/v1/search',
  'GET /api/v1/server',
  'POST /api/v1/setup',
  'GET /api/v1/users',
  'GET /api/v1/users/:id',
]

test('there are these routes and no others', () => {
  const heads = listed
    .filter((route) => route.startsWith('GET '))
    .map((route) => `HEAD${route.slice(3)}`)
  expect([...registered].toSorted()).toEqual([...listed, ...heads].toSorted())
})

test('those of the API are the endpoints of the protocol', () => {
  expect(
    [...Object.values(endpoints), ...Object.values(adminEndpoints)]
      .map(({ method, path }) => `${method} ${path}`)
      .toSorted(),
  ).toEqual(listed.filter((route) => /^\w+ \/api\/(?!docs)/.test(route)).toSorted())
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
    'GET /api/docs',
    'GET /api/docs/start.js',
    'GET /api/docs/ui/*',
    'GET /api/v1/openapi.json',
    'GET /api/v1/server',
    'GET /healthz',
    'GET /readyz',
    'HEAD /api/docs',
    'HEAD /api/docs/start.js',
    'HEAD /api/docs/ui/*',
    'HEAD /api/v1/openapi.json',
    'HEAD /api/v1/server',
    'HEAD /healthz',
    'HEAD /readyz',
    'POST /api/auth/request-password-reset',
    'POST /api/auth/reset-password',
    'POST /api/auth/sign-in/email',
    'POST /api/auth/sign-in/username',
    'POST /api/auth/sign-out',
    'POST /api/auth/sign-up/email',
    'POST /api/v1/invites/look',
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
