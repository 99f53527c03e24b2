/**
 * An index as the server sees it: a thread that is started when it is first wanted, asked by
 * messages, and started again when it ends. What happens meanwhile it finds in the log.
 */
import { Worker } from 'node:worker_threads'

import type { Bus } from '../bus/bus.ts'
import { AppError } from '../errors.ts'
import type { Found, SearchIndex, Wanted } from './search-index.ts'
import type { FromWorker, IndexPlace, ToWorker } from './search-worker.ts'

/** The server is to take requests first. */
const START_AFTER = 1_000
/** A burst of messages is one note to the worker, and one transaction of its index. Who asks is first told all. */
const NOTE_EVERY = 250
/** More that wait for an answer would wait too long. */
const QUESTIONS_MAX = 100
const ANSWER_WITHIN = 10_000
const CLOSE_WITHIN = 2_000
const BACK_OFF = { first: 500, most: 30_000 }

interface Question {
  readonly resolve: (found: Found) => void
  readonly reject: (error: unknown) => void
}

export class WorkerIndex implements SearchIndex {
  readonly #place: IndexPlace
  readonly #report: (error: unknown) => void
  readonly #leaveBus: () => void
  readonly #questions = new Map<number, Question>()
  readonly #noticed = new Set<string>()
  #worker: Worker | undefined
  #lastRequest = 0
  #pending = 0
  #backOff = 0
  #isClosed = false
  #startTimer: NodeJS.Timeout | undefined
  #noteTimer: NodeJS.Timeout | undefined

  /** @param around the bus that tells what happens; `report` is told when the thread ends unasked */
  constructor(place: IndexPlace, around: { bus: Bus; report: (error: unknown) => void }) {
    this.#place = place
    this.#report = around.report
    this.#leaveBus = around.bus.subscribe((note) => {
      if (note.type === 'event' || note.type === 'deleted') this.noticed(note.conversationId)
    })
  }

  start(): void {
    this.#startIn(START_AFTER)
  }

  pending(): number {
    return this.#pending
  }

  noticed(conversationId: string): void {
    // One that is not running compares everything when it starts.
    if (!this.#worker) return
    this.#noticed.add(conversationId)
    this.#noteTimer ??= setTimeout(() => this.#passOn(), NOTE_EVERY).unref()
  }

  find(wanted: Wanted): Promise<Found> {
    // After a crash only the timer starts another, or every question would.
    if (this.#backOff === 0) this.#run()
    const worker = this.#worker
    if (!worker || this.#questions.size >= QUESTIONS_MAX) return Promise.reject(unavailable())
    this.#passOn()
    const request = ++this.#lastRequest
    const { promise, resolve, reject } = Promise.withResolvers<Found>()
    // Whoever does not answer is ended, and its end answers for it.
    const patience = setTimeout(() => void worker.terminate(), ANSWER_WITHIN).unref()
    this.#questions.set(request, { resolve, reject })
    this.#post({ type: 'find', request, wanted })
    return promise.finally(() => clearTimeout(patience))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#leaveBus()
    clearTimeout(this.#startTimer)
    clearTimeout(this.#noteTimer)
    const worker = this.#worker
    if (!worker) return
    worker.ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    const patience = setTimeout(() => void worker.terminate(), CLOSE_WITHIN)
    this.#post({ type: 'close' })
    await ended
    clearTimeout(patience)
  }

  #startIn(delay: number): void {
    clearTimeout(this.#startTimer)
    this.#startTimer = setTimeout(() => this.#run(), delay).unref()
  }

  #run(): void {
    if (this.#worker || this.#isClosed) return
    const worker = new Worker(new URL('./search-worker.ts', import.meta.url), {
      name: 'roost-search',
      workerData: this.#place,
      execArgv: [],
    })
    worker.unref()
    worker.on('message', (message: FromWorker) => this.#hear(message))
    worker.on('error', (error) => this.#report(new Error('Searching failed.', { cause: error })))
    worker.on('exit', () => this.#end())
    this.#worker = worker
  }

  #hear(message: FromWorker): void {
    this.#backOff = 0
    if (message.type === 'pending') {
      this.#pending = message.events
      return
    }
    const question = this.#questions.get(message.request)
    this.#questions.delete(message.request)
    if (message.type === 'found') question?.resolve(message.found)
    else question?.reject(message.type === 'failed' ? message.error : unavailable())
  }

  /** The thread is no more, for whatever reason. */
  #end(): void {
    this.#worker = undefined
    for (const { reject } of this.#questions.values()) reject(unavailable())
    this.#questions.clear()
    this.#noticed.clear()
    if (this.#isClosed) return
    this.#backOff = Math.min(this.#backOff * 2 || BACK_OFF.first, BACK_OFF.most)
    this.#startIn(this.#backOff)
  }

  #passOn(): void {
    clearTimeout(this.#noteTimer)
    this.#noteTimer = undefined
    if (this.#noticed.size === 0) return
    this.#post({ type: 'noticed', conversationIds: [...this.#noticed] })
    this.#noticed.clear()
  }

  #post(message: ToWorker): void {
    this.#worker?.postMessage(message)
  }
}

const unavailable = () =>
  new AppError('unavailable', 'Searching is not possible right now. Try again in a moment.', {
    retryAfter: 2,
  })
