/**
 * A disk that fails while a transaction is being committed, and SQLite gives it up and says so; or
 * afterwards, while the log is synced. Syncing takes a turn here: a thread would take as long as it does.
 */
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { DatabaseSync, StatementSync } from 'node:sqlite'

import type { VirtualTime } from './virtual-time.ts'

const SQLITE_IOERR_FSYNC = 1034
// oxlint-disable-next-line typescript/unbound-method -- always called with a connection of its own
const real = { exec: DatabaseSync.prototype.exec, run: StatementSync.prototype.run }
const { fdatasync } = fs

export class FaultyCommits {
  /** How many of the next commits fail. */
  failing = 0
  /** How many of the next syncs fail. */
  failingSyncs = 0
  /** In how many of the next batches SQLite ends the transaction by itself, behind the back of who runs it. */
  endingEarly = 0
  readonly #time: VirtualTime
  #current: DatabaseSync | undefined

  constructor(time: VirtualTime) {
    this.#time = time
  }

  /** Nothing fails any more. */
  heal(): void {
    this.failing = 0
    this.failingSyncs = 0
    this.endingEarly = 0
  }

  rule(): void {
    DatabaseSync.prototype.exec = new Proxy(real.exec, {
      apply: (exec, database: DatabaseSync, [sql]: [string]) => {
        if (sql === 'BEGIN IMMEDIATE') this.#current = database
        if (sql !== 'COMMIT' || this.failing === 0) return exec.call(database, sql)
        this.failing--
        exec.call(database, 'ROLLBACK')
        throw Object.assign(new Error('disk I/O error'), { errcode: SQLITE_IOERR_FSYNC })
      },
    })
    StatementSync.prototype.run = new Proxy(real.run, {
      apply: (run, statement: StatementSync, values) => {
        const result: unknown = Reflect.apply(run, statement, values)
        if (this.endingEarly > 0 && statement.sourceSQL.includes('INSERT INTO "messages"')) {
          this.endingEarly--
          if (this.#current) real.exec.call(this.#current, 'ROLLBACK')
        }
        return result
      },
    })
    fs.fdatasync = Object.assign(
      (_file: number, callback: fs.NoParamCallback) => {
        const fails = this.failingSyncs > 0
        if (fails) this.failingSyncs--
        setImmediate(() => {
          this.#time.stir()
          callback(fails ? Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }) : null)
        })
      },
      { __promisify__: fdatasync.__promisify__ },
    )
    syncBuiltinESMExports()
  }

  release(): void {
    DatabaseSync.prototype.exec = real.exec
    StatementSync.prototype.run = real.run
    fs.fdatasync = fdatasync
    syncBuiltinESMExports()
  }
}
