/** Roost on PostgreSQL: a pool of connections to read with, another behind the door to write with. */
import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
  type Dialect,
} from 'kysely'
import { DatabaseError, type Pool, type PoolClient } from 'pg'

import { stopPostgresNotes } from './change-notes.ts'
import { checkPostgres } from './check-postgres.ts'
import type { Database, Db, PoolState } from './database.ts'
import { MOVED, StorageUnavailableError, translateStorageError } from './errors.ts'
import { LimitedDialect } from './limited-dialect.ts'
import { readEpoch } from './meta.ts'
import { migrate, refuseNewer } from './migrate.ts'
import type { Traits } from './migrations/traits.ts'
import { refuseMoved } from './move-state.ts'
import { PostgresDoor } from './postgres-door.ts'
import { PostgresLock } from './postgres-lock.ts'
import { openPool } from './postgres-pool.ts'
import { MOMENT, readRecent } from './postgres-recent.ts'
import { routedDialect } from './routed-dialect.ts'
import type { Schema } from './schema.ts'

export const postgresTraits: Traits = {
  clustered: sql``,
  text: sql`text collate "C"`,
  moment: MOMENT,
}

const READERS = 8
const WRITERS = 4
/** Milliseconds. A transaction is short: whatever takes longer holds up others. */
const PATIENCE = 5_000
/** What a transaction stores may be seen so much later than it was written; see `recent`. */
const SPAN = 2 * PATIENCE

interface Options {
  /** Told of errors that no caller waits for. */
  readonly report: (error: unknown) => void
  /** With other processes, which hear of what each stores. */
  readonly shared: boolean
}

export async function openPostgres(url: string, options: Options): Promise<Database> {
  const { report } = options
  const lock = await PostgresLock.take(url, options).catch(explainRefusal)
  const epoch = await prepare(url).catch(async (error: unknown) => {
    await lock.release()
    return explainRefusal(error)
  })
  let statements = 0
  const pools: { name: PoolState['name']; pool: Pool }[] = []
  const open = (name: PoolState['name'], max: number) => {
    const pool = openPool(url, { name: 'roost', max, patience: PATIENCE }, report)
    // Of a new connection, before it is used.
    pool.options.verify = (client, done) => void refuseGone(client).then(() => done(), done)
    pools.push({ name, pool })
    const limited = name !== 'read' && new LimitedDialect(pool, PATIENCE)
    return kyselyOn(limited || new PostgresDialect({ pool }), () => void statements++)
  }
  const [reader, sends, writes] = [open('read', READERS), open('send', 1), open('write', WRITERS)]
  const door = new PostgresDoor({ sends, writes }, report)
  const read: Database['read'] = async (fn) => {
    lock.check()
    try {
      const snapshot = reader.transaction().setIsolationLevel('repeatable read')
      return await snapshot.setAccessMode('read only').execute(fn)
    } catch (error) {
      throw translateStorageError(error)
    }
  }
  return {
    read,
    recent: (since) => read((db) => readRecent(db, { since: since && since - SPAN, span: SPAN })),
    async write(fn) {
      lock.check()
      return door.write(fn, { exclusive: true })
    },
    async send(send, onStored) {
      lock.check()
      return door.send(send, onStored)
    },
    forAuth: new Kysely<Schema>({
      dialect: routedDialect(
        (fn) => door.write(fn, { exclusive: false }),
        (query) => reader.executeQuery(query),
        {
          createAdapter: () => new PostgresAdapter(),
          createQueryCompiler: () => new PostgresQueryCompiler(),
          createIntrospector: (db) => new PostgresIntrospector(db),
        },
      ),
    }),
    epoch,
    engine: 'postgres',
    tellPlanner: () => analyze(url),
    size: () => sizeOf(reader),
    statements: () => statements,
    pools: () => pools.map(({ name, pool }) => describePool(name, pool)),
    async close() {
      await door.close()
      await Promise.all([reader.destroy(), sends.destroy(), writes.destroy()])
      await lock.release()
    },
  }
}

/** At the start somebody sits before it who may have mistyped the address. */
function explainRefusal(error: unknown): never {
  const known = error instanceof Error && !(error instanceof DatabaseError || 'code' in error)
  if (known) throw error
  const reason = error instanceof AggregateError ? error.errors.join(', ') : String(error)
  throw new StorageUnavailableError(
    `The PostgreSQL database that DATABASE_URL names cannot be used (${reason}).`,
    { cause: error },
  )
}

function describePool(name: PoolState['name'], pool: Pool): PoolState {
  const { totalCount, idleCount: idle, waitingCount: waiting } = pool
  return { name, inUse: totalCount - idle, idle, waiting }
}

function kyselyOn(dialect: Dialect, count: () => void): Kysely<Schema> {
  return new Kysely<Schema>({
    dialect,
    log: ({ query }) => {
      if (!isControl.test(query.sql)) count()
    },
  })
}
const isControl = /^(start|begin|commit|rollback|set|do|select pg_advisory_xact_lock(_shared)?)\b/i

/** Whoever was running when the data was moved away is cut off, and finds nothing here any more. */
async function refuseGone(client: PoolClient): Promise<void> {
  const { rows } = await client.query<{ gone: boolean }>(
    `select to_regclass('"moveState"') is not null as "gone"`,
  )
  if (rows[0]?.gone) throw new StorageUnavailableError(MOVED)
}

/** Brings the schema up to date, on connections that may take their time. Resolves to the epoch. */
async function prepare(url: string): Promise<string> {
  const pool = openPool(url, { name: 'roost', max: 2, patience: 0 }, () => {})
  const db = kyselyOn(new PostgresDialect({ pool }), () => {})
  try {
    await checkPostgres(db)
    await refuseNewer(db)
    await refuseMoved(db, 'postgres')
    await migrate(db, postgresTraits, async () => {})
    await stopPostgresNotes(db)
    return await readEpoch(db)
  } finally {
    await db.destroy()
  }
}

/** PostgreSQL does it by itself, but some minutes later; on a connection that may take its time. */
async function analyze(url: string): Promise<void> {
  const pool = openPool(url, { name: 'roost', max: 1, patience: 0 }, () => {})
  try {
    await pool.query('analyze')
  } catch (error) {
    throw translateStorageError(error)
  } finally {
    await pool.end()
  }
}

async function sizeOf(db: Db): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select pg_database_size(current_database()) as "size"`.execute(db)
  return rows[0]?.size ?? 0
}
