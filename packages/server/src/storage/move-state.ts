/**
 * What `roost move` has written into a database about itself: that it is still arriving here, or that
 * it has gone from here. While that stands there nobody serves from it.
 */
import { sql } from 'kysely'

import type { Db } from './database.ts'
import { UnsafeStorageError } from './errors.ts'

export interface MoveState {
  /**
   * `receiving`: a copy that is being made. `complete`: a whole one, which counts once the other side is
   * `moved`. `moved`: it is the other side that serves.
   */
  readonly state: 'receiving' | 'complete' | 'moved'
  /** The same on both sides. */
  readonly id: string
  /** The other side, as people know it. */
  readonly place: string
  /** When the move began. */
  readonly at: number
}

/** Nothing is served from here: it was moved, or has not arrived. */
export class MovedError extends UnsafeStorageError {
  readonly state: MoveState
  constructor(state: MoveState, sentence: string) {
    super(sentence)
    this.state = state
  }
}

export async function readMoveState(db: Db): Promise<MoveState | undefined> {
  const tables = await db.introspection.getTables()
  if (!tables.some(({ name }) => name === 'moveState')) return undefined
  const { rows } = await sql<MoveState>`select * from "moveState"`.execute(db)
  return rows[0]
}

/** @param state undefined: it serves */
export async function writeMoveState(db: Db, state: MoveState | undefined): Promise<void> {
  await sql`drop table if exists "moveState"`.execute(db)
  if (!state) return
  await sql`create table "moveState" ("state" text, "id" text, "place" text, "at" bigint)`.execute(
    db,
  )
  await sql`insert into "moveState" values
    (${state.state}, ${state.id}, ${state.place}, ${state.at})`.execute(db)
}

/** Before anything is written to a database that is to be served from. */
export async function refuseMoved(db: Db, engine: 'sqlite' | 'postgres'): Promise<void> {
  const found = await readMoveState(db)
  if (!found) return
  const { state, place, at } = found
  const day = new Date(at).toISOString().slice(0, 10)
  const isHere = state !== 'moved'
  const sentence = isHere
    ? `This database holds a copy from ${place} that "roost move" has not finished, and what is there still counts: serve from there, and run "roost move" again.`
    : engine === 'sqlite'
      ? `The data of this folder was moved to ${place} on ${day}: set DATABASE_URL to the address of that database. The way back is "roost move --to sqlite", with DATABASE_URL set.`
      : `The data of this database was moved to ${place} on ${day}: start with that folder, and without DATABASE_URL. The way back is "roost move --to postgres://…".`
  throw new MovedError(found, sentence)
}
