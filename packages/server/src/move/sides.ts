/** The two sides of a move, as the mover sees them. Either engine can be either. */
import type { Db } from '../storage/database.ts'
import type { MoveState } from '../storage/move-state.ts'
import type { Table } from '../storage/tables.ts'
import type { Key, Row } from './rows.ts'

/** One state of all rows, in which nothing changes. */
export interface Snapshot {
  readonly db: Db
  /** Which rows have changed since the snapshot before this one, by table. */
  changes(): Promise<ReadonlyMap<string, readonly Key[]>>
}

export interface Source {
  /** As people know it. */
  readonly place: string
  readonly epoch: string
  /** For what is no part of a snapshot. */
  readonly db: Db
  /** Notes from here on which rows change. */
  watch(tables: readonly Table[]): Promise<void>
  /** Others write meanwhile. */
  snapshot<T>(fn: (state: Snapshot) => Promise<T>): Promise<T>
  /**
   * Nobody writes while `fn` runs. When it returns, the mark is set that the data has gone, in the same
   * transaction: from then on every write is refused.
   */
  seal(fn: (state: Snapshot) => Promise<void>, gone: MoveState): Promise<void>
  /** It serves as before, unless it turns out to be sealed: resolves to whether it is. */
  keep(id: string): Promise<boolean>
  /** Sends away whoever still reads there, once it is sealed. */
  dismiss(): Promise<void>
  close(): Promise<void>
}

export interface Target {
  readonly place: string
  readonly db: Db
  /** Refuses what holds other data; what is left then is an empty database that nobody serves. */
  claim(arriving: MoveState): Promise<void>
  insert(table: Table, rows: readonly Row[]): Promise<void>
  /** All of what `fn` does, or nothing. It may remove a row that others refer to, and put it back. */
  change(fn: (db: Db) => Promise<void>): Promise<void>
  /** The bulk is there: what takes long is done now, and not in the pause. */
  settle(): Promise<void>
  /** When it resolves all is durable. It is not served yet. */
  complete(): Promise<void>
  /** It is served from here. Only when the source is sealed. */
  open(): Promise<void>
  /** Nothing is left. */
  abandon(): Promise<void>
  close(): Promise<void>
}

/** Why the data stays where it is. */
export class MoveError extends Error {}
