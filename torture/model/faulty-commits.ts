/** A disk that fails while a transaction is being committed: SQLite gives it up and says so. */
import { DatabaseSync, StatementSync } from 'node:sqlite'

const SQLITE_IOERR_FSYNC = 1034
const real = { exec: DatabaseSync.prototype.exec, run: StatementSync.prototype.run }

export class FaultyCommits {
  /** How many of the next commits fail. */
  failing = 0
  /** In how many of the next batches SQLite ends the transaction by itself, behind the back of who runs it. */
  endingEarly = 0
  #current: DatabaseSync | undefined

  rule(): void {
    const faults = this
    DatabaseSync.prototype.exec = function (sql) {
      if (sql === 'BEGIN IMMEDIATE') faults.#current = this
      if (sql === 'COMMIT' && faults.failing > 0) {
        faults.failing--
        real.exec.call(this, 'ROLLBACK')
        throw Object.assign(new Error('disk I/O error'), { errcode: SQLITE_IOERR_FSYNC })
      }
      return real.exec.call(this, sql)
    }
    StatementSync.prototype.run = new Proxy(real.run, {
      apply(run, statement: StatementSync, values) {
        const result: unknown = Reflect.apply(run, statement, values)
        if (faults.endingEarly > 0 && statement.sourceSQL.includes('INSERT INTO "messages"')) {
          faults.endingEarly--
          if (faults.#current) real.exec.call(faults.#current, 'ROLLBACK')
        }
        return result
      },
    })
  }

  release(): void {
    DatabaseSync.prototype.exec = real.exec
    StatementSync.prototype.run = real.run
  }
}
