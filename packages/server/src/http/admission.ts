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
  /** The same after a turn that had to refuse: what is asked is more than can be done, and must not wait. */
  readonly flood: number
  /** Sends that may wait for their commit. */
  readonly sends: number
}

export const usualLimits: AdmissionLimits = { least: 32, burst: 100, flood: 25, sends: 1_000 }

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #waitingSends: () => number
  #since = 0
  /** In this turn. */
  #taken = 0
  #refused = 0
  #inFlood = false

  constructor(limits: AdmissionLimits, waitingSends: () => number) {
    this.#limits = limits
    this.#waitingSends = waitingSends
  }

  /** Called for each request, in the turn in which it was read. */
  takes(): boolean {
    if (this.#taken + this.#refused === 0) {
      this.#since = performance.now()
      setImmediate(this.#endTurn)
    }
    const takes = this.#hasRoom()
    if (takes) this.#taken++
    else this.#refused++
    return takes
  }

  #hasRoom(): boolean {
    const { least, burst, flood, sends } = this.#limits
    if (this.#waitingSends() >= sends) return false
    if (this.#taken < least) return true
    return performance.now() - this.#since < (this.#inFlood ? flood : burst)
  }

  readonly #endTurn = () => {
    this.#inFlood = this.#refused > 0
    this.#taken = 0
    this.#refused = 0
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
