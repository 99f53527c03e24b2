import { Readable } from 'node:stream'

import { errorBody, type Endpoint } from '@roost/protocol'
import { fastify } from 'fastify'
import { serializerCompiler } from 'fastify-type-provider-zod'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { cookieNameFor } from '../auth/auth.ts'
import { Sessions } from '../auth/sessions.ts'
import { notFound } from '../errors.ts'
import { localLimits } from '../rate-limit.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { testConfig } from '../testing/start-test-server.ts'
import { handleErrors } from './errors.ts'
import { route } from './route.ts'
import { validatorCompiler } from './validation.ts'

const { server, core, alice, bob } = await shareServer(['alice', 'bob'])
const MAX = 2 * 1024 ** 2
const id = z.strictObject({ id: z.uuid() })
const endpoints = {
  act: {
    method: 'POST',
    path: '/admin/act',
    summary: '',
    admin: true,
    body: z.strictObject({ name: z.string() }),
    response: z.object({ name: z.string() }),
  },
  put: {
    method: 'PUT',
    path: '/files/:id',
    summary: '',
    params: id,
    upload: { types: ['image/png', 'image/webp'], maxBytes: MAX },
    response: z.object({ bytes: z.int() }),
  },
  get: {
    method: 'GET',
    path: '/files/:id',
    summary: '',
    params: id,
    download: 'image/webp',
    response: z.unknown(),
  },
} as const satisfies Record<string, Endpoint>
const known: string = crypto.randomUUID()

/** The real thing around three endpoints of our own. */
const config = testConfig(server.folder)
const sessions = new Sessions(core, {
  secret: config.secret ?? '',
  cookieName: cookieNameFor({ secure: false }),
})
const requests = localLimits(core.now)('requests', { burst: 1_000, perSecond: 1_000 })
const gate = { config, sessions, limiters: { requests } }
const app = fastify()
app.setValidatorCompiler(validatorCompiler)
app.setSerializerCompiler(serializerCompiler)
handleErrors(app, core.report)
route(app, gate, endpoints.act, { handle: async ({ body }) => body })
route(app, gate, endpoints.put, {
  async access({ params, session }) {
    if (params.id !== known || session.userId !== alice.id) throw notFound()
  },
  handle: async ({ body }) => ({ bytes: body.length }),
})
route(app, gate, endpoints.get, {
  handle: async ({ params }) =>
    params.id === known ? Buffer.from('all at once') : Readable.from(['in ', 'parts']),
})
let url: string
beforeAll(async () => {
  url = await app.listen({ port: 0, host: '127.0.0.1' })
})
afterAll(async () => {
  await app.close()
  await sessions.close()
})

const request = (
  who: { token: string } | undefined,
  method: string,
  path: string,
  more: { type?: string; body?: string | Buffer } = {},
) =>
  sendRaw(url, {
    method,
    path,
    headers: {
      ...(who && { authorization: `Bearer ${who.token}` }),
      ...(more.type !== undefined && { 'content-type': more.type }),
    },
    ...(more.body !== undefined && { body: more.body }),
  })
const refusalOf = ({ status, text }: { status: number; text: string }) => ({
  status,
  ...errorBody.parse(JSON.parse(text)).error,
})

test('what is for administrators is refused to others before anything about its shape', async () => {
  const act = (who: { token: string } | undefined, body: string) =>
    request(who, 'POST', '/admin/act', { type: 'application/json', body })
  for (const body of ['{"name":"x"}', '{"name":7}', '{', '[]', '']) {
    expect(refusalOf(await act(undefined, body))).toMatchObject({ status: 401 })
    expect(refusalOf(await act(bob, body))).toMatchObject({ status: 403, reason: 'admin_only' })
  }
  await core.database.write(({ db }) =>
    db.updateTable('users').set({ role: 'admin' }).where('id', '=', alice.id).execute(),
  )
  expect(await act(alice, '{"name":"x"}')).toMatchObject({ status: 200, text: '{"name":"x"}' })
  expect(refusalOf(await act(alice, '{"name":7}'))).toMatchObject({ status: 400, field: 'name' })
})

describe('a file', () => {
  const png = Buffer.alloc(MAX, 7)
  const put = (body: Buffer | undefined, type = 'image/png', who = alice, path = known) =>
    request(who, 'PUT', `/files/${path}`, { ...(body && { body }), ...(type !== '' && { type }) })

  test('arrives whole, up to its size', async () => {
    expect(await put(png)).toMatchObject({ status: 200, text: `{"bytes":${MAX}}` })
    expect(await put(png.subarray(0, 10), 'IMAGE/WebP')).toMatchObject({ text: '{"bytes":10}' })
    expect(refusalOf(await put(Buffer.alloc(MAX + 1)))).toMatchObject({
      status: 413,
      code: 'too_large',
      reason: 'picture_too_large',
    })
  })

  test('of another type, or none, is refused', async () => {
    for (const type of ['image/gif', 'image/svg+xml', 'application/json', 'text/html', ''])
      expect([type, refusalOf(await put(Buffer.from('{}'), type))]).toMatchObject([
        type,
        { status: 400, code: 'bad_request', reason: 'picture_invalid' },
      ])
    for (const body of [undefined, Buffer.alloc(0)])
      expect(refusalOf(await put(body))).toMatchObject({ status: 400, reason: 'picture_invalid' })
  })

  test('is not read from someone who may not know where it goes', async () => {
    for (const body of [png, Buffer.alloc(MAX * 2), undefined])
      for (const type of ['image/png', 'text/html', ''])
        expect(refusalOf(await put(body, type, bob))).toMatchObject({ status: 404 })
    expect(refusalOf(await put(png, 'image/png', alice, 'x'))).toMatchObject({ status: 400 })
    const anonymous = await request(undefined, 'PUT', `/files/${known}`, { type: 'image/png' })
    expect(anonymous.status).toBe(401)
  })

  test('comes down as what it is, and can do nothing there', async () => {
    for (const [path, text] of [
      [known, 'all at once'],
      [crypto.randomUUID(), 'in parts'],
    ] as const) {
      const reply = await request(bob, 'GET', `/files/${path}`)
      expect(reply).toMatchObject({ status: 200, text })
      expect(reply.headers).toMatchObject({
        'content-type': 'image/webp',
        'content-security-policy': "default-src 'none'; sandbox",
      })
    }
    expect(refusalOf(await request(bob, 'GET', '/files/x'))).toMatchObject({ status: 400 })
  })
})
