/** The PostgreSQL of this server, and perhaps of others, being left. */
import { setTimeout as sleep } from 'node:timers/promises'

import { sql } from 'kysely'

import { locks } from '../storage/advisory-locks.ts'
import { refuseWrites, startNotes, stopPostgresNotes } from '../storage/change-notes.ts'
import type { Db } from '../storage/database.ts'
import { isGivenUp, isLockTimeout } from '../storage/errors.ts'
import { readMoveState, writeMoveState, type MoveState } from '../storage/move-state.ts'
import type { Table } from '../storage/tables.ts'
import { keysIn, type Note } from './noted.ts'
import { connectToMove, placeOf, type PostgresConnection } from './postgres-connection.ts'
import { MoveError, type Snapshot, type Source } from './sides.ts'

/** Milliseconds that others wait while the tables are being taken, and how often that is tried. */
const LOCK_WITHIN = 4_000
const ATTEMPTS = 5
const BACK_WITHIN = 15_000
const AGAIN_AFTER = 500

export class PostgresSource implements Source {
  readonly place: string
  readonly epoch: string
  readonly #url: string
  #connection: PostgresConnection
  #tables: readonly Table[] = []

  private constructor(url: string, epoch: string, connection: PostgresConnection) {
    this.place = placeOf(url)
    this.epoch = epoch
    this.#url = url
    this.#connection = connection
  }

  static async open(url: string, epoch: string): Promise<PostgresSource> {
    return new PostgresSource(url, epoch, await connectToMove(url))
  }

  get db(): Db {
    return this.#connection.db
  }

  async watch(tables: readonly Table[]): Promise<void> {
    this.#tables = tables
    await stopPostgresNotes(this.db)
    await startNotes(
      (fn) => this.#connection.transact('begin', () => fn(this.db)),
      'postgres',
      tables,
    )
  }

  snapshot<T>(fn: (state: Snapshot) => Promise<T>): Promise<T> {
    return this.#connection.transact('begin isolation level repeatable read', () =>
      fn(this.#state()),
    )
  }

  async seal(fn: (state: Snapshot) => Promise<void>, gone: MoveState): Promise<void> {
    await this.#connection.transact('begin', async () => {
      await this.#lockAll()
      await fn(this.#state())
      await writeMoveState(this.db, gone)
      await refuseWrites(this.db, 'postgres', this.#tables)
    })
  }

  /** After a break too: what was sent last may have arrived. */
  async keep(id: string): Promise<boolean> {
    await this.#connection.close()
    this.#connection = await this.#connectAgain()
    const found = await readMoveState(this.db)
    if (found?.id === id) return true
    await stopPostgresNotes(this.db)
    return false
  }

  /** Other processes may be among them: what they read grows old, and they are let in no more. */
  dismiss(): Promise<void> {
    return this.#connection.endOthers()
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  /**
   * Reading goes on. Whoever sends holds nothing before conversations, and every other write holds the
   * advisory lock: taken in this order, nobody who has something already waits for us.
   */
  async #lockAll(): Promise<void> {
    const rest = this.#tables.filter(({ name }) => name !== 'conversations')
    for (let attempt = 1; ; attempt += 1)
      try {
        await sql`savepoint "locks"`.execute(this.db)
        await sql.raw(`set local lock_timeout = ${LOCK_WITHIN}`).execute(this.db)
        await sql`select pg_advisory_xact_lock(${sql.lit(locks.writes)})`.execute(this.db)
        await sql`lock table "conversations" in exclusive mode`.execute(this.db)
        await sql`lock table ${sql.join(rest.map(({ name }) => sql.table(name)))}
          in share row exclusive mode`.execute(this.db)
        return
      } catch (error) {
        if (!isLockTimeout(error) && !isGivenUp(error)) throw error
        if (attempt === ATTEMPTS)
          throw new MoveError(
            'Nothing was moved: somebody writes without a break. Try again later.',
          )
        // The others go on meanwhile.
        await sql`rollback to savepoint "locks"`.execute(this.db)
        await sleep(attempt * 200)
      }
  }

  /** One that is started again takes some seconds. */
  async #connectAgain(): Promise<PostgresConnection> {
    for (const until = performance.now() + BACK_WITHIN; ;)
      try {
        return await connectToMove(this.#url)
      } catch (error) {
        if (performance.now() > until) throw error
        await sleep(AGAIN_AFTER)
      }
  }

  #state(): Snapshot {
    return {
      db: this.db,
      changes: async () => {
        // Those it sees, and no others: they are not numbered in the order in which they commit.
        const { rows } = await sql<Note>`delete from "moveChanges" returning *`.execute(this.db)
        return keysIn(rows, this.#tables)
      },
    }
  }
}
