/** A disk that fails while a transaction is being committed: SQLite gives it up and says so. */
import { DatabaseSync, StatementSync } from 'node:sqlite'

const SQLITE_IOERR_FSYNC = 1034
// oxlint-disable-next-line typescript/unbound-method -- always called with a connection of its own
const real = { exec: DatabaseSync.prototype.exec, run: StatementSync.prototype.run }

export class FaultyCommits {
  /** How many of the next commits fail. */
  failing = 0
  /** In how many of the next batches SQLite ends the transaction by itself, behind the back of who runs it. */
  endingEarly = 0
  #current: DatabaseSync | undefined

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
  }

  release(): void {
    DatabaseSync.prototype.exec = real.exec
    StatementSync.prototype.run = real.run
  }
}
