/**
 * Makes commits durable beside the event loop. A COMMIT only appends to SQLite's write-ahead log; one
 * fdatasync on another thread then covers all that were made until it began. Nobody hears of a commit,
 * and nobody is shown what it changed, before that.
 */
import { closeSync, fdatasync, openSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'

import { seeded } from '@roost/protocol/seeded-bugs'

import { Checkpointer } from './checkpointer.ts'
import { StorageUnavailableError } from './errors.ts'

/** What waits for commits to be durable. */
interface Waiter {
  readonly done: () => void
  /** Nobody knows whether they will be. `done` is called as well, should they turn out to be. */
  readonly fail: (error: StorageUnavailableError) => void
}

const RETRY_EVERY = 100

export class WalSync {
  readonly #raw: DatabaseSync
  readonly #log: number
  readonly #checkpointer: Checkpointer
  /** Of commits that no sync covers yet. */
  #waiting: Waiter[] = []
  /** Of those that the running one does. */
  #covered: Waiter[] = []
  #isRunning = false
  #failure: StorageUnavailableError | undefined
  #retry: NodeJS.Timeout | undefined

  /** @param raw writes `file`, its log has begun, and leaves syncing to this */
  constructor(raw: DatabaseSync, file: string, report: (error: unknown) => void) {
    this.#raw = raw
    this.#log = openSync(`${file}-wal`, 'r+')
    this.#checkpointer = new Checkpointer(file, { log: this.#log, report })
  }

  /** After a failed sync: until everything is known to be kept, nothing may be added or shown. */
  get failure(): StorageUnavailableError | undefined {
    return this.#failure
  }

  /** Right after a commit. Calls back in the order of the commits. */
  committed(waiter: Waiter): void {
    this.#waiting.push(waiter)
    if (this.#failure) waiter.fail(this.#failure)
    else if (!this.#isRunning) this.#sync()
  }

  /** Resolves when all that is committed now is durable. */
  async settled(): Promise<void> {
    if (this.#failure) throw this.#failure
    const last = this.#waiting.length > 0 ? this.#waiting : this.#covered
    if (last.length === 0 || seeded?.('shown-before-sync')) return
    await new Promise<void>((done, fail) => {
      last.push({ done, fail })
    })
  }

  /** Once nothing is written any more. What could not be made durable stays refused. */
  async close(): Promise<void> {
    // Whoever waited for that has been told of the failure.
    await this.settled().catch(() => {})
    clearTimeout(this.#retry)
    if (this.#failure) this.#recover()
    await this.#checkpointer.close()
    closeSync(this.#log)
  }

  #sync(): void {
    this.#isRunning = true
    this.#covered = this.#waiting
    this.#waiting = []
    const sync = seeded?.('synchronous-off') ? doNothing : fdatasync
    sync(this.#log, (error) => {
      this.#isRunning = false
      if (error) return this.#fail(error)
      const covered = this.#covered
      this.#covered = []
      if (this.#waiting.length > 0) this.#sync()
      this.#checkpointer.noticed()
      for (const { done } of covered) done()
    })
  }

  /** The next sync would succeed without having written what this one could not: it proves nothing. */
  #fail(cause: Error): void {
    const failure = new StorageUnavailableError('What was written may not be stored.', { cause })
    this.#failure = failure
    this.#waiting.unshift(...this.#covered)
    this.#covered = []
    for (const { fail } of this.#waiting) fail(failure)
    this.#recoverLater()
  }

  #recoverLater(): void {
    this.#retry = setTimeout(() => {
      if (!this.#recover()) this.#recoverLater()
    }, RETRY_EVERY).unref()
  }

  /** What is in the log is written once more, into the database, and synced there. */
  #recover(): boolean {
    try {
      const state = this.#raw.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() ?? {}
      // The checkpointer is at it, or a reader still needs the log.
      if (state['busy'] !== 0 || state['log'] !== state['checkpointed']) return false
    } catch {
      // The disk still fails, or somebody is writing.
      return false
    }
    this.#failure = undefined
    for (const { done } of this.#waiting.splice(0)) done()
    return true
  }
}

function doNothing(_file: number, callback: (error: Error | null) => void): void {
  setImmediate(callback, null)
}
