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
  /**
   * What was stored lately, by whichever process, for those who may not have heard of it. Undefined
   * where one process has the database for itself.
   */
  readonly recent: ((since: number | undefined) => Promise<Recent>) | undefined
  /** After much was written at once: queries are planned by what is there, and not by what was. */
  tellPlanner(): Promise<void>
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

/** Logs with their last seq, and what else may concern who is connected. */
export interface Recent {
  /** The moment up to which it tells all, by the clock of the database: the next `since`. */
  readonly at: number
  readonly conversations: readonly { readonly id: string; readonly seq: number }[]
  /** `changed` is the last seq by which they changed what others see of them. */
  readonly users: readonly {
    readonly id: string
    readonly seq: number
    readonly changed: number | null
  }[]
  readonly revoked: readonly { readonly userId: string; readonly sessionId: string }[]
  /** All that are being removed, however long ago that began: who did may be no more. */
  readonly deleted: readonly string[]
  /** Whether something is left to do of accounts that were erased. */
  readonly erasing: boolean
}

export interface PoolState {
  readonly name: 'read' | 'send' | 'write'
  readonly inUse: number
  readonly idle: number
  /** What waits for a connection. */
  readonly waiting: number
}
