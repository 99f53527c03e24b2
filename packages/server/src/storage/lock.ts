/**
 * One process at a time on a data folder: `lock.db`, held in an exclusive transaction for the life
 * of the process. The system frees it when the process ends, however it ends.
 */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface Lock {
  release(): void
}

const sqliteBusy = 5

/** Undefined when another process has the folder. */
export function takeLock(folder: string): Lock | undefined {
  const handle = new DatabaseSync(join(folder, 'lock.db'), { timeout: 0 })
  try {
    handle.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    handle.close()
    if (error instanceof Error && 'errcode' in error && error.errcode === sqliteBusy)
      return undefined
    throw error
  }
  return { release: () => handle.close() }
}
