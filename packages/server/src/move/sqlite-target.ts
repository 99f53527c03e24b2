/**
 * A SQLite file that is being filled, beside the place where it is to lie. There it is put, by its name
 * alone, once the data has gone from where it was.
 */
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

import type { Db } from '../storage/database.ts'
import { migrate } from '../storage/migrate.ts'
import { readMoveState, writeMoveState, type MoveState } from '../storage/move-state.ts'
import { kyselyOn } from '../storage/sqlite-driver.ts'
import { sqliteTraits } from '../storage/sqlite.ts'
import type { Table } from '../storage/tables.ts'
import { mergeWal } from '../storage/wal.ts'
import type { Row } from './rows.ts'
import { MoveError, type Target } from './sides.ts'

export const arrivingFile = (folder: string) => join(folder, 'roost-arriving.db')
const besides = ['', '-journal', '-wal', '-shm']

export class SqliteTarget implements Target {
  readonly place: string
  readonly db: Db
  readonly #folder: string
  readonly #raw: DatabaseSync
  readonly #inserts = new Map<string, StatementSync>()
  #arriving: MoveState | undefined

  private constructor(folder: string, raw: DatabaseSync) {
    this.place = `the folder ${folder}`
    this.#folder = folder
    this.#raw = raw
    this.db = kyselyOn(raw, () => {})
  }

  /** @param epoch of what is to come: a former state of it is replaced, and nothing else */
  static async open(folder: string, epoch: string): Promise<SqliteTarget> {
    await refuseForeign(join(folder, 'roost.db'), epoch)
    const file = arrivingFile(folder)
    // Of a move that ended before its end: the other side still serves.
    for (const end of besides) rmSync(file + end, { force: true })
    const raw = new DatabaseSync(file)
    // What is lost with the power is made anew; at the end all of it is flushed.
    raw.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF')
    return new SqliteTarget(folder, raw)
  }

  async claim(arriving: MoveState): Promise<void> {
    await writeMoveState(this.db, arriving)
    await migrate(this.db, sqliteTraits, async () => {})
    // What the source says of itself holds here.
    await this.db.deleteFrom('meta').execute()
    this.#arriving = arriving
  }

  async insert({ name, columns }: Table, rows: readonly Row[]): Promise<void> {
    const listed = columns.map((column) => `"${column}"`).join(', ')
    const places = columns.map(() => '?').join(', ')
    const insert =
      this.#inserts.get(name) ??
      this.#raw.prepare(`insert into "${name}" (${listed}) values (${places})`)
    this.#inserts.set(name, insert)
    const run = () => {
      for (const row of rows)
        insert.run(...columns.map((column): SQLInputValue => row[column] ?? null))
    }
    if (this.#raw.isTransaction) return run()
    await this.change(async () => run())
  }

  async change(fn: (db: Db) => Promise<void>): Promise<void> {
    this.#raw.exec('BEGIN')
    try {
      await fn(this.db)
      this.#raw.exec('COMMIT')
    } catch (error) {
      if (this.#raw.isTransaction) this.#raw.exec('ROLLBACK')
      throw error
    }
  }

  /** Most of it is on the disk before anybody waits for the rest. */
  settle(): Promise<void> {
    return flush(arrivingFile(this.#folder))
  }

  async complete(): Promise<void> {
    const lost = this.#raw.prepare('PRAGMA foreign_key_check').all()
    if (lost.length > 0) throw new Error('Rows of the copy refer to such as are not there.')
    if (this.#arriving) await writeMoveState(this.db, { ...this.#arriving, state: 'complete' })
    await this.close()
    await flush(arrivingFile(this.#folder))
    await flush(this.#folder)
  }

  async open(): Promise<void> {
    await putInPlace(this.#folder)
  }

  async abandon(): Promise<void> {
    await this.close()
    for (const end of besides) rmSync(arrivingFile(this.#folder) + end, { force: true })
  }

  async close(): Promise<void> {
    if (this.#raw.isOpen) this.#raw.close()
  }
}

/** Goes on where it was interrupted. */
export async function putInPlace(folder: string): Promise<void> {
  const [from, to] = [arrivingFile(folder), join(folder, 'roost.db')]
  const raw = new DatabaseSync(from)
  const db = kyselyOn(raw, () => {})
  await unpackSecret(folder, db)
  await writeMoveState(db, undefined)
  raw.close()
  await flush(from)
  // The index is of an earlier time.
  for (const end of ['', '-wal', '-shm']) rmSync(join(folder, `search.db${end}`), { force: true })
  if (existsSync(to)) mergeWal(to)
  for (const end of ['-wal', '-shm']) rmSync(to + end, { force: true })
  renameSync(from, to)
  await flush(folder)
}

/** What processes on a PostgreSQL share lies in a folder of one process, as a file. */
async function unpackSecret(folder: string, db: Db): Promise<void> {
  const packed = db.selectFrom('meta').select('value').where('key', '=', 'secret')
  const secret = (await packed.executeTakeFirst())?.value
  if (secret === undefined) return
  const file = join(folder, 'secret')
  writeFileSync(`${file}.arriving`, `${secret}\n`, { mode: 0o600 })
  await flush(`${file}.arriving`)
  renameSync(`${file}.arriving`, file)
  await db.deleteFrom('meta').where('key', '=', 'secret').execute()
}

/** A file that says it was moved to the other side is an earlier state of what comes back. */
async function refuseForeign(file: string, epoch: string): Promise<void> {
  if (!existsSync(file) || statSync(file).size === 0) return
  // Its last commit is in the file itself from here on, and nothing beside it can be mistaken for ours.
  mergeWal(file)
  const raw = new DatabaseSync(file, { readOnly: true })
  try {
    const db = kyselyOn(raw, () => {})
    const state = await readMoveState(db)
    const known = state && db.selectFrom('meta').select('value').where('key', '=', 'epoch')
    if (state?.state === 'moved' && (await known?.executeTakeFirst())?.value === epoch) return
  } finally {
    raw.close()
  }
  throw new MoveError(
    `${file} holds data of its own: move it away, together with the files -wal and -shm beside it, or choose another folder (ROOST_DATA).`,
  )
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
