/**
 * Refuses what would only wait. Whatever is read in one turn of the event loop waits for its end and
 * for the commit after it, so a turn that has gone on for long takes no more requests. They are
 * answered below Fastify, before anything is looked at: a refusal has to cost next to nothing.
 */
import { randomInt } from 'node:crypto'
import {
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'

import { AppError } from '../errors.ts'
import { toBody } from './errors.ts'

export interface AdmissionLimits {
  /** Requests that each turn takes, however long it lasts: so many at once are no flood. */
  readonly least: number
  /** Milliseconds for which a turn takes requests. A burst may use them. */
  readonly burst: number
  /** The same in a flood: more is asked than can be done, and what waits keeps the next from being early. */
  readonly flood: number
  /** Sends that may wait for their commit. */
  readonly sends: number
}

export const usualLimits: AdmissionLimits = { least: 32, burst: 250, flood: 25, sends: 1_000 }

/** Milliseconds without a refusal after which a flood is over. */
const CALM = 1_000

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #now: () => number
  readonly #waitingSends: () => number
  /** When the turn took its first request; undefined before. */
  #since: number | undefined
  #taken = 0
  #refusedAt = -Infinity

  /** @param now milliseconds of a clock that never goes back */
  constructor(
    limits: AdmissionLimits,
    { waitingSends, now }: { waitingSends: () => number; now: () => number },
  ) {
    this.#limits = limits
    this.#waitingSends = waitingSends
    this.#now = now
  }

  /** Called for each request, in the turn in which it was read. */
  takes(): boolean {
    const now = this.#now()
    if (this.#since === undefined) {
      this.#since = now
      setImmediate(this.#endTurn)
    }
    const takes = this.#hasRoom(now - this.#since, now)
    if (takes) this.#taken++
    else this.#refusedAt = now
    return takes
  }

  #hasRoom(age: number, now: number): boolean {
    const { least, burst, flood, sends } = this.#limits
    if (this.#waitingSends() >= sends) return false
    if (this.#taken < least) return true
    return age < (now - this.#refusedAt < CALM ? flood : burst)
  }

  readonly #endTurn = () => {
    this.#since = undefined
    this.#taken = 0
  }
}

interface Doorkeeper {
  readonly admission: Admission
  /** Paths that are always answered. */
  readonly except: readonly string[]
  readonly headers: OutgoingHttpHeaders
  readonly idOf: (request: IncomingMessage) => string
  readonly onRefused: () => void
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void

/** A server that hands on what is admitted, and answers the rest itself. */
export function createGuardedServer(
  options: ServerOptions,
  { admission, except, headers, idOf, onRefused }: Doorkeeper,
  handle: Handle,
): Server {
  const server = createServer(options, (request, response) => {
    if (admission.takes() || except.includes(pathOf(request))) return handle(request, response)
    onRefused()
    refuse(response, { headers, id: idOf(request) })
  })
  // The body of a request has as long as it needs, and an idle connection longer than a proxy keeps it.
  server.requestTimeout = 0
  server.keepAliveTimeout = KEEP_ALIVE
  return server
}
const KEEP_ALIVE = 72_000

/** Some are told to come back sooner than others, so that they do not come all at once. */
const refusals = Array.from({ length: 5 }, (_, at) => {
  const sentence = 'The server has too much to do. Try again in a moment.'
  const retryAfter = at + 1
  return { retryAfter, error: new AppError('unavailable', sentence, { retryAfter }) }
})

function refuse(
  response: ServerResponse,
  { headers, id }: { headers: OutgoingHttpHeaders; id: string },
): void {
  const refusal = refusals[randomInt(refusals.length)]
  if (!refusal) throw new Error('There is no refusal.')
  const { retryAfter, error } = refusal
  const body = JSON.stringify(toBody(error, id))
  response
    .writeHead(error.status, {
      ...headers,
      'x-request-id': id,
      'retry-after': `${retryAfter}`,
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    })
    .end(body)
}

function pathOf({ url = '' }: IncomingMessage): string {
  const end = url.indexOf('?')
  return end < 0 ? url : url.slice(0, end)
}
