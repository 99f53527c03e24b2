/** The description is valid, speaks of every route, and is what the server really answers. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel'

import {
  adminEndpoints,
  endpoints,
  type AdminEndpointName,
  type Endpoint,
  type EndpointName,
} from '@roost/protocol'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import type { FastifyInstance, RouteOptions } from 'fastify'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

import { newClientId, pathOf, Person, signUpCast, type Attempt } from '../testing/person.ts'
import { callApi, PASSWORD, startTestServer } from '../testing/start-test-server.ts'

const all: Record<string, Endpoint> = { ...endpoints, ...adminEndpoints }
type Name = EndpointName | AdminEndpointName

interface RealAnswer {
  readonly operation: string
  readonly status: number
  readonly type: string
  readonly text: string
}
const registered = new Set<string>()
const answers: RealAnswer[] = []
const listen = (message: unknown) => {
  const { fastify } = message as { fastify: FastifyInstance }
  fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
    for (const each of [method].flat()) registered.add(`${each} ${url}`)
  })
  fastify.addHook('onSend', async ({ method, routeOptions }, reply, payload) => {
    answers.push({
      operation: `${method} ${routeOptions.url}`,
      status: reply.statusCode,
      type: String(reply.getHeader('content-type') ?? '').split(';')[0] ?? '',
      text: typeof payload === 'string' ? payload : '',
    })
  })
}
// The first start makes the template of databases, with a server of its own.
await (await startTestServer()).stop()
subscribe('fastify.initialization', listen)
const server = await startTestServer()
unsubscribe('fastify.initialization', listen)
afterAll(() => server.stop())

const schema = z.looseObject({})
const response = z.looseObject({
  $ref: z.string().optional(),
  content: z.record(z.string(), z.looseObject({ schema })).optional(),
})
const operation = z.looseObject({
  operationId: z.string(),
  security: z.array(z.unknown()).optional(),
  responses: z.record(z.string(), response),
})
const description = z.looseObject({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.looseObject({ responses: z.record(z.string(), response) }),
})
let described: z.infer<typeof description>
const operations = new Map<string, z.infer<typeof operation>>()
const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false })
beforeAll(async () => {
  const reply = await fetch(`${server.url}/api/v1/openapi.json`)
  described = description.parse(await reply.json())
  ajv.addSchema(described, 'api')
  for (const [path, methods] of Object.entries(described.paths))
    for (const [method, each] of Object.entries(methods))
      operations.set(`${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, each)
})

const checks = new Map<string, ValidateFunction>()
/** References are to the description, wherever the schema stands in it. */
function checkOf(part: z.infer<typeof schema>): ValidateFunction {
  const text = JSON.stringify(part).replaceAll('"#/components/', '"api#/components/')
  const check = checks.get(text) ?? ajv.compile(schema.parse(JSON.parse(text)))
  checks.set(text, check)
  return check
}

test('it is a valid description in OpenAPI 3.1', async () => {
  expect(described.openapi).toBe('3.1.0')
  const { valid, errors } = await new Validator().validate(structuredClone(described))
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
})

test('every route of the API is in it, and nothing else', () => {
  const routes = [...registered].filter(
    (route) => /^(?!HEAD )\w+ \/api\//.test(route) && !/^GET \/api\/docs(\/|$)/.test(route),
  )
  expect([...operations.keys()].toSorted()).toEqual([...routes, 'GET /api/v1/socket'].toSorted())
})

test('it says which need no session', () => {
  for (const { operationId, security } of operations.values())
    expect([operationId, security?.length === 0]).toEqual([
      operationId,
      all[operationId]?.public ?? false,
    ])
})

/** What is wrong with an answer, by the description. */
function faultsOf({ operation: name, status, type, text }: RealAnswer): unknown {
  const { responses = {} } = operations.get(name) ?? {}
  const found = responses[status] ?? (status >= 400 ? responses['default'] : undefined)
  if (!found) return `${status} is not described`
  if (status === 304) return undefined
  const { content = {} } =
    found.$ref === undefined
      ? found
      : (described.components.responses[found.$ref.split('/').at(-1) ?? ''] ?? {})
  const body = content[type]
  if (!body) return `${type} is not described`
  if (type !== 'application/json' || text === '') return undefined
  const check = checkOf(body.schema)
  return check(JSON.parse(text)) ? undefined : check.errors
}

const seen = () =>
  Map.groupBy(
    answers.filter((answer) => operations.has(answer.operation)),
    (answer) => answer.operation,
  )

/** Each endpoint is called once so that it succeeds, by people who may. */
async function walk(): Promise<void> {
  const { alice, bob, carol } = await signUpCast(server, 'alice', 'bob', 'carol')
  const newcomer = { username: 'dora', name: 'Dora', email: 'dora@example.org', password: PASSWORD }
  await callApi(server.url, { method: 'POST', path: endpoints.signUp.path, body: newcomer })
  const signedIn = await callApi(server.url, {
    method: 'POST',
    path: '/api/auth/sign-in/email',
    body: { email: 'owner@example.org', password: PASSWORD },
  })
  const { token, user } = endpoints.signInEmail.response.parse(signedIn.body)
  const owner = new Person(server, { id: user.id, username: 'owner', token })
  const call = async (person: Person, name: Name, attempt: Attempt = {}) => {
    const endpoint = all[name]
    if (!endpoint) throw new Error(`There is no endpoint ${name}.`)
    const { status, body } = await person.request(endpoint, attempt)
    if (status >= 400) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`)
    return body
  }
  const clientId = newClientId
  const picture = await sharp({
    create: { width: 8, height: 8, channels: 3, background: 'red' },
  })
    .png()
    .toBuffer()
  const upload = (person: Person, endpoint: Endpoint, attempt: Attempt = {}) =>
    fetch(server.url + pathOf(endpoint, attempt), {
      method: 'PUT',
      headers: { authorization: `Bearer ${person.token}`, 'content-type': 'image/png' },
      body: new Uint8Array(picture),
    })

  await call(bob, 'server')
  await callApi(server.url, {
    method: 'POST',
    path: '/api/auth/sign-in/username',
    body: { username: 'carol', password: PASSWORD },
  })
  await call(alice, 'updateMe', { body: { about: 'Sails.', locale: 'de' } })
  await upload(alice, endpoints.setMyPicture)
  const me = endpoints.me.response.parse(await call(alice, 'me'))
  await call(bob, 'picture', { params: { id: me.picture } })
  await call(alice, 'removeMyPicture')
  const newPassword = 'marmot lantern fjord 7'
  await call(alice, 'changePassword', { body: { currentPassword: PASSWORD, newPassword } })
  await call(alice, 'changeEmail', {
    body: { password: newPassword, email: 'alice@new.example.org' },
  })
  const { sessions } = endpoints.sessions.response.parse(await call(carol, 'sessions'))
  const other = sessions.find((session) => !session.current)
  await call(carol, 'endSession', { params: { id: other?.id } })
  await call(carol, 'endOtherSessions')
  await call(alice, 'users', { query: { query: 'b', limit: 5 } })
  await call(alice, 'users', { query: { ids: [bob.id, carol.id].join(',') } })
  await call(alice, 'user', { params: { id: bob.id } })

  const direct = await alice.openDirect(bob)
  const { id } = await alice.makeRoomWith([bob], { name: 'Deck', topic: 'Weather' })
  const params = { id }
  await call(alice, 'updateConversation', {
    params,
    body: { clientId: clientId(), name: 'Bridge', topic: null },
  })
  await upload(alice, endpoints.setRoomPicture, { params })
  await call(alice, 'removeRoomPicture', { params })
  await call(alice, 'updateMembership', { params, body: { pinned: true, mutedUntil: 0 } })
  await call(carol, 'rooms', { query: { query: 'bri' } })
  await call(carol, 'conversation', { params })
  await carol.join(id)
  await call(alice, 'updateMember', {
    params: { id, userId: bob.id },
    body: { clientId: clientId(), role: 'admin' },
  })
  await carol.leave(id)
  await call(alice, 'addMember', { params, body: { clientId: clientId(), userId: carol.id } })
  await call(bob, 'members', { params })
  await call(alice, 'removeMember', {
    params: { id, userId: carol.id },
    body: { clientId: clientId() },
  })
  const first = await alice.send(id, 'Ahoy @bob', { mentions: [bob.id] })
  const answer = await bob.send(id, 'Ahoy!', { replyTo: first.id })
  const message = { params: { id: answer.id } }
  await call(bob, 'editMessage', {
    ...message,
    body: { clientId: clientId(), body: 'Ahoy, ahoy!' },
  })
  const thumb = { params: { ...message.params, emoji: '👍' } }
  await call(alice, 'react', { ...thumb, body: { clientId: clientId() } })
  await call(alice, 'reactions', message)
  await call(alice, 'messages', { params, query: { around: first.seq } })
  await call(alice, 'message', message)
  await call(alice, 'search', { query: { query: 'ahoy', conversationId: id } })
  await call(alice, 'senders', { query: { query: 'bob' } })
  await call(alice, 'unreact', { ...thumb, body: { clientId: clientId() } })
  await call(alice, 'markRead', { params, body: { seq: answer.seq } })
  await call(bob, 'deleteMessage', { ...message, body: { clientId: clientId() } })
  await call(alice, 'events', { params, query: { after: 0 } })
  await call(alice, 'changes', { params, query: { after: 0, from: 1, to: 9 } })
  const { epoch } = server.app.core.database
  const heads = [{ conversationId: id, seq: 0 }]
  await call(alice, 'sync', { body: { epoch, userSeq: 0, heads } })
  await call(alice, 'conversations', { query: { limit: 5 } })
  await alice.send(direct.id, 'Good night')

  const made = endpoints.createInvite.response.parse(
    await call(alice, 'createInvite', { body: { conversationId: id, maxUses: 3 } }),
  )
  await call(alice, 'invites', { query: { conversationId: id } })
  await call(carol, 'lookAtInvite', { body: { token: made.token } })
  await call(carol, 'redeemInvite', { body: { token: made.token } })
  await call(owner, 'adminInvites')
  await call(alice, 'revokeInvite', { params: { id: made.invite.id } })

  await call(owner, 'adminUsers', { query: { query: 'b' } })
  const dave = adminEndpoints.adminCreateUser.response.parse(
    await call(owner, 'adminCreateUser', {
      body: { username: 'dave', name: 'Dave', email: 'dave@example.org' },
    }),
  )
  const ofDave = { params: { id: dave.user.id } }
  await call(owner, 'adminUpdateUser', { ...ofDave, body: { name: 'David' } })
  const link = adminEndpoints.adminResetLink.response.parse(
    await call(owner, 'adminResetLink', ofDave),
  )
  const resetToken = link.path.split(/[/=]/).at(-1)
  await call(bob, 'resetPassword', { body: { token: resetToken, newPassword } })
  await call(owner, 'adminSignOutUser', ofDave)
  await call(owner, 'adminDeleteUser', { ...ofDave, body: { messages: 'delete' } })
  await call(owner, 'adminRooms')
  await call(owner, 'adminRoomMembers', { params })
  await call(owner, 'adminUpdateRoom', { params, body: { name: 'Quarterdeck', archived: true } })
  await call(owner, 'adminMessages', { query: { query: 'ahoy' } })
  await call(owner, 'adminDeleteMessage', { params: { id: first.id } })
  const { id: doomed } = await alice.makeRoom()
  await call(owner, 'adminDeleteRoom', { params: { id: doomed } })
  const { id: own } = await alice.makeRoom()
  await call(alice, 'deleteConversation', { params: { id: own } })
  await call(owner, 'adminSettings')
  await call(owner, 'adminUpdateSettings', { body: { pageRoom: 30 } })
  await call(owner, 'adminHealth')
  await call(owner, 'adminAudit')
  await call(carol, 'signOut')
}

/** There is an owner already, and no server for mail. */
const neverSucceed = ['setUp', 'requestPasswordReset']
const neverFail = ['openapi', 'server', 'signOut']

test('what the server answers is as described', { timeout: 60_000 }, async () => {
  const { mallory } = await signUpCast(server, 'mallory')
  for (const endpoint of Object.values(all)) {
    const params = { id: newClientId(), userId: newClientId(), emoji: '👍' }
    const path = pathOf(endpoint, { params })
    const { method } = endpoint
    for (const token of [undefined, mallory.token])
      for (const body of [undefined, {}, { nonsense: 1 }])
        if (method !== 'GET' || !body)
          await callApi(server.url, { method, path, body, ...(token !== undefined && { token }) })
  }
  await walk()
  const faults = answers
    .filter((answer) => operations.has(answer.operation))
    .map((answer) => ({ answer, faults: faultsOf(answer) }))
    .filter(({ faults: found }) => found !== undefined)
  expect(faults).toEqual([])
  const missing = Object.entries(all).flatMap(([name, { method, path }]) => {
    const statuses = (seen().get(`${method} ${path}`) ?? []).map(({ status }) => status)
    return [
      ...(statuses.some((status) => status < 300) ? [] : [`${name} never succeeded`]),
      ...(statuses.some((status) => status >= 400) ? [] : [`${name} never failed`]),
    ]
  })
  expect(missing.toSorted()).toEqual(
    [
      ...neverSucceed.map((name) => `${name} never succeeded`),
      ...neverFail.map((name) => `${name} never failed`),
    ].toSorted(),
  )
})

test('frames of the socket are as described', async () => {
  const { erin, frank } = await signUpCast(server, 'erin', 'frank')
  const socket = await frank.connect()
  socket.send({ type: 'hello', protocol: 1 })
  const { id } = await erin.makeRoomWith([frank])
  const { id: messageId, seq } = await erin.send(id, 'Ahoy')
  await erin.ask(endpoints.react, {
    params: { id: messageId, emoji: '👍' },
    body: { clientId: newClientId() },
  })
  socket.send({ type: 'watch', userIds: [erin.id] })
  await socket.event(id, seq)
  await frank.settle(socket)
  await socket.find((frame) => frame.type === 'signal')
  const check = checkOf({ $ref: '#/components/schemas/ServerFrame' })
  const kinds = new Set(socket.frames.map(({ type }) => type))
  expect([...kinds].toSorted()).toEqual(['event', 'heads', 'signal', 'userEvent'])
  for (const frame of socket.frames)
    expect([frame, check(frame) ? null : check.errors]).toEqual([frame, null])
  expect(check({ type: 'event', conversationId: id, seq, event: {} })).toBe(false)
  await socket.close()
})

test('the page shows it with files of this server alone', async () => {
  const page = await fetch(`${server.url}/api/docs`)
  const text = await page.text()
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
  const links = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link = '']) => link)
  expect(links.filter((link) => link !== 'data:,').length).toBe(3)
  for (const link of links.filter((each) => each !== 'data:,')) {
    expect(link).toMatch(/^\/api\/docs\/[\w/.-]+$/)
    const file = await fetch(server.url + link)
    expect([link, file.status]).toEqual([link, 200])
    expect(file.headers.get('content-type')).toMatch(/\/(css|javascript);/)
  }
  // Looser than everywhere else in this alone.
  const policy = (path: string) =>
    fetch(server.url + path).then(({ headers }) => headers.get('content-security-policy') ?? '')
  expect(await policy('/api/docs')).toContain("style-src 'self' 'unsafe-inline'")
  expect(await policy('/api/docs')).toContain("script-src 'self';")
  expect(await policy('/api/v1/server')).not.toContain('unsafe-inline')
  for (const path of ['ui/index.html', 'ui/swagger-ui.js', 'ui/../../../package.json', 'ui/', 'x'])
    expect([path, (await fetch(`${server.url}/api/docs/${path}`)).status]).toEqual([path, 404])
})
