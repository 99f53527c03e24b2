/** Roost on PostgreSQL: a pool of connections to read with, another behind the door to write with. */
import {
  Kysely,
  PostgresAdapter,
  PostgresDialect,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely'
import { Client, DatabaseError, Pool, types, type ClientConfig, type PoolConfig } from 'pg'

import type { Database, Db } from './database.ts'
import { readEpoch } from './epoch.ts'
import { StorageUnavailableError, translateStorageError, UnsafeStorageError } from './errors.ts'
import { migrate, refuseNewer } from './migrate.ts'
import type { Traits } from './migrations/traits.ts'
import { PostgresDoor } from './postgres-door.ts'
import { PostgresLock } from './postgres-lock.ts'
import { routedDialect } from './routed-dialect.ts'
import type { Schema } from './schema.ts'

const traits: Traits = { clustered: sql``, text: sql`text collate "C"` }

const READERS = 8
const WRITERS = 4
/** Milliseconds. A transaction is short: whatever takes longer holds up others. */
const PATIENCE = 5_000
/** A network that swallows everything looks like a database that thinks. */
const ANSWER_WITHIN = 2 * PATIENCE
const KEEP_ALIVE_AFTER = 10_000

/** @param report told of errors that no caller waits for */
export async function openPostgres(
  url: string,
  report: (error: unknown) => void,
): Promise<Database> {
  const lock = await PostgresLock.take(url, report).catch(explainRefusal)
  const epoch = await prepare(url).catch(async (error: unknown) => {
    await lock.release()
    return explainRefusal(error)
  })
  let statements = 0
  const open = (max: number) => connect(url, { max }, { count: () => void statements++, report })
  const [reader, sends, writes] = [open(READERS), open(1), open(WRITERS)]
  const door = new PostgresDoor({ sends, writes }, report)
  return {
    async read(fn) {
      lock.check()
      try {
        const read = reader.transaction().setIsolationLevel('repeatable read')
        return await read.setAccessMode('read only').execute(fn)
      } catch (error) {
        throw translateStorageError(error)
      }
    },
    async write(fn) {
      lock.check()
      return door.write(fn, { exclusive: true })
    },
    async send(send, onStored) {
      lock.check()
      return door.send(send, onStored)
    },
    forAuth: new Kysely<Schema>({
      dialect: routedDialect((fn) => door.write(fn, { exclusive: false }), reader, {
        createAdapter: () => new PostgresAdapter(),
        createQueryCompiler: () => new PostgresQueryCompiler(),
        createIntrospector: (db) => new PostgresIntrospector(db),
      }),
    }),
    epoch,
    engine: 'postgres',
    size: () => sizeOf(reader),
    statements: () => statements,
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

/** A whole number of 64 bits: our times and seqs are below 2^53. */
const BIGINT = 20
const NUMERIC = 1700

function connect(
  url: string,
  config: PoolConfig,
  { count, report }: { count: () => void; report: (error: unknown) => void },
): Kysely<Schema> {
  const pool = new Pool({
    connectionString: url,
    Client: TextClient,
    application_name: 'roost',
    connectionTimeoutMillis: PATIENCE,
    statement_timeout: PATIENCE,
    idle_in_transaction_session_timeout: PATIENCE,
    query_timeout: ANSWER_WITHIN,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER,
    options: '-c synchronous_commit=on',
    types: {
      getTypeParser: (id: number, format): unknown =>
        id === BIGINT || id === NUMERIC ? Number : types.getTypeParser(id, format),
    },
    ...config,
  })
  // One that breaks while nobody uses it is replaced when it is wanted.
  pool.on('error', (error) => {
    if (!pool.ending) report(error)
  })
  // While somebody does, their statement says so.
  pool.on('connect', (client) => client.on('error', () => {}))
  return new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    log: ({ query }) => {
      if (!isControl.test(query.sql)) count()
    },
  })
}
const isControl = /^(start|begin|commit|rollback|set|select pg_advisory_xact_lock(_shared)?)\b/i

/** PostgreSQL keeps no NUL in a text. What is written has none: what is looked for then is not there. */
class TextClient extends Client {
  constructor(config?: ClientConfig) {
    super(config)
    const query = (...all: unknown[]): never =>
      Reflect.apply(Reflect.get(Client.prototype, 'query'), this, all) as never
    this.query = (text: unknown, values?: unknown, ...rest: unknown[]) =>
      query(text, Array.isArray(values) ? values.map(withoutNul) : values, ...rest)
  }
}
const withoutNul = (value: unknown) =>
  typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value

/** Brings the schema up to date, on connections that may take their time. Resolves to the epoch. */
async function prepare(url: string): Promise<string> {
  const nothing = { count: () => {}, report: () => {} }
  const noHurry = { statement_timeout: 0, idle_in_transaction_session_timeout: 0, query_timeout: 0 }
  const slow = { max: 2, ...noHurry }
  const db = connect(url, slow, nothing)
  try {
    await checkDurability(db)
    await refuseNewer(db)
    await migrate(db, traits, async () => {})
    return await readEpoch(db)
  } finally {
    await db.destroy()
  }
}

/** An acknowledged message must survive a power cut. */
async function checkDurability(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string; setting: string }>`
    select "name", "setting" from pg_settings
    where "name" in ('fsync', 'full_page_writes', 'synchronous_commit')`.execute(db)
  const loose = rows.find(({ setting }) => setting === 'off')
  if (loose)
    throw new UnsafeStorageError(
      `PostgreSQL would not keep what it acknowledges: ${loose.name} is ${loose.setting}. Set it to on.`,
    )
}

async function sizeOf(db: Db): Promise<number> {
  const { rows } = await sql<{ size: number }>`
    select pg_database_size(current_database()) as "size"`.execute(db)
  return rows[0]?.size ?? 0
}
