import { once } from 'node:events'
import { connect } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'

import { endpoints, errorBody } from '@roost/protocol'
import { describe, expect, test } from 'vitest'

import { newClientId, signUpCast } from '../testing/person.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { Admission } from './admission.ts'

const MOST = 10
const FLOOD = 60
const metricsToken = 'a-token-of-the-operator'
const { server, alice, bob } = await shareServer(['alice', 'bob'], {
  admission: { least: MOST, most: MOST, work: 1, sends: Infinity },
  config: { metricsToken },
})
const here = new URL(server.url)
const { host } = here

interface Heard {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Writes all requests at once on one connection, and hears the answers, which come in that order. */
async function pipeline(requests: readonly string[], { hostname, port } = here): Promise<Heard[]> {
  const socket = connect({ host: hostname, port: Number(port) })
  await once(socket, 'connect')
  socket.write(requests.join(''))
  const heard: Heard[] = []
  let rest = ''
  for await (const data of socket) {
    rest += String(data)
    for (let one = readAnswer(rest); one; one = readAnswer(rest)) {
      heard.push(one)
      rest = rest.slice(one.length)
    }
    if (heard.length === requests.length) break
  }
  return heard
}

function readAnswer(text: string): (Heard & { length: number }) | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [line = '', ...fields] = text.slice(0, end).split('\r\n')
  const headers = new Headers()
  for (const field of fields) {
    const colon = field.indexOf(':')
    headers.append(field.slice(0, colon), field.slice(colon + 1).trim())
  }
  const length = end + 4 + Number(headers.get('content-length'))
  if (text.length < length) return undefined
  const body: unknown = JSON.parse(text.slice(end + 4, length))
  return { status: Number(line.split(' ')[1]), headers, body, length }
}

const post = (conversationId: string, clientId: string, body: string, { token } = alice) => {
  const content = JSON.stringify({ clientId, body })
  return (
    `POST /api/v1/conversations/${conversationId}/messages HTTP/1.1\r\nHost: ${host}\r\n` +
    `Authorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
    `Content-Length: ${content.length}\r\n\r\n${content}`
  )
}
const alive = `GET /healthz?of=proxy HTTP/1.1\r\nHost: ${host}\r\n\r\n`

test('of a flood some is stored, once, and the rest refused unseen, until it is over', async () => {
  const { id } = await alice.openDirect(bob)
  const sends = Array.from({ length: FLOOD }, (_, at) => ({
    clientId: newClientId(),
    body: `flood ${at}`,
  }))
  const requests = sends.map(({ clientId, body }) => post(id, clientId, body))
  const [health, ...answers] = (await pipeline([...requests, alive])).toReversed()
  answers.reverse()

  expect(health).toMatchObject({ status: 200, body: { status: 'ok' } })
  const statuses = answers.map(({ status }) => status)
  const stored = sends.filter((_, at) => statuses[at] === 201)
  const refused = sends.filter((_, at) => statuses[at] === 503)
  expect(stored.length + refused.length).toBe(FLOOD)
  expect(stored.length).toBeGreaterThanOrEqual(MOST)
  expect(refused.length).toBeGreaterThan(0)
  for (const { status, headers, body } of answers) {
    if (status !== 503) continue
    const { error } = errorBody.parse(body)
    expect(error).toMatchObject({ code: 'unavailable', requestId: headers.get('x-request-id') })
    expect([1, 2, 3, 4, 5]).toContain(error.retryAfter)
    expect(headers.get('retry-after')).toBe(String(error.retryAfter))
    expect(headers.get('cache-control')).toBe('no-store')
  }
  const { text } = await sendRaw(server.url, {
    path: '/metrics',
    headers: { authorization: `Bearer ${metricsToken}` },
  })
  expect(text).toContain(`\nroost_requests_refused_total ${refused.length}\n`)

  const texts = async () => {
    const page = await bob.ask(endpoints.messages, { params: { id }, query: { limit: 100 } })
    return page.messages.map(({ body }) => body)
  }
  expect(await texts()).toEqual(stored.map(({ body }) => body))
  for (const { clientId, body } of refused) await alice.send(id, body, { clientId })
  expect(await texts()).toEqual([...stored, ...refused].map(({ body }) => body))
})

test('sends are counted from the moment they are let in', async () => {
  const admission = { least: 100, most: 100, work: 1_000, sends: 5 }
  const other = await startTestServer({ admission })
  try {
    const { carol } = await signUpCast(other, 'carol')
    const { id } = await carol.makeRoom()
    const sends = Array.from({ length: 40 }, (_, at) => post(id, newClientId(), `${at}`, carol))
    const answers = await pipeline(sends, new URL(other.url))
    const count = (wanted: number) => answers.filter(({ status }) => status === wanted).length
    expect(count(201) + count(503)).toBe(40)
    expect(count(201)).toBeGreaterThanOrEqual(5)
    expect(count(503)).toBeGreaterThan(0)
  } finally {
    await other.stop()
  }
})

test('a request that is refused may bring a body of any size', async () => {
  const body = 'x'.repeat(3_000_000)
  const large = `PUT /api/v1/me/picture HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const many = Array.from({ length: MOST }, () => alive)
  const answers = await pipeline([...many, large, alive])
  expect(answers.map(({ status }) => status)).toEqual([...many.map(() => 200), 503, 200])
})

describe('a turn of the event loop', () => {
  const limits = { least: 2, most: 100, work: 10, sends: 1_000 }
  const begin = () => {
    let [work, waiting, now] = [5, 0, 0]
    const admission = new Admission(limits, {
      waitingSends: () => waiting,
      work: () => work,
      now: () => now,
    })
    /** How many of so many requests a turn takes, each of which causes so much work. A refusal costs a sixth. */
    const ask = async (requests: number, { each, sends = 0 }: { each: number; sends?: number }) => {
      waiting = sends
      const answers = Array.from({ length: requests }, () => admission.takes())
      const taken = answers.filter(Boolean).length
      work += (taken + (requests - taken) / 6) * each
      await nextTurn()
      return taken
    }
    /** Nobody asks, and something else is done. */
    const rest = async (milliseconds: number) => {
      await nextTurn()
      await nextTurn()
      work += milliseconds
    }
    const pass = (milliseconds: number) => void (now += milliseconds)
    return { ask, rest, pass }
  }

  test('takes a burst, and in a flood as many as can be done in a moment', async () => {
    const { ask, pass } = begin()
    expect(await ask(150, { each: 1 })).toBe(100)
    for (let turn = 0; turn < 10; turn++) await ask(150, { each: 1 })
    // Whatever there is to refuse beside them.
    for (const requests of [150, 9_000, 150])
      expect([9, 10]).toContain(await ask(requests, { each: 1 }))
    // A moment in which little comes is not its end.
    expect(await ask(8, { each: 1 })).toBe(8)
    pass(900)
    expect([9, 10]).toContain(await ask(150, { each: 1 }))
    expect(await ask(8, { each: 1 })).toBe(8)
    pass(1_000)
    expect(await ask(8, { each: 1 })).toBe(8)
    expect(await ask(150, { each: 1 })).toBe(100)
  })

  test('takes a few however long they last', async () => {
    const { ask } = begin()
    for (let turn = 0; turn < 10; turn++) await ask(150, { each: 50 })
    expect(await ask(150, { each: 50 })).toBe(2)
  })

  test('takes less after one that caused too much, though it refused nothing', async () => {
    const { ask } = begin()
    expect(await ask(80, { each: 1.9 })).toBe(80)
    expect(await ask(80, { each: 2.1 })).toBe(80)
    expect(await ask(80, { each: 0.1 })).toBeLessThan(80)
  })

  test('is not blamed for what is done after it', async () => {
    const { ask, rest } = begin()
    expect(await ask(80, { each: 0.1 })).toBe(80)
    await rest(5_000)
    expect(await ask(80, { each: 0.1 })).toBe(80)
  })

  test('takes nothing while too many sends wait', async () => {
    const { ask } = begin()
    expect(await ask(5, { each: 0, sends: 999 })).toBe(5)
    expect(await ask(5, { each: 0, sends: 1_000 })).toBe(0)
    expect(await ask(2, { each: 0, sends: 999 })).toBe(2)
  })
})
