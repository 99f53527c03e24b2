/** Kysely on node:sqlite: its SqliteDialect expects better-sqlite3's shape, which is this. */
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

import {
  Kysely,
  SqliteAdapter,
  SqliteDialect,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'

import type { Schema } from './schema.ts'

/** Compiled statements kept per connection. */
const CACHED = 500

/** @param count called once for every statement run, transaction control aside, for tests and metrics */
export function kyselyOn(raw: DatabaseSync, count: () => void): Kysely<Schema> {
  const cache = new Map<string, SqliteStatement>()
  const database: SqliteDatabase = {
    prepare(sql) {
      let statement = cache.get(sql)
      if (!statement) {
        if (cache.size >= CACHED) cache.clear()
        cache.set(sql, (statement = wrap(raw, sql, count)))
      }
      return statement
    },
    close: () => raw.close(),
  }
  return new Kysely<Schema>({ dialect: new Dialect({ database }) })
}

/**
 * On SQLite too a table that was made in a transaction goes with it. Unless Kysely is told, it migrates
 * without one, and a process that ends half-way leaves a database that no start can finish.
 */
class Dialect extends SqliteDialect {
  override createAdapter(): SqliteAdapter {
    return new Adapter()
  }
}
class Adapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

function wrap(raw: DatabaseSync, sql: string, count: () => void): SqliteStatement {
  const statement = raw.prepare(sql)
  const isControl = /^(begin|commit|rollback)\b/i.test(sql)
  const bind = (parameters: readonly unknown[]) => {
    if (!isControl) count()
    return parameters.map(toInput)
  }
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  }
}

/** node:sqlite refuses booleans, undefined and objects; only the first two may reach it. */
function toInput(value: unknown): SQLInputValue {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value === undefined) return null
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'number' ||
    typeof value === 'bigint' ||
    value instanceof Uint8Array
  )
    return value
  throw new TypeError(`SQLite takes no ${typeof value} as a parameter.`)
}

class SharedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}
/** How statements are made for this engine, without a connection to run them on. */
export const sqliteEngine = {
  createAdapter: () => new SharedAdapter(),
  createQueryCompiler: () => new SqliteQueryCompiler(),
  createIntrospector: (db: Kysely<unknown>) => new SqliteIntrospector(db),
}
