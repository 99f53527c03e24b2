/**
 * A Kysely database for a library that owns its SQL: reads go to the reader, every other statement
 * through the door as a write of its own, and transactions are refused. On our writing connection
 * its statements would join an open transaction and vanish with its rollback.
 */
import {
  SelectQueryNode,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type Kysely,
  type QueryResult,
} from 'kysely'

import type { Database } from './database.ts'
import type { Schema } from './schema.ts'

type Write = Database['write']

class RoutedConnection implements DatabaseConnection {
  readonly #write: Write
  readonly #reader: Kysely<Schema>
  constructor(write: Write, reader: Kysely<Schema>) {
    this.#write = write
    this.#reader = reader
  }
  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const run = query as CompiledQuery<R>
    if (SelectQueryNode.is(query.query)) return this.#reader.executeQuery(run)
    return this.#write((tx) => tx.db.executeQuery(run))
  }
  streamQuery(): never {
    throw new Error('Streaming is not supported here.')
  }
}

/** @param engine an adapter that takes many connections at once, and how it compiles */
export function routedDialect(
  write: Write,
  reader: Kysely<Schema>,
  engine: Omit<Dialect, 'createDriver'>,
): Dialect {
  const connection = new RoutedConnection(write, reader)
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
  return { ...engine, createDriver: () => driver }
}
