/** What the rest of the server may do with the database: read, write, send. No raw handle leaves. */
import type { Kysely } from 'kysely'

import type { Schema } from './schema.ts'
import type { Send, SendOutcome, StoredSend } from './sends.ts'
import type { Tx } from './tx.ts'

export type Db = Kysely<Schema>
export type { Tx } from './tx.ts'

export interface Database {
  /**
   * Runs `fn` on one snapshot: all its statements see the same state. Never call `read` inside it
   * (it would wait for itself), nor anything that waits for a write.
   */
  read<T>(fn: (db: Db) => Promise<T>): Promise<T>
  /** One transaction, durable when the promise resolves. Never inside another write. */
  write<T>(fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Stores a message together with all others that arrive in this turn of the event loop. */
  send(send: Send, onStored: (stored: StoredSend) => void): Promise<SendOutcome>
  readonly engine: 'sqlite' | 'postgres'
  /** In bytes. */
  size(): Promise<number>
  /** For better-auth, which writes its own SQL. */
  readonly forAuth: Db
  /** Renewed by a restore: a cursor from another epoch is worth nothing. */
  readonly epoch: string
  /** Statements run so far, transaction control aside: the measure in which costs are tested. */
  statements(): number
  /** Of connections to a database server: none on SQLite. */
  pools(): readonly PoolState[]
  close(): Promise<void>
}

export interface PoolState {
  readonly name: 'read' | 'send' | 'write'
  readonly inUse: number
  readonly idle: number
  /** What waits for a connection. */
  readonly waiting: number
}
