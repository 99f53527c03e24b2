/** The SQLite file of this server, being left. All writing goes through the server's own door. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { sql } from 'kysely'

import { refuseWrites, startNotes, stopSqliteNotes } from '../storage/change-notes.ts'
import type { Database, Db } from '../storage/database.ts'
import { readMoveState, writeMoveState, type MoveState } from '../storage/move-state.ts'
import { kyselyOn } from '../storage/sqlite-driver.ts'
import type { Table } from '../storage/tables.ts'
import { keysIn, type Note } from './noted.ts'
import type { Key } from './rows.ts'
import { MoveError, type Snapshot, type Source } from './sides.ts'

const underWay = new WeakSet<Database>()

export class SqliteSource implements Source {
  readonly place: string
  readonly epoch: string
  readonly db: Db
  readonly #database: Database
  /** A reader of its own: it sees one state for long, and the server's readers do not wait for it. */
  readonly #raw: DatabaseSync
  #tables: readonly Table[] = []
  #lastNote = 0

  private constructor(database: Database, folder: string) {
    this.place = `the folder ${folder}`
    this.epoch = database.epoch
    this.#database = database
    this.#raw = new DatabaseSync(join(folder, 'roost.db'), { readOnly: true })
    this.db = kyselyOn(this.#raw, () => {})
  }

  /** One move at a time: this process is the only one that has the file. */
  static open(database: Database, folder: string): SqliteSource {
    if (underWay.has(database)) throw new MoveError('Another move is under way.')
    const source = new SqliteSource(database, folder)
    underWay.add(database)
    return source
  }

  async watch(tables: readonly Table[]): Promise<void> {
    this.#tables = tables
    await this.#database.write(async ({ db }) => {
      await stopSqliteNotes(db)
      await startNotes((fn) => fn(db), 'sqlite', tables)
    })
  }

  async snapshot<T>(fn: (state: Snapshot) => Promise<T>): Promise<T> {
    this.#raw.exec('BEGIN')
    try {
      return await fn(this.#stateOf(this.db))
    } finally {
      this.#raw.exec('ROLLBACK')
    }
  }

  async seal(fn: (state: Snapshot) => Promise<void>, gone: MoveState): Promise<void> {
    await this.#database.write(async ({ db }) => {
      await fn(this.#stateOf(db))
      await stopSqliteNotes(db)
      await writeMoveState(db, gone)
      await refuseWrites(db, 'sqlite', this.#tables)
    })
  }

  /** Where a COMMIT failed, only a later one that succeeds makes sure of what it left. */
  async keep(id: string): Promise<boolean> {
    const found = await this.#database.read((db) => readMoveState(db))
    if (found?.id === id) return true
    await this.#database.write(({ db }) => stopSqliteNotes(db))
    return false
  }

  /** The only process that has it open ends by itself. */
  async dismiss(): Promise<void> {}

  async close(): Promise<void> {
    underWay.delete(this.#database)
    this.#raw.close()
  }

  #stateOf(db: Db): Snapshot {
    return { db, changes: () => this.#takeNotes(db) }
  }

  /** One writes at a time: notes come in the order of their numbers. */
  async #takeNotes(db: Db): Promise<ReadonlyMap<string, readonly Key[]>> {
    const { rows } = await sql<Note>`
      select * from "moveChanges" where "id" > ${this.#lastNote} order by "id"`.execute(db)
    this.#lastNote = rows.at(-1)?.id ?? this.#lastNote
    return keysIn(rows, this.#tables)
  }
}
