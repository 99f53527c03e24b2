/**
 * Moves what SQLite's log holds into the database, on a thread: that writes and syncs as much again as
 * the commits have, and would hold the event loop meanwhile. The writer itself does so only where this
 * one does not get to the end, because commit follows commit.
 */
import { fstatSync } from 'node:fs'
import { Worker } from 'node:worker_threads'

import type { ToCheckpoint } from './checkpoint-worker.ts'

/** Pages of a log that is moved by the writer, if by nobody else: of 4 KiB each. */
export const LOG_MAX = 16_000
/** Bytes of a log from which on it is worth a thread. */
const WORTH_IT = 4 * 1024 * 1024
/** Syncs of the log between two times: who writes little has the thread asked as rarely. */
const EVERY = 50

export class Checkpointer {
  readonly #file: string
  readonly #log: number
  readonly #report: (error: unknown) => void
  #worker: Worker | undefined
  #syncs = 0
  #isBusy = false
  #isClosed = false

  /** @param around the open log of `file`; `report` is told when there will be no thread any more */
  constructor(file: string, around: { log: number; report: (error: unknown) => void }) {
    this.#file = file
    this.#log = around.log
    this.#report = around.report
  }

  /** The log was synced, with one commit more or several. */
  noticed(): void {
    if (++this.#syncs < EVERY || this.#isBusy || this.#isClosed) return
    this.#syncs = 0
    if (!this.#worker && fstatSync(this.#log).size < WORTH_IT) return
    this.#worker ??= this.#start()
    this.#isBusy = true
    this.#post('checkpoint')
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const worker = this.#worker
    if (!worker) return
    worker.ref()
    const ended = new Promise((resolve) => worker.once('exit', resolve))
    this.#post('close')
    await ended
  }

  #start(): Worker {
    const worker = new Worker(new URL('./checkpoint-worker.ts', import.meta.url), {
      name: 'roost-checkpoint',
      workerData: this.#file,
      execArgv: [],
    })
    worker.unref()
    worker.on('message', () => (this.#isBusy = false))
    worker.on('error', this.#report)
    worker.on('exit', () => {
      this.#worker = undefined
      // Unasked: the writer does it from now on.
      this.#isClosed = true
    })
    return worker
  }

  #post(message: ToCheckpoint): void {
    this.#worker?.postMessage(message)
  }
}
