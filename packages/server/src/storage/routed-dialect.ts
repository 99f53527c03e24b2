/**
 * A Kysely database for a library that owns its SQL: reads go to the reader, every other statement
 * through the door as a write of its own, and transactions are refused. On our writing connection
 * its statements would join an open transaction and vanish with its rollback.
 */
import {
  SelectQueryNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely'

import type { Schema } from './schema.ts'
import type { WriteDoor } from './write-door.ts'

class SharedAdapter extends SqliteAdapter {
  override get supportsMultipleConnections(): boolean {
    return true
  }
}

class RoutedConnection implements DatabaseConnection {
  readonly #door: WriteDoor
  readonly #reader: Kysely<Schema>
  constructor(door: WriteDoor, reader: Kysely<Schema>) {
    this.#door = door
    this.#reader = reader
  }
  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const run = query as CompiledQuery<R>
    if (SelectQueryNode.is(query.query)) return this.#reader.executeQuery(run)
    return this.#door.write((tx) => tx.db.executeQuery(run))
  }
  streamQuery(): never {
    throw new Error('Streaming is not supported here.')
  }
}

export function routedDialect(door: WriteDoor, reader: Kysely<Schema>): Dialect {
  const connection = new RoutedConnection(door, reader)
  const refuse = () => Promise.reject(new Error('Transactions go through database.write().'))
  const driver: Driver = {
    init: async () => {},
    acquireConnection: async () => connection,
    releaseConnection: async () => {},
    destroy: async () => {},
    beginTransaction: refuse,
    commitTransaction: refuse,
    rollbackTransaction: refuse,
  }
  return {
    createAdapter: () => new SharedAdapter(),
    createDriver: () => driver,
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}
