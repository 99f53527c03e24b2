import { expect, test } from 'vitest'

import { ApiError, ConnectionError, ProtocolError } from './errors.ts'
import { createRest } from './rest.ts'
import { chatId, createClock, me, message, settle } from './testing/script.ts'

function createWorld(...answers: (Response | Error)[]) {
  const asked: { url: string; init: RequestInit }[] = []
  const clock = createClock()
  let signedOut = 0
  const rest = createRest({
    baseUrl: 'http://server',
    clock,
    random: () => 0.5,
    token: 'secret',
    onSignedOut: () => {
      signedOut += 1
    },
    fetch(url, init = {}) {
      asked.push({ url, init })
      const answer = answers.shift()
      return answer instanceof Response
        ? Promise.resolve(answer)
        : Promise.reject(answer ?? new Error('Nobody answers.'))
    },
  })
  return { rest, asked, clock, signedOut: () => signedOut }
}

const refusal = (status: number, error: object, headers = {}) =>
  Response.json({ error: { code: 'conflict', message: 'No.', ...error } }, { status, headers })

test('a call is made of its path, its query and its body', async () => {
  const page = { messages: [message(1)], hasBefore: false, hasAfter: false, users: [] }
  const { rest, asked } = createWorld(Response.json(page), Response.json(message(2)))
  await expect(
    rest.call('messages', { params: { id: chatId }, query: { before: 7, limit: undefined } }),
  ).resolves.toEqual(page)
  await rest.call('sendMessage', {
    params: { id: 'a/b?c' },
    body: { clientId: 'x', body: 'Grüße' },
  })
  expect(asked.map(({ url }) => url)).toEqual([
    `http://server/api/v1/conversations/${chatId}/messages?before=7`,
    'http://server/api/v1/conversations/a%2Fb%3Fc/messages',
  ])
  expect(asked[1]?.init).toMatchObject({
    method: 'POST',
    credentials: 'omit',
    body: '{"clientId":"x","body":"Grüße"}',
  })
  expect(new Headers(asked[1]?.init.headers).get('authorization')).toBe('Bearer secret')
})

test('unknown fields of an answer are passed over, a missing one is not', async () => {
  const { rest } = createWorld(Response.json({ ...me, shoeSize: 43 }), Response.json({ id: me.id }))
  await expect(rest.call('me', {})).resolves.toEqual(me)
  await expect(rest.call('me', {})).rejects.toBeInstanceOf(ProtocolError)
})

test('a refusal says everything the server said', async () => {
  const { rest } = createWorld(
    refusal(409, { field: 'clientId', reason: 'join_first', requestId: 'r7', retryAfter: 3 }),
  )
  const error: unknown = await rest.call('me', {}).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({
    status: 409,
    code: 'conflict',
    message: 'No.',
    field: 'clientId',
    reason: 'join_first',
    requestId: 'r7',
    retryAfter: 3,
  })
})

test('how long to wait may stand in a header', async () => {
  const { rest } = createWorld(refusal(429, {}, { 'retry-after': '12' }))
  await expect(rest.call('me', {})).rejects.toMatchObject({ retryAfter: 12 })
})

test('no answer, half an answer and a proxy that speaks for the server leave the outcome unknown', async () => {
  const { rest } = createWorld(
    new TypeError('refused'),
    new Response('<h1>502 Bad Gateway</h1>', { status: 502 }),
  )
  await expect(rest.call('me', {})).rejects.toBeInstanceOf(ConnectionError)
  await expect(rest.call('me', {})).rejects.toBeInstanceOf(ConnectionError)
})

test('what is no answer of this protocol is told apart', async () => {
  const { rest } = createWorld(
    new Response('<h1>Log in to the hotel</h1>'),
    new Response('no', { status: 404 }),
  )
  await expect(rest.call('me', {})).rejects.toBeInstanceOf(ProtocolError)
  await expect(rest.call('me', {})).rejects.toBeInstanceOf(ProtocolError)
})

test('a session that ended is noticed, wrong credentials are no such thing', async () => {
  const { rest, signedOut } = createWorld(
    refusal(401, { code: 'unauthenticated', reason: 'wrong_credentials' }),
    refusal(401, { code: 'unauthenticated' }),
  )
  const wrong = rest.call('signInEmail', { body: { email: 'alice@example.org', password: 'no' } })
  await expect(wrong).rejects.toMatchObject({ status: 401 })
  expect(signedOut()).toBe(0)
  await expect(rest.call('me', {})).rejects.toMatchObject({ status: 401 })
  expect(signedOut()).toBe(1)
})

test('a write whose outcome is unknown is made again under its id, a refused one is not', async () => {
  const body = { clientId: '019b0000-0000-7000-8000-000000000001' }
  const { rest, asked, clock } = createWorld(
    new Error('lost'),
    new Error('lost'),
    Response.json({ seq: 4 }),
    refusal(403, { code: 'forbidden' }),
  )
  const left = rest.write('leave', { params: { id: chatId }, body })
  await clock.advance(10_000)
  await expect(left).resolves.toEqual({ seq: 4 })
  expect(new Set(asked.map(({ init }) => init.body)).size).toBe(1)
  expect(asked).toHaveLength(3)
  await expect(rest.write('leave', { params: { id: chatId }, body })).rejects.toBeInstanceOf(
    ApiError,
  )
  expect(asked).toHaveLength(4)
  await settle()
})
