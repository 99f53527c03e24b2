/** Typed calls of the protocol's endpoints, with a time limit; every failure is one of errors.ts. */
import {
  endpoints,
  errorBody,
  lenientEventPage,
  type EndpointName,
  type In,
  type Reply,
} from '@roost/protocol'

import { backOff } from './back-off.ts'
import { ApiError, ConnectionError, isSignedOut, ProtocolError } from './errors.ts'
import type { ClientOptions, Clock } from './options.ts'

/** As a client reads them: events of types it does not know pass. */
const readable = {
  ...endpoints,
  events: { ...endpoints.events, response: lenientEventPage },
}

type Parts<N extends EndpointName> = In<(typeof endpoints)[N]>
type Given<N extends EndpointName> = Request &
  (Parts<N>['params'] extends undefined ? unknown : { params: Parts<N>['params'] }) &
  (Parts<N>['query'] extends undefined ? unknown : { query?: Parts<N>['query'] }) &
  (Parts<N>['body'] extends undefined ? unknown : { body: Parts<N>['body'] })

export type Answer<N extends EndpointName> = Reply<(typeof readable)[N]>

interface Request {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly body?: unknown
}
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Error }
}

export interface Rest {
  call<N extends EndpointName>(name: N, request: Given<N>): Promise<Answer<N>>
  /** A write under a `clientId`: when its outcome is unknown it is repeated, three times at most. */
  write<N extends EndpointName>(name: N, request: Given<N>): Promise<Answer<N>>
  /** A call outside the endpoints' table: the accounts. A 401 here does not end the session. */
  post<T>(path: string, body: unknown, response: Schema<T>): Promise<T>
}

const answerWithin = 20_000
const attempts = 3

export function createRest(world: {
  baseUrl: string
  fetch: ClientOptions['fetch']
  clock: Clock
  random: () => number
  /** The bearer, or null where the browser's cookie speaks for the session. */
  token: string | null
  /** The session that these calls belong to has ended. */
  onSignedOut?: () => void
}): Rest {
  const { fetch, clock } = world

  async function ask(method: string, path: string, body: unknown): Promise<unknown> {
    const headers = new Headers({ accept: 'application/json' })
    if (world.token !== null) headers.set('authorization', `Bearer ${world.token}`)
    if (body !== undefined) headers.set('content-type', 'application/json')
    const patience = new AbortController()
    const relax = clock.after(answerWithin, () => patience.abort())
    try {
      const response = await fetch(world.baseUrl + path, {
        method,
        headers,
        signal: patience.signal,
        credentials: world.token === null ? 'same-origin' : 'omit',
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return readAnswer(response, await response.text())
    } catch (error) {
      if (error instanceof ApiError || error instanceof ProtocolError) throw error
      if (error instanceof ConnectionError) throw error
      throw new ConnectionError(`${method} ${path} got no answer.`, { cause: error })
    } finally {
      relax()
    }
  }

  async function call<N extends EndpointName>(name: N, request: Given<N>): Promise<Answer<N>> {
    const { method, response } = readable[name]
    const { params = {}, query = {}, body }: Request = request
    try {
      const answer = await ask(method, fillPath(readable[name].path, params) + toQuery(query), body)
      return parse(response as Schema<Answer<N>>, answer)
    } catch (error) {
      if (isSignedOut(error)) world.onSignedOut?.()
      throw error
    }
  }

  async function write<N extends EndpointName>(name: N, request: Given<N>): Promise<Answer<N>> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await call(name, request)
      } catch (error) {
        if (!(error instanceof ConnectionError) || failures === attempts) throw error
        const wait = backOff(failures, world.random())
        await new Promise<void>((resolve) => clock.after(wait, resolve))
      }
    }
  }

  return {
    call,
    write,
    post: async (path, body, response) => parse(response, await ask('POST', path, body)),
  }
}

function readAnswer(response: Response, text: string): unknown {
  const value = parseJson(text)
  if (response.ok) {
    if (value === undefined) throw new ProtocolError('The answer is not JSON.')
    return value
  }
  const known = errorBody.safeParse(value)
  if (known.success) {
    const { error } = known.data
    const wait = error.retryAfter ?? readSeconds(response.headers.get('retry-after'))
    throw new ApiError(response.status, {
      error: { ...error, ...(wait !== undefined && { retryAfter: wait }) },
    })
  }
  // Something in between answered for a server that it could not reach.
  if (response.status >= 500) throw new ConnectionError(`The server answered ${response.status}.`)
  throw new ProtocolError(`An answer ${response.status} without an error in it.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function readSeconds(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN)
  return Number.isFinite(seconds) ? seconds : undefined
}

function parse<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success)
    throw new ProtocolError('The answer has another shape.', { cause: parsed.error })
  return parsed.data
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

function toQuery(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
