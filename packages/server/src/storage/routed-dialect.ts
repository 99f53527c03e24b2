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
  type QueryResult,
} from 'kysely'

import type { Database } from './database.ts'

type Write = Database['write']
type Read = <R>(query: CompiledQuery<R>) => Promise<QueryResult<R>>

class RoutedConnection implements DatabaseConnection {
  readonly #write: Write
  readonly #read: Read
  constructor(write: Write, read: Read) {
    this.#write = write
    this.#read = read
  }
  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const run = query as CompiledQuery<R>
    if (SelectQueryNode.is(query.query)) return this.#read(run)
    return this.#write((tx) => tx.db.executeQuery(run))
  }
  streamQuery(): never {
    throw new Error('Streaming is not supported here.')
  }
}

/** @param engine an adapter that takes many connections at once, and how it compiles */
export function routedDialect(
  write: Write,
  read: Read,
  engine: Omit<Dialect, 'createDriver'>,
): Dialect {
  const connection = new RoutedConnection(write, read)
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
