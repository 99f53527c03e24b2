/**
 * The two doors for writes. It owns the only writing connection: all sends that wait are stored by one
 * transaction per turn of the event loop; everything rarer gets a transaction of its own, one at a
 * time. No promise resolves and nothing is published before the commit is durable.
 */
import type { DatabaseSync } from 'node:sqlite'

import { seeded } from '@roost/protocol/seeded-bugs'
import type { Kysely } from 'kysely'

import type { Damage } from './damage.ts'
import {
  DamagedStorageError,
  StorageUnavailableError,
  translateCommitError,
  translateStorageError,
} from './errors.ts'
import type { Schema } from './schema.ts'
import { BATCH, publish, settle, type SendJob } from './send-batch.ts'
import type { Send, SendOutcome, StoredSend } from './sends.ts'
import { refuseInside, runInside, runOutside, stopping, type Tx } from './tx.ts'
import type { WalSync } from './wal-sync.ts'

interface WriteJob {
  /** Runs the work and returns what to do once it is durable. */
  readonly run: () => Promise<() => void>
  readonly reject: (error: unknown) => void
}

export class WriteDoor {
  readonly #raw: DatabaseSync
  readonly #db: Kysely<Schema>
  readonly #store: (sends: readonly Send[]) => SendOutcome[]
  readonly #report: (error: unknown) => void
  readonly #damage: Damage
  readonly #sync: WalSync
  #sends: SendJob[] = []
  #writes: WriteJob[] = []
  #draining: Promise<void> | undefined
  #closed = false

  constructor(options: {
    raw: DatabaseSync
    db: Kysely<Schema>
    store: (sends: readonly Send[]) => SendOutcome[]
    /** Told of errors that no caller waits for. */
    report: (error: unknown) => void
    damage: Damage
    sync: WalSync
  }) {
    this.#raw = options.raw
    this.#db = options.db
    this.#store = options.store
    this.#report = options.report
    this.#damage = options.damage
    this.#sync = options.sync
  }

  /** @param onStored called once it is durable, in the order of seqs, if this send was stored */
  send(send: Send, onStored: (stored: StoredSend) => void): Promise<SendOutcome> {
    refuseInside()
    if (this.#closed) return Promise.reject(stopping())
    return new Promise((resolve, reject) => {
      this.#sends.push({ send, onStored, resolve, reject })
      this.#schedule()
    })
  }

  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T> {
    refuseInside()
    if (this.#closed) return Promise.reject(stopping())
    return new Promise<T>((resolve, reject) => {
      const run = async () => {
        const acts: (() => void)[] = []
        const value = await runInside(() =>
          fn({ db: this.#db, afterCommit: (act) => acts.push(act) }),
        )
        return () => {
          for (const act of acts) this.#act(act)
          resolve(value)
        }
      }
      this.#writes.push({ run, reject })
      this.#schedule()
    })
  }

  /** Takes nothing more, and resolves when all that was taken is committed. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
  }

  #schedule(): void {
    this.#draining ??= runOutside(
      () =>
        new Promise<void>((resolve) => {
          setImmediate(() => void this.#drain().then(resolve))
        }),
    )
  }

  async #drain(): Promise<void> {
    while (this.#sends.length + this.#writes.length > 0) {
      const batch = this.#sends.splice(0, BATCH)
      if (batch.length > 0) this.#commitSends(batch)
      const job = this.#writes.shift()
      if (job) await this.#commitWrite(job)
      // Let sockets and timers have their turn between commits.
      await new Promise((resolve) => setImmediate(resolve))
    }
    this.#draining = undefined
  }

  /** Never throws: every job is settled here, or once it is durable. */
  #commitSends(batch: readonly SendJob[]): void {
    let outcomes: SendOutcome[]
    try {
      this.#begin()
      outcomes = this.#store(batch.map(({ send }) => send))
      if (seeded?.('publish-before-commit')) publish(batch, outcomes, this.#act)
      if (seeded?.('acknowledge-before-commit')) settle(batch, outcomes, this.#act)
      if (seeded?.('batch-goes-on-after-rollback') && !this.#raw.isTransaction)
        return settle(batch, outcomes, this.#act)
      this.#commit()
    } catch (error) {
      const reason = this.#rollBack(error)
      // One send that breaks must not take the others with it.
      const alone = batch.length === 1 || reason instanceof StorageUnavailableError
      if (alone) for (const { reject } of batch) reject(reason)
      else for (const job of batch) this.#commitSends([job])
      return
    }
    this.#sync.committed({
      done: () => settle(batch, outcomes, this.#act),
      fail: (error) => batch.forEach(({ reject }) => reject(error)),
    })
  }

  async #commitWrite(job: WriteJob): Promise<void> {
    let done: () => void
    try {
      this.#begin()
      done = await job.run()
      this.#commit()
    } catch (error) {
      const reason = this.#rollBack(error)
      // It may speak of what was found, and that is to be durable too.
      this.#sync.settled().then(() => job.reject(reason), job.reject)
      return
    }
    this.#sync.committed({ done, fail: job.reject })
  }

  #begin(): void {
    const damage = this.#damage.now()
    if (damage) throw damage
    if (this.#sync.failure) throw this.#sync.failure
    // The last one could not be ended while the disk failed.
    if (this.#raw.isTransaction) this.#raw.exec('ROLLBACK')
    this.#raw.exec('BEGIN IMMEDIATE')
  }

  #commit(): void {
    try {
      this.#raw.exec('COMMIT')
    } catch (error) {
      throw translateCommitError(error)
    }
  }

  /** A full disk or an I/O error may have ended the transaction already. */
  #rollBack(error: unknown): unknown {
    try {
      if (this.#raw.isTransaction) this.#raw.exec('ROLLBACK')
    } catch (failure) {
      this.#report(failure)
    }
    const reason = translateStorageError(error)
    if (reason instanceof DamagedStorageError) this.#damage.meet(reason)
    return reason
  }

  readonly #act = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      this.#report(error)
    }
  }
}
