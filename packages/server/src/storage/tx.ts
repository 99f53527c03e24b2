/** An open transaction, and the rule that one does not wait for another. */
import { AsyncLocalStorage } from 'node:async_hooks'

import type { Kysely } from 'kysely'

import { StorageUnavailableError } from './errors.ts'
import type { Schema } from './schema.ts'

/** Functions that take one never touch the network. */
export interface Tx {
  readonly db: Kysely<Schema>
  /** Calls `act` once the transaction is durable. It must not throw. */
  afterCommit(act: () => void): void
}

const inside = new AsyncLocalStorage<true>()

/** Runs work of a transaction: whatever it calls is refused a transaction of its own. */
export function runInside<T>(fn: () => Promise<T>): Promise<T> {
  return inside.run(true, fn)
}
export function runOutside<T>(fn: () => T): T {
  return inside.exit(fn)
}

/** Throws at once, in the face of whoever would wait for ever. */
export function refuseInside(): void {
  if (inside.getStore()) throw new Error('A write inside a write would wait for itself.')
}

export const stopping = () => new StorageUnavailableError('The server is stopping.')
