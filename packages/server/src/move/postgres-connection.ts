/**
 * The one connection by which a move reads or writes a PostgreSQL, with the lock that keeps a second
 * move away. When it breaks the move fails, and everything it had begun there ends with it.
 */
import { setTimeout as sleep } from 'node:timers/promises'

import { Kysely, PostgresDialect, sql } from 'kysely'
import { DatabaseError } from 'pg'

import { locks } from '../storage/advisory-locks.ts'
import type { Db } from '../storage/database.ts'
import { openPool } from '../storage/postgres-pool.ts'
import type { Schema } from '../storage/schema.ts'
import { MoveError } from './sides.ts'

const NAME = 'roost move'
/** Milliseconds. Some statements look at all rows, and others that write wait for them at most so long. */
const PATIENCE = 60_000
const AGAIN_AFTER = 250
const ATTEMPTS = 12

export interface PostgresConnection {
  readonly db: Db
  /** In one transaction. What is asked of `db` meanwhile is part of it. */
  transact<T>(begin: string, fn: () => Promise<T>): Promise<T>
  /** Whether a server or a command of ours is connected to it, also after a moment. */
  hasOthers(): Promise<boolean>
  /** Ends those, but for what only follows the logs. */
  endOthers(): Promise<void>
  close(): Promise<void>
}

export async function connectToMove(url: string): Promise<PostgresConnection> {
  const pool = openPool(url, { name: NAME, max: 1, patience: PATIENCE }, () => {})
  const client = await pool.connect().catch(async (error: unknown) => {
    await pool.end()
    throw refused(url, error)
  })
  const release = client.release.bind(client)
  let isOpen = true
  const close = async () => {
    if (!isOpen) return
    isOpen = false
    release(true)
    await pool.end()
  }
  // It is nobody else's between two statements.
  client.release = () => {}
  const db = new Kysely<Schema>({
    dialect: new PostgresDialect({
      pool: { connect: async () => client, end: async () => {}, options: {} },
    }),
  })
  try {
    await takeLock(db, url)
  } catch (error) {
    await close()
    throw error
  }
  return {
    db,
    async transact(begin, fn) {
      await sql.raw(begin).execute(db)
      try {
        const value = await fn()
        await sql`commit`.execute(db)
        return value
      } catch (error) {
        // A connection that is gone takes its transaction with it.
        await sql`rollback`.execute(db).catch(() => {})
        throw error
      }
    },
    async hasOthers() {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const { rows } = await sql`
          select 1 from pg_stat_activity where ${isOther} limit 1`.execute(db)
        if (rows.length === 0) return false
        await sleep(AGAIN_AFTER)
      }
      return true
    },
    async endOthers() {
      await sql`
        select pg_terminate_backend(pid) from pg_stat_activity
        where ${isOther} and application_name <> 'roost search'`.execute(db)
    },
    close,
  }
}

/** One that has just ended may still be known to PostgreSQL for a moment. */
async function takeLock(db: Db, url: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const { rows } = await sql<{ mine: boolean }>`
      select pg_try_advisory_lock(${sql.lit(locks.moving)}) as "mine"`.execute(db)
    if (rows[0]?.mine) return
    if (attempt === ATTEMPTS) throw new MoveError(`Another move is under way in ${placeOf(url)}.`)
    await sleep(AGAIN_AFTER)
  }
}

const isOther = sql`datname = current_database() and application_name like 'roost%'
  and application_name <> ${sql.lit(NAME)}`

/** Without what it takes to get in. */
export function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `PostgreSQL, ${host}${pathname}`
}

function refused(url: string, error: unknown): MoveError {
  const known = error instanceof DatabaseError || (error instanceof Error && 'code' in error)
  if (!known && !(error instanceof AggregateError)) throw error
  const reason = error instanceof AggregateError ? error.errors.join(', ') : error.message
  return new MoveError(`${placeOf(url)} cannot be used: ${reason}.`, { cause: error })
}
