/**
 * The two doors for writes, on PostgreSQL. All sends that wait are stored by one transaction, the next
 * ones gathering meanwhile. Everything rarer gets a transaction of its own, alone among its kind in
 * all processes as it would be on SQLite. No promise resolves and nothing is published before COMMIT
 * has returned.
 */
import { seeded } from '@roost/protocol/seeded-bugs'
import { sql, type ControlledTransaction, type Kysely } from 'kysely'

import { locks } from './advisory-locks.ts'
import {
  isGivenUp,
  isUniqueViolation,
  StorageUnavailableError,
  translateCommitError,
  translateStorageError,
} from './errors.ts'
import { storeSends } from './postgres-sends.ts'
import type { Schema } from './schema.ts'
import { BATCH, settle, type SendJob } from './send-batch.ts'
import type { Send, SendOutcome, StoredSend } from './sends.ts'
import { refuseInside, runInside, runOutside, stopping, type Tx } from './tx.ts'

/** How often a transaction is begun again that was given up for another's sake. */
const ATTEMPTS = 5

interface Connections {
  /** One: the next batch gathers while it is in use. */
  readonly sends: Kysely<Schema>
  readonly writes: Kysely<Schema>
}

export class PostgresDoor {
  readonly #connections: Connections
  readonly #report: (error: unknown) => void
  readonly #underWay = new Set<Promise<unknown>>()
  /** The last exclusive write: the next waits for it here, and holds no connection meanwhile. */
  #last: Promise<unknown> = Promise.resolve()
  #sends: SendJob[] = []
  #draining: Promise<void> | undefined
  #closed = false

  /** @param report told of errors that no caller waits for */
  constructor(connections: Connections, report: (error: unknown) => void) {
    this.#connections = connections
    this.#report = report
  }

  /** @param onStored called right after the commit, in the order of seqs, if this send was stored */
  send(send: Send, onStored: (stored: StoredSend) => void): Promise<SendOutcome> {
    refuseInside()
    if (this.#closed) return Promise.reject(stopping())
    return new Promise((resolve, reject) => {
      this.#sends.push({ send, onStored, resolve, reject })
      this.#draining ??= runOutside(async () => {
        await new Promise((turn) => setImmediate(turn))
        await this.#drain()
      })
    })
  }

  /** @param exclusive false for the statements of a library, each of which is one write */
  write<T>(fn: (tx: Tx) => Promise<T>, { exclusive }: { exclusive: boolean }): Promise<T> {
    refuseInside()
    if (this.#closed) return Promise.reject(stopping())
    const run = () => runOutside(() => this.#write(fn, exclusive))
    const work = exclusive ? this.#last.then(run, run) : run()
    if (exclusive) this.#last = work
    const settled = work.then(
      () => {},
      () => {},
    )
    this.#underWay.add(settled)
    void settled.then(() => this.#underWay.delete(settled))
    return work
  }

  /** Takes nothing more, and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
    await Promise.all(this.#underWay)
  }

  async #drain(): Promise<void> {
    while (this.#sends.length > 0) await this.#commitSends(this.#sends.splice(0, BATCH))
    this.#draining = undefined
  }

  /** Never throws: every job is settled here. */
  async #commitSends(batch: readonly SendJob[]): Promise<void> {
    const sends = batch.map(({ send }) => send)
    let outcomes: SendOutcome[]
    try {
      const { sends: db } = this.#connections
      outcomes = await transact(db, async (tx) => {
        const stored = await storeSends(tx, sends)
        if (seeded?.('acknowledge-before-commit')) settle(batch, stored, this.#act)
        return stored
      })
    } catch (error) {
      // One send that breaks must not take the others with it.
      const alone = batch.length === 1 || error instanceof StorageUnavailableError
      if (alone) for (const { reject } of batch) reject(error)
      else for (const job of batch) await this.#commitSends([job])
      return
    }
    settle(batch, outcomes, this.#act)
  }

  async #write<T>(fn: (tx: Tx) => Promise<T>, exclusive: boolean): Promise<T> {
    let acts: (() => void)[] = []
    const value = await transact(this.#connections.writes, async (db) => {
      acts = []
      const lock = sql.raw(exclusive ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared')
      await sql`select ${lock}(${sql.lit(locks.writes)})`.execute(db)
      return runInside(() => fn({ db, afterCommit: (act) => acts.push(act) }))
    })
    for (const act of acts) this.#act(act)
    return value
  }

  readonly #act = (act: () => void): void => {
    try {
      act()
    } catch (error) {
      this.#report(error)
    }
  }
}

/** @param fn may be called again: it has no effect but in the database */
async function transact<T>(db: Kysely<Schema>, fn: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    let tx: ControlledTransaction<Schema> | undefined
    try {
      tx = await db.startTransaction().setIsolationLevel('read committed').execute()
      const value = await fn(tx)
      await commit(tx)
      return value
    } catch (error) {
      await rollBack(tx)
      // The same id, stored by two at once: the next attempt finds it.
      const passes = isGivenUp(error) || (isUniqueViolation(error) && attempt === 1)
      if (!passes || attempt === ATTEMPTS) throw translateStorageError(error)
    }
  }
}

async function rollBack(tx: ControlledTransaction<Schema> | undefined): Promise<void> {
  if (!tx || tx.isCommitted || tx.isRolledBack) return
  // A connection that is gone takes its transaction with it.
  await tx
    .rollback()
    .execute()
    .catch(() => {})
}

async function commit(tx: ControlledTransaction<Schema>): Promise<void> {
  try {
    await tx.commit().execute()
  } catch (error) {
    throw translateCommitError(error)
  }
}
