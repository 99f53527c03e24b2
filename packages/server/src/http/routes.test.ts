import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import { adminEndpoints, endpoints, type Endpoint } from '@roost/protocol'
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

/**
 * What is no endpoint of the protocol, and tells nobody anything. An endpoint is tried with everyone
 * who may call it in authorization.test.ts, which fails while it lacks one.
 */
const others = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /api/docs',
  'GET /api/docs/start.js',
  'GET /api/docs/ui/*',
]
const everyEndpoint: readonly Endpoint[] = Object.values({ ...endpoints, ...adminEndpoints })
const listed = [...others, ...everyEndpoint.map(({ method, path }) => `${method} ${path}`)]
const withHeads = (routes: readonly string[]) =>
  routes
    .flatMap((route) => (route.startsWith('GET ') ? [route, `HEAD${route.slice(3)}`] : [route]))
    .toSorted()

test('there are these routes and no others', () => {
  expect([...registered].toSorted()).toEqual(withHeads(listed))
})

test('those of the API are each once in the protocol', () => {
  expect(new Set(listed).size).toBe(listed.length)
  const names = [...Object.keys(endpoints), ...Object.keys(adminEndpoints)]
  expect(new Set(names).size).toBe(names.length)
})

test('these alone answer to someone without a session', async () => {
  const open: string[] = []
  for (const route of registered) {
    const [method = '', path = ''] = route.split(' ')
    const { status } = await sendRaw(server.url, {
      method,
      path: path.replaceAll(/:\w+/g, crypto.randomUUID()),
    })
    if (status !== 401) open.push(route)
  }
  expect(open.toSorted()).toEqual(
    withHeads([
      ...others,
      'GET /api/v1/openapi.json',
      'GET /api/v1/server',
      'POST /api/auth/request-password-reset',
      'POST /api/auth/reset-password',
      'POST /api/auth/sign-in/email',
      'POST /api/auth/sign-in/username',
      'POST /api/auth/sign-out',
      'POST /api/auth/sign-up/email',
      'POST /api/v1/invites/look',
      'POST /api/v1/setup',
    ]),
  )
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
