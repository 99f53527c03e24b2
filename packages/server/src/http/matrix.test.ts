/**
 * Every endpoint of the protocol × everyone who may call it × everything that may be wrong with the
 * call. What is refused has the documented code and leaves nothing behind.
 */
import {
  endpoints,
  errorBody,
  errorCodes,
  limits,
  settings,
  uuidv7,
  type Endpoint,
  type EndpointName,
} from '@roost/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod/mini'

import { signInOwner } from '../testing/administrators.ts'
import { findChanges, readAllRows } from '../testing/database-state.ts'
import { newClientId, type Attempt, type Person } from '../testing/person.ts'
import {
  everyEndpoint,
  rightCalls,
  sendCall,
  type AnyEndpointName,
} from '../testing/right-calls.ts'
import type { RawReply } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'

const { server, core, alice, bob, carol, mallory } = await shareServer([
  'alice',
  'bob',
  'carol',
  'mallory',
])
const owner = await signInOwner(server)
const { id: secret } = await alice.makeRoomWith([bob], { visibility: 'private' })
const { id: open } = await alice.makeRoomWith([bob])
const { id: closedPast } = await alice.makeRoomWith([bob], { history: 'sinceJoin' })
const { id: direct } = await alice.openDirect(bob)
const { id: said } = await alice.send(secret, 'said in private')

const names = Object.keys(endpoints) as EndpointName[]
const everyName = Object.keys(everyEndpoint) as AnyEndpointName[]
const endpointOf = (name: AnyEndpointName): Endpoint => everyEndpoint[name]

/** What is right in its shape, and there but for the name and the password. */
const right = (name: AnyEndpointName, conversationId: string): Attempt => {
  const attempt = rightCalls[name]({
    conversationId,
    // The one message there is, where a test asks about its room.
    messageId: conversationId === secret ? said : newClientId(),
    memberId: bob.id,
    otherId: carol.id,
    accountId: carol.id,
    email: 'alice@example.org',
    sessionId: newClientId(),
    pictureId: newClientId(),
    inviteId: newClientId(),
  })
  return name === 'sendMessage'
    ? { ...attempt, body: { ...(attempt.body as object), replyTo: newClientId() } }
    : attempt
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

function objectsOf(schema: z.ZodMiniType | undefined): z.ZodMiniObject[] {
  if (schema instanceof z.ZodMiniObject) return [schema]
  if (schema instanceof z.ZodMiniDiscriminatedUnion)
    return schema.def.options.filter((option) => option instanceof z.ZodMiniObject)
  return []
}
const fieldsOf = (schema: z.ZodMiniType | undefined) => [
  ...new Set(objectsOf(schema).flatMap((object) => Object.keys(object.shape))),
]

function wrongBodies(name: AnyEndpointName, conversationId: string): Case[] {
  const { body: schema } = endpointOf(name)
  if (!schema) return []
  const base = right(name, conversationId)
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
function wrongQueries(name: AnyEndpointName): string[] {
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

const call = (who: Person | undefined, name: AnyEndpointName, attempt: Attempt) =>
  sendCall(server.url, endpointOf(name), { who, ...attempt })
/** With a query string as it stands. */
const search = (
  who: Person | undefined,
  name: AnyEndpointName,
  { id, query }: { id: string; query: string },
) => {
  const { method, path } = endpointOf(name)
  return sendCall(
    server.url,
    { method, path: `${path}?${query}` },
    { ...right(name, id), who, query: undefined },
  )
}

/** With an id as it stands. */
const withId = (who: Person, name: AnyEndpointName, id: string) => {
  const { method, path } = endpointOf(name)
  const { body } = right(name, secret)
  return sendCall(server.url, { method, path: path.replace(':id', id) }, { who, body })
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
  /** What is public answers, and refuses what it knows nothing of. */
  const documented: Partial<Record<AnyEndpointName, readonly unknown[]>> = {
    server: [200],
    openapi: [200],
    setUp: ['bad_request', 'forbidden'],
    signUp: ['bad_request', 'forbidden'],
    signInUsername: ['bad_request', 'unauthenticated'],
    signInEmail: ['bad_request', 'unauthenticated'],
    signOut: [200],
    requestPasswordReset: ['bad_request', 200],
    resetPassword: ['bad_request', 'forbidden'],
    lookAtInvite: ['bad_request', 'forbidden'],
  }
  test.each(everyName)('%s', async (name) => {
    const { method, path, public: isPublic } = endpointOf(name)
    const calls = [
      ...[secret, open, direct].map((id) => call(undefined, name, right(name, id))),
      ...wrongBodies(name, secret)
        // Whoever leaves out the invite gets an account.
        .filter(({ what }) => !(name === 'signUp' && what === 'invite: nothing'))
        .map(({ attempt }) => call(undefined, name, attempt)),
      ...wrongQueries(name).map((query) => search(undefined, name, { id: secret, query })),
      sendCall(
        server.url,
        { method, path },
        {
          who: { token: 'x'.repeat(32) },
          ...(isPublic && right(name, secret)),
        },
      ),
    ]
    const codes = new Set((await Promise.all(calls)).map(codeOf))
    expect(codes).toEqual(new Set(documented[name] ?? ['unauthenticated']))
    expect(isPublic ?? false).toBe(name in documented)
    await expectNothingWritten()
  })
})

describe('who is no administrator', () => {
  test.each(everyName.filter((name) => endpointOf(name).admin))('%s', async (name) => {
    for (const who of [alice, mallory]) {
      const replies = await Promise.all([
        call(who, name, right(name, secret)),
        ...wrongBodies(name, secret).map(({ attempt }) => call(who, name, attempt)),
        ...wrongQueries(name).map((query) => search(who, name, { id: secret, query })),
        ...wrongIds.map((id) => withId(who, name, id)),
      ])
      // Whoever names nothing at all may hear that instead.
      for (const reply of replies)
        expect(['forbidden', 'not_found', 'bad_request']).toContain(codeOf(reply))
      for (const reply of replies.slice(0, replies.length - wrongIds.length))
        expect(refusalOf(reply)).toMatchObject({ code: 'forbidden', reason: 'admin_only' })
    }
    await expectNothingWritten()
  })
})

describe('who may not know of it', () => {
  test.each([...inConversation, ...ofMessage])('%s', async (name) => {
    const places = [secret, direct, newClientId(), mallory.id, alice.id, said]
    const calls = places.flatMap((id) => [
      call(mallory, name, right(name, id)),
      // Wrong or not: there is nothing here that could be called.
      ...wrongBodies(name, id).map(({ attempt }) => call(mallory, name, attempt)),
      ...wrongQueries(name).map((query) => search(mallory, name, { id: id, query })),
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
    changes: [200, 'forbidden'],
  }
  test.each(inConversation.filter((name) => name !== 'join'))('%s', async (name) => {
    const places = [open, closedPast]
    const answers = places.map(async (id) => codeOf(await call(mallory, name, right(name, id))))
    expect(await Promise.all(answers)).toEqual(documented[name])
    // Who may not do it hears that, and not what was wrong with it.
    const refused = places.filter((_id, at) => documented[name]?.[at] === 'forbidden')
    const replies = await Promise.all(
      refused.flatMap((id) => [
        ...wrongBodies(name, id).map(({ attempt }) => call(mallory, name, attempt)),
        ...wrongQueries(name).map((query) => search(mallory, name, { id: id, query })),
      ]),
    )
    for (const reply of replies) expect(codeOf(reply)).toBe('forbidden')
    await expectNothingWritten()
  })
})

describe('a member who gets it wrong', () => {
  const absent = ['nothing']
  const nullable = ['nothing', 'null']
  const list = ['nothing', 'a list']
  const flag = ['nothing', 'true']
  const secretText = ['an empty text', 'a control character', 'a NUL', 'half a character']
  const repeatable = { clientId: absent }
  const room = { name: absent, topic: nullable, visibility: absent }
  /** What the schemas let pass of all that, as they should. */
  const legal: Partial<Record<AnyEndpointName, Readonly<Record<string, readonly string[]>>>> = {
    setUp: { password: secretText, token: secretText },
    signUp: { password: secretText, invite: [...secretText, 'nothing'] },
    signInUsername: { username: secretText, password: secretText, rememberMe: flag },
    signInEmail: { email: secretText, password: secretText, rememberMe: flag },
    requestPasswordReset: { login: secretText },
    resetPassword: { token: secretText, newPassword: secretText },
    changePassword: { currentPassword: secretText, newPassword: secretText },
    changeEmail: { password: secretText },
    updateMe: {
      name: absent,
      about: nullable,
      resetLinkSeen: flag,
      locale: nullable,
      timeZone: nullable,
    },
    createConversation: {
      ...repeatable,
      topic: absent,
      userId: absent,
      history: absent,
      userIds: list,
    },
    updateConversation: { ...repeatable, ...room },
    updateMembership: { mutedUntil: nullable, pinned: flag, archived: flag, notify: absent },
    updateMember: repeatable,
    removeMember: repeatable,
    join: repeatable,
    leave: repeatable,
    addMember: repeatable,
    sendMessage: { replyTo: absent, mentions: list },
    editMessage: { mentions: list },
    deleteMessage: repeatable,
    react: repeatable,
    unreact: repeatable,
    sync: { epoch: secretText, heads: ['a list'] },
    createInvite: { conversationId: absent, expiresIn: nullable, maxUses: nullable },
    lookAtInvite: { token: secretText },
    redeemInvite: { token: secretText },
    adminCreateUser: { password: absent, role: absent },
    adminUpdateUser: { name: absent, role: absent, disabled: flag },
    adminUpdateRoom: { ...room, archived: flag },
    adminUpdateSettings: {
      ...Object.fromEntries(Object.keys(settings.shape).map((name) => [name, absent])),
      helpContact: nullable,
    },
  }
  const isLegal = (name: AnyEndpointName, what: string) => {
    const [field = '', value = ''] = what.split(': ')
    return legal[name]?.[field]?.includes(value) ?? false
  }
  const withBody = everyName.filter((name) => endpointOf(name).body)
  const withQuery = everyName.filter((name) => endpointOf(name).query)
  const withParams = everyName.filter((name) => endpointOf(name).params)
  const whoMay = (name: AnyEndpointName) => (endpointOf(name).admin ? owner : alice)

  test.each(withBody)('in the body of %s', async (name) => {
    const cases = wrongBodies(name, secret).filter(({ what }) => !isLegal(name, what))
    expect(cases.length).toBeGreaterThan(20)
    await Promise.all(
      cases.map(async ({ what, attempt }) => {
        const { code, field } = refusalOf(await call(whoMay(name), name, attempt))
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
        const code = codeOf(await search(whoMay(name), name, { id: secret, query }))
        expect([query.slice(0, 50), code]).toEqual([query.slice(0, 50), 'bad_request'])
      }),
    )
    await expectNothingWritten()
  })

  test.each(withParams)('in the id of %s', async (name) => {
    const people = endpointOf(name).admin ? [owner] : [alice, mallory]
    await Promise.all(
      wrongIds.flatMap((id) =>
        people.map(async (person) => {
          const code = String(codeOf(await withId(person, name, id)))
          expect([id.slice(0, 50), ['bad_request', 'not_found'].includes(code)]).toEqual([
            id.slice(0, 50),
            true,
          ])
        }),
      ),
    )
    await expectNothingWritten()
  })

  test('by an id of something else', async () => {
    for (const name of inConversation)
      for (const id of [alice.id, bob.id, said, uuidv7(0, Math.random)])
        expect([name, codeOf(await call(alice, name, right(name, id)))]).toEqual([
          name,
          'not_found',
        ])
    for (const id of [direct, secret, said])
      expect(codeOf(await call(alice, 'user', { params: { id } }))).toBe('not_found')
    for (const name of ofMessage)
      for (const id of [direct, alice.id]) {
        const { params, body } = right(name, secret)
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
        const attempt = { ...right(name, secret), body }
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
  for (const name of everyName.filter((each) => !endpointOf(each).public))
    expect([name, codeOf(await call(carol, name, right(name, open)))]).toEqual([
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
