import { stripVTControlCharacters } from 'node:util'

import { endpoints } from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { BusAwayError } from '../bus/bus.ts'
import { failCommit, IOERR_FSYNC } from '../testing/fail-commit.ts'
import { failReads } from '../testing/fail-reads.ts'
import { newClientId, signUpCast, type Person } from '../testing/person.ts'
import { postJson, sendRaw } from '../testing/send-raw.ts'
import { signInBrowser } from '../testing/sign-in.ts'
import { PASSWORD, startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { logTo } from './open-log.ts'
import { reportTo } from './report-to.ts'

const lines: string[] = []
const log = logTo({ write: (line) => lines.push(line) }, { format: 'json', level: 'debug' })
const logLine = z.looseObject({
  level: z.enum(['error', 'warn', 'info', 'debug']),
  time: z.iso.datetime(),
  pid: z.literal(process.pid),
  msg: z.string(),
})
const logged = () => lines.map((line) => logLine.parse(JSON.parse(line)))
const isOf = (requestId: string) => (line: z.infer<typeof logLine>) =>
  line['requestId'] === requestId

let server: TestServer
let people: Record<'alice' | 'bob' | 'mallory', Person>
beforeAll(async () => {
  server = await startTestServer({ log })
  people = await signUpCast(server, 'alice', 'bob', 'mallory')
})
afterAll(() => server.stop())

/** A request is logged when its answer has gone out, which may be after it has arrived. */
async function linesOf(requestId = '') {
  await expect.poll(() => logged().filter(isOf(requestId)).at(-1)?.msg).toBe('request')
  return logged().filter(isOf(requestId))
}

describe('requests', () => {
  const ask = (id?: string, path = '/api/v1/server') =>
    sendRaw(server.url, { path, ...(id !== undefined && { headers: { 'x-request-id': id } }) })

  test('are a line each, by the pattern of their address', async () => {
    const { headers } = await ask('from-the-proxy:7', '/api/v1/messages/what-was-it?q=nightingale')
    expect(headers['x-request-id']).toBe('from-the-proxy:7')
    expect(await linesOf('from-the-proxy:7')).toEqual([
      {
        level: 'info',
        time: expect.any(String) as string,
        pid: process.pid,
        requestId: 'from-the-proxy:7',
        method: 'GET',
        route: '/api/v1/messages/:id',
        status: 401,
        milliseconds: expect.any(Number) as number,
        msg: 'request',
      },
    ])
  })

  test.each([
    ['none', undefined],
    ['a long one', 'x'.repeat(65)],
    ['one with a space', 'a b'],
    ['one with a quote', 'a"b'],
    ['an empty one', ''],
  ])('with %s get an id of their own, in the header and in an error', async (_what, id) => {
    const { headers, text } = await ask(id, '/api/v1/me')
    expect(headers['x-request-id']).toMatch(/^[\da-f]{8}-[\da-f-]{27}$/)
    expect(JSON.parse(text)).toMatchObject({ error: { requestId: headers['x-request-id'] } })
  })

  test.each([
    ['what is not there', '/nothing', 404],
    ['an address that is none', '/api/v1/%ff', 400],
  ])('of %s have an id too', async (_what, path, status) => {
    const { headers, ...answer } = await ask('mine', path)
    expect([answer.status, headers['x-request-id']]).toEqual([status, 'mine'])
  })

  test('of those who watch are not news', async () => {
    await ask('watching', '/readyz')
    expect(await linesOf('watching')).toMatchObject([{ level: 'debug', route: '/readyz' }])
  })
})

test('a bug is told with its stack, and trouble that passes without', async () => {
  const { alice } = people
  const broken = failReads('memberships', 'wrong')
  const bug = await alice.refusal(endpoints.conversations).finally(broken.repair)
  expect(bug.code).toBe('internal')
  const [told] = await linesOf(bug.requestId)
  expect(told).toMatchObject({
    level: 'error',
    method: 'GET',
    route: '/api/v1/conversations',
    msg: 'Something is wrong.',
    error: { type: 'Error', stack: expect.stringContaining('fail-reads.ts') as string },
  })

  const { id } = await alice.openDirect(people.bob)
  const away = failCommit('before', IOERR_FSYNC)
  const attempt = { params: { id }, body: { clientId: newClientId(), body: 'Are you there?' } }
  const trouble = await alice.refusal(endpoints.sendMessage, attempt).finally(away)
  expect(trouble.code).toBe('unavailable')
  const [said] = await linesOf(trouble.requestId)
  expect(said).toMatchObject({ level: 'warn', route: '/api/v1/conversations/:id/messages' })
  expect(JSON.stringify(said)).not.toContain('"stack"')
  server.reports.splice(0)
})

test('nothing that was written, searched for, typed or named is in it, and nothing that opens a door', async () => {
  const { alice, bob, mallory } = people
  const { url } = server
  const besides = vi.spyOn(console, 'error')
  const room = await alice.makeRoom({ name: 'Wisteria', topic: 'Jasmine', visibility: 'private' })
  const sent = await alice.send(room.id, 'Honeysuckle')
  await alice.edit(sent.id, 'Clematis')
  await alice.react(sent.id, '🪻')
  await alice.ask(endpoints.search, { query: { query: 'honeysuckle' } })
  await alice.ask(endpoints.users, { query: { query: 'mallo' } })
  await alice.ask(endpoints.updateMe, { body: { name: 'Aconite', about: 'Larkspur' } })
  await mallory.refusal(endpoints.search, { query: { query: 'foxglove', wrong: 'hemlock' } })
  await mallory.refusal(endpoints.sendMessage, { params: { id: room.id }, body: 'Oleander' })
  await postJson(url, '/api/v1/conversations', { kind: 'room', name: { a: 'Belladonna' } })
  await sendRaw(url, { method: 'POST', path: '/api/v1/conversations', body: '{"name": Mandrake}' })
  const socket = await bob.connect()
  socket.send({ type: 'watch', userIds: [alice.id] })
  socket.send('Nettle' as never)
  await socket.closed

  const browser = await signInBrowser(server, alice)
  const wrong = { username: 'alice', password: `${PASSWORD} Thistle` }
  await postJson(url, '/api/auth/sign-in/username', wrong)
  await postJson(url, '/api/auth/sign-in/email', { email: 'alice@example.org', password: 'Thorn' })
  const account = { username: 'heather', name: 'Heather', email: 'heather@example.org' }
  await postJson(url, '/api/auth/sign-up/email', { ...account, password: 'Bramble and briar' })
  await postJson(url, '/api/auth/sign-up/email', { ...account, password: 'Bramble and briar' })
  await postJson(url, '/api/auth/request-password-reset', { email: 'alice@example.org' })
  await sendRaw(url, { path: '/setup?token=Gorse' })

  for (const fail of [
    () => failCommit('undone', IOERR_FSYNC),
    () => failReads('users', 'wrong').repair,
    () => failReads('messages', 'unreachable').repair,
  ]) {
    const repair = fail()
    const send = { params: { id: room.id }, body: { clientId: newClientId(), body: 'Yarrow' } }
    await alice.request(endpoints.sendMessage, send)
    await alice.request(endpoints.search, { query: { query: 'Yarrow' } })
    await alice.request(endpoints.messages, { params: { id: room.id }, query: {} })
    await postJson(url, '/api/auth/sign-in/username', { username: 'alice', password: PASSWORD })
    repair()
  }
  expect(server.reports.splice(0).length).toBeGreaterThan(3)

  const last = await sendRaw(url, { path: '/', headers: { 'x-request-id': 'the-last' } })
  expect(last.status).toBe(404)
  await linesOf('the-last')
  const all = lines.join('').toLowerCase()
  const secrets = [
    ...'Wisteria Jasmine Honeysuckle Clematis 🪻 Aconite Larkspur foxglove hemlock mallo'.split(
      ' ',
    ),
    ...'Oleander Belladonna Mandrake Nettle Thistle Thorn heather Bramble Gorse Yarrow'.split(' '),
    ...'alice bob mallory example.org %'.split(' '),
    PASSWORD,
    browser.cookie.split('=')[1] ?? browser.cookie,
    ...[alice, bob, mallory].flatMap(({ id, token }) => [id, token]),
    room.id,
    sent.id,
    'cookie',
    'bearer',
  ]
  expect(secrets.filter((secret) => all.includes(secret.toLowerCase()))).toEqual([])
  expect(logged().length).toBeGreaterThan(30)
  expect(besides).not.toHaveBeenCalled()
  besides.mockRestore()
})

test('what a library says of an error is told without the values that it was about', () => {
  const refused = Object.assign(new Error('invalid input syntax for type json: "Snowdrop"'), {
    code: '22P02',
    detail: 'Key (email)=(rose@example.org) already exists.',
    query: 'insert into "messages" …',
  })
  const mail = new Error('550 <rose@example.org>: no such user', { cause: refused })
  const database = new Error('No answer from postgres://roost:Prim@rose/Rue@db.internal/roost', {
    cause: mail,
  })
  lines.length = 0
  reportTo(log)(database)
  expect(logged()).toMatchObject([
    {
      level: 'error',
      msg: 'No answer from postgres://…@db.internal/roost',
      error: {
        stack: expect.stringContaining('log.test.ts') as string,
        cause: {
          message: '550 <…@…>: no such user',
          cause: { code: '22P02', message: 'A value was refused.' },
        },
      },
    },
  ])
  expect(lines.join('')).not.toMatch(/Snowdrop|rose|insert|Prim|Rue/)
})

test('on a terminal it is lines that a person reads', () => {
  const shown: string[] = []
  const text = logTo({ write: (line) => shown.push(line) }, { format: 'text', level: 'info' })
  text.info({ requestId: 'r-1', method: 'GET', status: 200 }, 'request')
  text.debug('not asked for')
  reportTo(text)(new Error('Something\u001b[2J broke', { cause: new Error('because of this') }))
  reportTo(text)(new BusAwayError())
  text.error({ err: new Error('of the framework'), req: { id: 'r-2', method: 'GET' } }, 'It failed')
  const [request = '', bug = '', away = '', framework = ''] = shown.map((line) =>
    stripVTControlCharacters(line),
  )
  expect(request).toMatch(/^\d\d:\d\d:\d\d info {2}request requestId=r-1 method=GET status=200\n$/)
  expect(bug).toMatch(/^\d\d:\d\d:\d\d error Something broke\n {2}Error: Something broke\n {6}at /)
  expect(bug).toContain('\n  Error: because of this\n')
  expect(away).toMatch(/^\d\d:\d\d:\d\d warn {2}Redis does not answer\. [^\n]*\n$/)
  // Nothing that moves the cursor, or clears what stands there.
  expect(shown.join('')).not.toContain('\u001b[2J')
  expect(framework).toMatch(
    /^\d\d:\d\d:\d\d error It failed req=\{"id":"r-2","method":"GET"\}\n {2}Error: of the framework\n/,
  )
  expect(shown).toHaveLength(4)
})
