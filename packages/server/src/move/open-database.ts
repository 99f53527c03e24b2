/**
 * Opens the database that serves. Where a move was interrupted right after the data had gone, what was
 * left to do is done here first.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { isShared, type Settings } from '../config.ts'
import type { Database } from '../storage/database.ts'
import {
  MovedError,
  readMoveState,
  refuseMoved,
  writeMoveState,
  type MoveState,
} from '../storage/move-state.ts'
import { openPostgres } from '../storage/postgres.ts'
import { kyselyOn } from '../storage/sqlite-driver.ts'
import { openSqlite } from '../storage/sqlite.ts'
import { connectToMove } from './postgres-connection.ts'
import { arrivingFile, putInPlace } from './sqlite-target.ts'

/** @param report told of errors that no caller waits for */
export async function openDatabase(
  config: Pick<Settings, 'folder' | 'databaseUrl' | 'redisUrl'>,
  report: (error: unknown) => void,
): Promise<Database> {
  const { folder, databaseUrl } = config
  const file = join(folder, 'roost.db')
  if (databaseUrl === undefined) {
    await settleArrival(folder)
    return openSqlite(file, report)
  }
  const options = { report, shared: isShared(config) }
  try {
    return await openPostgres(databaseUrl, options)
  } catch (error) {
    if (!(error instanceof MovedError) || !(await settle(folder, databaseUrl, error.state)))
      throw error
    return openPostgres(databaseUrl, options)
  }
}

/** What the PostgreSQL says of itself is compared with the folder. Resolves to whether it serves now. */
async function settle(folder: string, url: string, state: MoveState): Promise<boolean> {
  const [ours, arriving] = [join(folder, 'roost.db'), arrivingFile(folder)]
  if (state.state === 'moved' && (await readStateOf(arriving))?.id === state.id)
    await putInPlace(folder)
  const isOpen = state.state === 'complete' && (await readStateOf(ours))?.id === state.id
  if (!isOpen) return false
  const connection = await connectToMove(url)
  try {
    await writeMoveState(connection.db, undefined)
  } finally {
    await connection.close()
  }
  return true
}

/** A copy lies beside the place where it belongs, and what is in that place, if anything, has gone. */
async function settleArrival(folder: string): Promise<void> {
  const arriving = arrivingFile(folder)
  const file = join(folder, 'roost.db')
  if (!existsSync(arriving)) return
  const here = existsSync(file) ? await readStateOf(file) : undefined
  if (existsSync(file) && here?.state !== 'moved') return
  const raw = new DatabaseSync(arriving, { readOnly: true })
  try {
    // Only whoever has seen that the data has gone there takes this mark away.
    const db = kyselyOn(raw, () => {})
    await refuseMoved(db, 'sqlite')
    // It was just being made.
    if (!raw.prepare(`SELECT 1 FROM "sqlite_master" WHERE "name" = 'meta'`).get()) return
  } finally {
    raw.close()
  }
  await putInPlace(folder)
}

async function readStateOf(file: string): Promise<MoveState | undefined> {
  if (!existsSync(file)) return undefined
  const raw = new DatabaseSync(file)
  try {
    return await readMoveState(kyselyOn(raw, () => {}))
  } finally {
    raw.close()
  }
}
