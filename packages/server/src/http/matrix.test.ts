/**
 * Every endpoint of the protocol × everyone who may call it × everything that may be wrong with the
 * call. What is refused has the documented code and leaves nothing behind.
 */
import {
  endpoints,
  errorBody,
  errorCodes,
  limits,
  uuidv7,
  type Endpoint,
  type EndpointName,
} from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'

import { findChanges, readAllRows } from '../testing/database-state.ts'
import { newClientId, pathOf, type Attempt, type Person } from '../testing/person.ts'
import { sendRaw, type RawReply } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'

const { server, core, alice, bob, carol, mallory } = await shareServer([
  'alice',
  'bob',
  'carol',
  'mallory',
])
const { id: secret } = await alice.makeRoomWith([bob], { visibility: 'private' })
const { id: open } = await alice.makeRoomWith([bob])
const { id: closedPast } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
const { id: direct } = await alice.openDirect(bob)
const { id: said } = await alice.send(secret, 'said in private')

const names = Object.keys(endpoints) as EndpointName[]
const endpointOf = (name: EndpointName): Endpoint => endpoints[name]

/** The one message there is, where a test asks about its room. */
const messageIn = (conversationId: string) => (conversationId === secret ? said : newClientId())

/** A call of each endpoint that would be right for a member of that conversation. */
const right: Record<EndpointName, (conversationId: string) => Attempt> = {
  server: () => ({}),
  setUp: () => ({
    body: {
      token: 'a guess',
      username: 'dave',
      name: 'Dave',
      email: 'dave@example.org',
      password: 'marmot lantern fjord',
    },
  }),
  me: () => ({}),
  updateMe: () => ({
    body: {
      name: 'Alice',
      about: 'at sea',
      resetLinkSeen: true,
      locale: 'de',
      timeZone: 'Europe/Berlin',
    },
  }),
  setMyPicture: () => ({ body: Buffer.from('a picture') }),
  removeMyPicture: () => ({}),
  picture: () => ({ params: { id: newClientId() }, query: { size: 'small' } }),
  sessions: () => ({}),
  endSession: () => ({ params: { id: newClientId() } }),
  endOtherSessions: () => ({}),
  users: () => ({ query: { query: 'a', limit: 5, cursor: undefined, ids: undefined } }),
  user: () => ({ params: { id: bob.id } }),
  conversations: () => ({ query: { limit: 5 } }),
  createConversation: () => ({
    body: {
      clientId: newClientId(),
      kind: 'room',
      name: 'Room',
      topic: 'x',
      visibility: 'public',
      history: 'all',
      userIds: [bob.id],
    },
  }),
  rooms: () => ({ query: { query: 'a', limit: 5 } }),
  conversation: (id) => ({ params: { id } }),
  updateConversation: (id) => ({
    params: { id },
    body: { clientId: newClientId(), name: 'Galley', topic: 'x', visibility: 'private' },
  }),
  deleteConversation: (id) => ({ params: { id } }),
  setRoomPicture: (id) => ({ params: { id }, body: Buffer.from('a picture') }),
  removeRoomPicture: (id) => ({ params: { id } }),
  updateMembership: (id) => ({
    params: { id },
    body: { mutedUntil: 0, pinned: true, archived: false },
  }),
  updateMember: (id) => ({
    params: { id, userId: bob.id },
    body: { clientId: newClientId(), role: 'admin' },
  }),
  removeMember: (id) => ({ params: { id, userId: bob.id }, body: { clientId: newClientId() } }),
  join: (id) => ({ params: { id }, body: { clientId: newClientId() } }),
  leave: (id) => ({ params: { id }, body: { clientId: newClientId() } }),
  members: (id) => ({ params: { id }, query: { query: 'a', limit: 5 } }),
  addMember: (id) => ({ params: { id }, body: { clientId: newClientId(), userId: carol.id } }),
  messages: (id) => ({ params: { id }, query: { limit: 5 } }),
  sendMessage: (id) => ({
    params: { id },
    body: { clientId: newClientId(), body: 'hello', replyTo: newClientId(), mentions: [bob.id] },
  }),
  message: (id) => ({ params: { id: messageIn(id) } }),
  editMessage: (id) => ({
    params: { id: messageIn(id) },
    body: { clientId: newClientId(), body: 'better', mentions: [bob.id] },
  }),
  deleteMessage: (id) => ({ params: { id: messageIn(id) }, body: { clientId: newClientId() } }),
  reactions: (id) => ({ params: { id: messageIn(id) }, query: { limit: 5 } }),
  react: (id) => ({
    params: { id: messageIn(id), emoji: '👍' },
    body: { clientId: newClientId() },
  }),
  unreact: (id) => ({
    params: { id: messageIn(id), emoji: '👍' },
    body: { clientId: newClientId() },
  }),
  markRead: (id) => ({ params: { id }, body: { seq: 1 } }),
  events: (id) => ({ params: { id }, query: { after: 0, limit: 5 } }),
}
const inConversation = names.filter((name) => endpointOf(name).path.includes('/conversations/:id'))
const ofMessage = names.filter((name) => endpointOf(name).path.startsWith('/api/v1/messages/:id'))

interface Case {
  readonly what: string
  readonly attempt: Attempt
}

/** Text that is wrong wherever text is wanted, and things that are no text. */
const wrongValues: readonly (readonly [string, unknown])[] = [
  ['an object', {}],
  ['an object with a method', { toString: 'x', length: 3 }],
  ['a list', []],
  ['a list of one', ['x']],
  ['a number', 7.5],
  ['a negative number', -1],
  ['a number beyond all', 1e300],
  ['null', null],
  ['true', true],
  ['nothing', undefined],
  ['an empty text', ''],
  ['a control character', 'a\u0007b'],
  ['a NUL', 'a\u0000b'],
  ['half a character', 'a\ud800b'],
  ['a text beyond all', 'x'.repeat(100_000)],
]
const unknownFields = ['role', 'userId', 'seq', 'senderId', 'createdAt', 'id', 'kind', 'nonsense']

function objectsOf(schema: z.ZodType | undefined): z.ZodObject[] {
  if (schema instanceof z.ZodObject) return [schema]
  if (schema instanceof z.ZodDiscriminatedUnion)
    return schema.options.filter((option) => option instanceof z.ZodObject)
  return []
}
const fieldsOf = (schema: z.ZodType | undefined) => [
  ...new Set(objectsOf(schema).flatMap((object) => Object.keys(object.shape))),
]

function wrongBodies(name: EndpointName, conversationId: string): Case[] {
  const { body: schema } = endpointOf(name)
  if (!schema) return []
  const base = right[name](conversationId)
  const body = base.body as Record<string, unknown>
  const fields = fieldsOf(schema)
  const changes = [
    ...fields.flatMap((field) =>
      wrongValues.map(([what, value]) => [`${field}: ${what}`, { [field]: value }] as const),
    ),
    ...unknownFields
      .filter((field) => !fields.includes(field))
      .map((field) => [`${field}: unknown`, { [field]: body['userId'] ?? 1 }] as const),
  ]
  return [
    ...changes.map(([what, change]) => ({
      what,
      attempt: { ...base, body: { ...body, ...change } },
    })),
    ...[[], [body], 'text', 7, null, true].map((whole) => ({
      what: `the whole: ${JSON.stringify(whole).slice(0, 20)}`,
      attempt: { ...base, body: whole },
    })),
  ]
}

/** Query strings, already encoded. */
function wrongQueries(name: EndpointName): string[] {
  const { query: schema } = endpointOf(name)
  if (!schema) return []
  const fields = fieldsOf(schema)
  const texts = [
    'x'.repeat(5_000),
    '%00',
    '%ed%a0%80',
    '%zz',
    '1e3',
    '-1',
    '1.5',
    '0x1',
    '9'.repeat(30),
    '',
  ]
  return [
    ...fields.flatMap((field) => [
      `${field}=1&${field}=2`,
      `${field}[]=1`,
      `${field}[x]=1`,
      ...(field === 'query' ? ['query=' + 'x'.repeat(limits.queryMax + 1)] : []),
      ...(field === 'query' ? [] : texts.map((text) => `${field}=${text}`)),
    ]),
    '__proto__=x',
    'constructor=x',
    'toString=x',
    'userId=x',
  ]
}

const wrongIds = [
  'x',
  '1',
  '-1',
  'null',
  'undefined',
  '%00',
  '%ed%a0%80',
  '%zz',
  '%2e%2e',
  '..%2f..%2fme',
  '{}',
  `${secret}x`,
  secret.replaceAll('-', ''),
  `${secret}%00`,
  `${secret}/`,
  'x'.repeat(101),
  'x'.repeat(4_000),
]

const tokenOf = (person: Person | undefined): Record<string, string> =>
  person ? { authorization: `Bearer ${person.token}` } : {}
const send = (person: Person | undefined, method: string, path: string, body?: unknown) =>
  sendRaw(server.url, {
    method,
    path,
    headers: {
      ...tokenOf(person),
      ...(body !== undefined && {
        'content-type': Buffer.isBuffer(body) ? 'image/png' : 'application/json',
      }),
    },
    ...(body !== undefined && { body: Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
  })
const call = (person: Person | undefined, name: EndpointName, attempt: Attempt) =>
  send(person, endpointOf(name).method, pathOf(endpointOf(name), attempt), attempt.body)

const search = (person: Person | undefined, name: EndpointName, id: string, query: string) => {
  const [path] = pathOf(endpointOf(name), right[name](id)).split('?')
  return send(person, endpointOf(name).method, `${path}?${query}`)
}

/** Checks that a reply is an error as documented, and says which. */
function refusalOf({ status, text, headers }: RawReply) {
  const { error } = errorBody.parse(JSON.parse(text))
  const documented = Object.entries(errorCodes).find(([code]) => code === error.code)?.[1].status
  expect([error.code, documented]).toEqual([error.code, status])
  expect(status).toBeLessThan(500)
  expect(error.message).toMatch(/^["A-Z].*[.]$/s)
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(error.requestId).toMatch(/^[\da-f-]{36}$/)
  return { status, ...error }
}
const codeOf = (reply: RawReply) => (reply.status < 400 ? reply.status : refusalOf(reply).code)

let before: Awaited<ReturnType<typeof readAllRows>>
beforeAll(async () => {
  before = await readAllRows(core)
})
/** Called at the end of every test that only makes refused calls. */
const expectNothingWritten = async () => expect(await findChanges(core, before)).toEqual([])

describe('without a session', () => {
  test.each(names)('%s', async (name) => {
    const { method, path, public: isPublic } = endpointOf(name)
    const calls = [
      ...[secret, open, direct].map((id) => call(undefined, name, right[name](id))),
      ...wrongBodies(name, secret).map(({ attempt }) => call(undefined, name, attempt)),
      ...wrongQueries(name).map((query) => search(undefined, name, secret, query)),
      sendRaw(server.url, { method, path, headers: { authorization: `Bearer ${'x'.repeat(32)}` } }),
    ]
    const codes = new Set((await Promise.all(calls)).map(codeOf))
    const publicCodes = { server: [200], setUp: ['forbidden', 'bad_request'] }
    expect([...codes]).toEqual(
      isPublic ? publicCodes[name as keyof typeof publicCodes] : ['unauthenticated'],
    )
    await expectNothingWritten()
  })
})

describe('who may not know of it', () => {
  test.each([...inConversation, ...ofMessage])('%s', async (name) => {
    const places = [secret, direct, newClientId(), mallory.id, alice.id, said]
    const calls = places.flatMap((id) => [
      call(mallory, name, right[name](id)),
      // Wrong or not: there is nothing here that could be called.
      ...wrongBodies(name, id).map(({ attempt }) => call(mallory, name, attempt)),
      ...wrongQueries(name).map((query) => search(mallory, name, id, query)),
    ])
    for (const reply of await Promise.all(calls)) {
      const { message, code } = refusalOf(reply)
      expect([code, message]).toEqual([
        'not_found',
        'There is nothing here, or it is not yours to see.',
      ])
    }
    await expectNothingWritten()
  })
})

describe('who may look into a public room', () => {
  const documented: Partial<Record<EndpointName, readonly [unknown, unknown]>> = {
    conversation: [200, 200],
    updateConversation: ['forbidden', 'forbidden'],
    deleteConversation: ['forbidden', 'forbidden'],
    setRoomPicture: ['forbidden', 'forbidden'],
    removeRoomPicture: ['forbidden', 'forbidden'],
    updateMembership: ['forbidden', 'forbidden'],
    updateMember: ['forbidden', 'forbidden'],
    removeMember: ['forbidden', 'forbidden'],
    leave: ['forbidden', 'forbidden'],
    members: [200, 'forbidden'],
    addMember: ['forbidden', 'forbidden'],
    messages: [200, 'forbidden'],
    sendMessage: ['forbidden', 'forbidden'],
    markRead: ['forbidden', 'forbidden'],
    events: [200, 'forbidden'],
  }
  test.each(inConversation.filter((name) => name !== 'join'))('%s', async (name) => {
    const places = [open, closedPast]
    const answers = places.map(async (id) => codeOf(await call(mallory, name, right[name](id))))
    expect(await Promise.all(answers)).toEqual(documented[name])
    // Who may not do it hears that, and not what was wrong with it.
    const refused = places.filter((_id, at) => documented[name]?.[at] === 'forbidden')
    const replies = await Promise.all(
      refused.flatMap((id) => [
        ...wrongBodies(name, id).map(({ attempt }) => call(mallory, name, attempt)),
        ...wrongQueries(name).map((query) => search(mallory, name, id, query)),
      ]),
    )
    for (const reply of replies) expect(codeOf(reply)).toBe('forbidden')
    await expectNothingWritten()
  })
})

describe('a member who gets it wrong', () => {
  /** What the schemas let pass of all that, as they should. */
  const legal = new Set([
    // A token that is not the one.
    'setUp token: an empty text',
    'setUp token: a control character',
    'setUp token: a NUL',
    'setUp token: half a character',
    'updateMe name: nothing',
    'updateMe about: nothing',
    'updateMe about: null',
    'updateMe resetLinkSeen: nothing',
    'updateMe resetLinkSeen: true',
    'updateMe locale: null',
    'updateMe locale: nothing',
    'updateMe timeZone: null',
    'updateMe timeZone: nothing',
    'createConversation clientId: nothing',
    'createConversation topic: nothing',
    'createConversation userId: nothing',
    'createConversation history: nothing',
    'createConversation userIds: nothing',
    'createConversation userIds: a list',
    'updateConversation clientId: nothing',
    'updateConversation name: nothing',
    'updateConversation topic: nothing',
    'updateConversation topic: null',
    'updateConversation visibility: nothing',
    'updateMembership mutedUntil: nothing',
    'updateMembership mutedUntil: null',
    'updateMembership pinned: nothing',
    'updateMembership pinned: true',
    'updateMembership archived: nothing',
    'updateMembership archived: true',
    'updateMember clientId: nothing',
    'removeMember clientId: nothing',
    'editMessage mentions: nothing',
    'editMessage mentions: a list',
    'deleteMessage clientId: nothing',
    'react clientId: nothing',
    'unreact clientId: nothing',
    'join clientId: nothing',
    'leave clientId: nothing',
    'addMember clientId: nothing',
    'sendMessage replyTo: nothing',
    'sendMessage mentions: nothing',
    'sendMessage mentions: a list',
  ])
  const withBody = names.filter((name) => endpointOf(name).body)
  const withQuery = names.filter((name) => endpointOf(name).query)
  const withId = names.filter((name) => endpointOf(name).params)

  test.each(withBody)('in the body of %s', async (name) => {
    const cases = wrongBodies(name, secret).filter(({ what }) => !legal.has(`${name} ${what}`))
    expect(cases.length).toBeGreaterThan(20)
    await Promise.all(
      cases.map(async ({ what, attempt }) => {
        const { code, field } = refusalOf(await call(alice, name, attempt))
        const isLong = name.endsWith('Message') && what === 'body: a text beyond all'
        expect([what, code]).toEqual([what, isLong ? 'too_large' : 'bad_request'])
        const wanted = what.startsWith('the whole') ? undefined : what.split(':')[0]
        expect([what, field?.split('.')[0]]).toEqual([what, wanted])
      }),
    )
    await expectNothingWritten()
  })

  test.each(withQuery)('in the query of %s', async (name) => {
    await Promise.all(
      wrongQueries(name).map(async (query) => {
        const code = codeOf(await search(alice, name, secret, query))
        expect([query.slice(0, 50), code]).toEqual([query.slice(0, 50), 'bad_request'])
      }),
    )
    await expectNothingWritten()
  })

  test.each(withId)('in the id of %s', async (name) => {
    const { method, path } = endpointOf(name)
    const { body } = right[name](secret)
    await Promise.all(
      wrongIds.flatMap((id) =>
        [alice, mallory].map(async (person) => {
          const reply = await send(person, method, path.replace(':id', id), body)
          expect([
            id.slice(0, 50),
            ['bad_request', 'not_found'].includes(String(codeOf(reply))),
          ]).toEqual([id.slice(0, 50), true])
        }),
      ),
    )
    await expectNothingWritten()
  })

  test('by an id of something else', async () => {
    for (const name of inConversation)
      for (const id of [alice.id, bob.id, said, uuidv7(0, Math.random)])
        expect([name, codeOf(await call(alice, name, right[name](id)))]).toEqual([
          name,
          'not_found',
        ])
    for (const id of [direct, secret, said])
      expect(codeOf(await call(alice, 'user', { params: { id } }))).toBe('not_found')
    for (const name of ofMessage)
      for (const id of [direct, alice.id]) {
        const { params, body } = right[name](secret)
        expect([
          name,
          codeOf(await call(alice, name, { params: { ...params, id }, body })),
        ]).toEqual([name, 'not_found'])
      }
    for (const userId of [secret, direct, said])
      for (const [name, body] of [
        ['addMember', { userId }],
        ['createConversation', { kind: 'direct', userId }],
      ] as const) {
        const attempt = { ...right[name](secret), body }
        expect(refusalOf(await call(alice, name, attempt))).toMatchObject({
          code: 'not_found',
          field: 'userId',
        })
      }
    await expectNothingWritten()
  })

  test('by a text one character too long', async () => {
    const attempt = (body: string) =>
      call(alice, 'sendMessage', {
        params: { id: direct },
        body: { clientId: newClientId(), body },
      })
    for (const letter of ['x', '界', '\n.'])
      expect(
        refusalOf(await attempt(letter.padEnd(limits.messageLength + 1, letter))),
      ).toMatchObject({ status: 413, code: 'too_large', field: 'body' })
    await expectNothingWritten()
    expect((await attempt('界'.repeat(limits.messageLength))).status).toBe(201)
    before = await readAllRows(core)
  })
})

test('a session that has expired is none, wherever it is shown', async () => {
  await core.database.write(({ db }) =>
    db
      .updateTable('sessions')
      .set({ expiresAt: new Date(0).toISOString() })
      .where('userId', '=', carol.id)
      .execute(),
  )
  before = await readAllRows(core)
  for (const name of names.filter((each) => !endpointOf(each).public))
    expect([name, codeOf(await call(carol, name, right[name](open)))]).toEqual([
      name,
      'unauthenticated',
    ])
  await expectNothingWritten()
})

afterAll(async () => {
  // Everyone is as well as before.
  expect((await bob.send(secret, 'still here')).body).toBe('still here')
  expect((await mallory.join(open)).membership).not.toBeNull()
})
