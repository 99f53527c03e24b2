/** Typed calls of the protocol's endpoints, with a time limit; every failure is one of errors.ts. */
import {
  endpoints,
  errorBody,
  lenientEventPage,
  lenientSyncReply,
  type Endpoint,
  type EndpointName,
  type In,
} from '@roost/protocol'

import { backOff } from './back-off.ts'
import { ApiError, ConnectionError, isSignedOut, ProtocolError } from './errors.ts'
import type { ClientOptions, Clock } from './options.ts'

/** As a client reads them: events of types it does not know pass. */
const readable = {
  ...endpoints,
  events: { ...endpoints.events, response: lenientEventPage },
  sync: { ...endpoints.sync, response: lenientSyncReply },
}

type Needed<E, N extends 'params' | 'query' | 'body'> = In<E>[N] extends undefined
  ? unknown
  : object extends In<E>[N]
    ? { [K in N]?: In<E>[N] }
    : { [K in N]: In<E>[N] }
/** What a call of an endpoint takes: all that it declares, and the file where it takes one. */
export type Given<E> = Needed<E, 'params'> &
  Needed<E, 'query'> &
  Needed<E, 'body'> &
  (E extends { upload: object } ? { file: Blob } : unknown)
type Named<N extends EndpointName> = Given<(typeof readable)[N]>

export type AnswerOf<E extends Endpoint> = Extract<
  ReturnType<E['response']['safeParse']>,
  { success: true }
>['data']
export type Answer<N extends EndpointName> = AnswerOf<(typeof readable)[N]>

interface Request {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | readonly string[] | undefined>>
  readonly body?: unknown
  readonly file?: Blob
}

export interface Rest {
  call<N extends EndpointName>(name: N, request: Named<N>): Promise<Answer<N>>
  /** The same of an endpoint that is not in the table of names: those of administrators. */
  request<E extends Endpoint>(endpoint: E, request: Given<E>): Promise<AnswerOf<E>>
  /** A write under a `clientId`: when its outcome is unknown it is repeated, three times at most. */
  write<N extends EndpointName>(name: N, request: Named<N>): Promise<Answer<N>>
}

const answerWithin = 20_000
const uploadWithin = 120_000
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

  async function ask(endpoint: Endpoint, given: Request): Promise<unknown> {
    const { method } = endpoint
    const { params = {}, query = {}, body, file } = given
    const path = fillPath(endpoint.path, params) + toQuery(query)
    const headers = new Headers({ accept: 'application/json' })
    if (world.token !== null) headers.set('authorization', `Bearer ${world.token}`)
    if (file) headers.set('content-type', file.type)
    else if (body !== undefined) headers.set('content-type', 'application/json')
    const patience = new AbortController()
    const relax = clock.after(file ? uploadWithin : answerWithin, () => patience.abort())
    const content = file ?? (body === undefined ? undefined : JSON.stringify(body))
    try {
      const response = await fetch(world.baseUrl + path, {
        method,
        headers,
        signal: patience.signal,
        credentials: world.token === null ? 'same-origin' : 'omit',
        ...(content !== undefined && { body: content }),
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

  async function request<E extends Endpoint>(endpoint: E, given: Given<E>): Promise<AnswerOf<E>> {
    try {
      const answer = await ask(endpoint, given as Request)
      const parsed = endpoint.response.safeParse(answer)
      if (parsed.success) return parsed.data as AnswerOf<E>
      throw new ProtocolError('The answer has another shape.', { cause: parsed.error })
    } catch (error) {
      // Whoever signs in with a wrong password has no session to lose.
      if (isSignedOut(error) && !endpoint.public) world.onSignedOut?.()
      throw error
    }
  }

  const call = <N extends EndpointName>(name: N, given: Named<N>): Promise<Answer<N>> =>
    request(readable[name], given)

  async function write<N extends EndpointName>(name: N, given: Named<N>): Promise<Answer<N>> {
    for (let failures = 1; ; failures += 1) {
      try {
        return await call(name, given)
      } catch (error) {
        if (!(error instanceof ConnectionError) || failures === attempts) throw error
        const wait = backOff(failures, world.random())
        await new Promise<void>((resolve) => clock.after(wait, resolve))
      }
    }
  }

  return { call, request, write }
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

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
}

function toQuery(query: NonNullable<Request['query']>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}
