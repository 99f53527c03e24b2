/**
 * Refuses what would only wait. What is read in one turn of the event loop is worked on before anything
 * else is read, so a turn takes no more requests than can be done in a moment. The rest is answered
 * below Fastify, before anything is looked at: a refusal has to cost next to nothing.
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
  /** Requests that each turn takes, however long they last: so many at once are no flood. */
  readonly least: number
  /** Requests that a turn takes at most: a burst, which is worked through. */
  readonly most: number
  /** Milliseconds of the processor that the requests of a turn may take in a flood. */
  readonly work: number
  /** Sends that may be under way: on PostgreSQL they wait for their limits and their commit without work. */
  readonly sends: number
}

export const usualLimits: AdmissionLimits = { least: 32, most: 1_000, work: 6, sends: 1_000 }

/** So many times as much work may come in a burst before it counts as a flood. */
const BURST = 16
/** What a refusal costs, as a share of what a request does. */
const REFUSAL = 1 / 6
/**
 * Milliseconds without a refusal until a burst may come again. Within a flood there are moments in which
 * little comes, and more right after them.
 */
const CALM = 1_000

export class Admission {
  readonly #limits: AdmissionLimits
  readonly #work: () => number
  readonly #now: () => number
  readonly #waitingSends: () => number
  #inTurn = false
  /** In this turn, or the last one. */
  #taken = 0
  #refused = 0
  #workBefore = 0
  #refusedAt = -Infinity
  /** How many requests this turn takes. */
  #quota: number

  /**
   * @param work milliseconds of the processor that this thread has had. Not of a clock: a disk or another
   * program that holds it up is no reason to do less at a time. `now` is the clock, in milliseconds.
   */
  constructor(
    limits: AdmissionLimits,
    around: { waitingSends: () => number; work: () => number; now: () => number },
  ) {
    const { waitingSends, work, now } = around
    this.#limits = limits
    this.#waitingSends = waitingSends
    this.#work = work
    this.#now = now
    this.#quota = limits.most
  }

  /** Called for each request, in the turn in which it was read. */
  takes(): boolean {
    if (!this.#inTurn) this.#beginTurn()
    const takes = this.#taken < this.#quota && this.#waitingSends() < this.#limits.sends
    if (takes) this.#taken++
    else this.#refused++
    return takes
  }

  #beginTurn(): void {
    this.#judge()
    this.#inTurn = true
    setImmediate(this.#endTurn)
  }

  readonly #endTurn = () => {
    this.#inTurn = false
    setImmediate(() => {
      // What is done later, while nobody asks, is not the work of this turn.
      if (!this.#inTurn) this.#judge()
    })
  }

  /** Looks at what the last turn has caused, and says what the next one takes. */
  #judge(): void {
    const { least, most, work } = this.#limits
    const [workNow, now] = [this.#work(), this.#now()]
    const spent = workNow - this.#workBefore
    if (this.#refused > 0) this.#refusedAt = now
    if (spent <= work * BURST && now - this.#refusedAt >= CALM) this.#quota = most
    else if (this.#taken >= least) {
      // As many as would have been done in that time. Refusals come on top: otherwise the more there is to
      // refuse, the less would be taken. One turn alone tells little: its commit is in the next.
      const done = this.#taken + this.#refused * REFUSAL
      const fitting = (done * work) / Math.max(spent, 1)
      this.#quota = Math.min(most, Math.max(least, Math.floor((this.#taken + fitting) / 2)))
    }
    this.#workBefore = workNow
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
