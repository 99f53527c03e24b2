/**
 * Looks at a database before it is opened, and refuses one that is damaged: SQLite itself would make a
 * new one in the place of an empty file, and take over a write-ahead log that belongs to another.
 * Nothing is changed by looking. What it costs, and what it cannot see: docs/decisions/0022.
 */
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { DamagedStorageError, UnsafeStorageError } from './errors.ts'
import { isOwnWal, readHead } from './wal.ts'

/** Reading all of a larger one would make every start wait. */
const CHECKED_WHOLE = 128 * 1024 * 1024

export function examine(file: string): void {
  const size = sizeOf(file)
  if (size === 0) return refuseIfUsed(file)
  const head = readHead(file)
  if (!head) throw damaged(file, 'it is not a database')
  if (sizeOf(`${file}-wal`) > 0) {
    if (!isOwnWal(file, head)) throw foreignWal(file)
  } else if (size < head.size) throw damaged(file, `it ends after ${size} of ${head.size} bytes`)
  if (size > CHECKED_WHOLE && !existsSync(markOf(file))) return
  const fault = findFault(file)
  if (fault !== undefined) throw damaged(file, fault)
  markDamage(file, false)
}

/** Has the next start read all of it, however large it is. */
export function markDamage(file: string, isDamaged: boolean): void {
  if (isDamaged) writeFileSync(markOf(file), 'SQLite met damage while the server ran.\n')
  else rmSync(markOf(file), { force: true })
}

/** What SQLite finds wrong with it, reading all of it. */
export function findFault(file: string): string | undefined {
  try {
    // What the power cut short before the database had a write-ahead log, only who may write can undo.
    const raw = new DatabaseSync(file, { readOnly: sizeOf(`${file}-journal`) === 0 })
    try {
      const said = raw.prepare('PRAGMA quick_check(1)').get()?.['quick_check']
      return said === 'ok' ? undefined : String(said).replaceAll(/\s+/g, ' ')
    } finally {
      raw.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function refuseIfUsed(file: string): void {
  if (sizeOf(`${file}-wal`) > 0)
    throw damaged(file, 'it is empty, and the file -wal beside it is not')
  const folder = dirname(file)
  const backups = join(folder, 'backups')
  const hasBackups = existsSync(backups) && readdirSync(backups).length > 0
  if (hasBackups || existsSync(join(folder, 'search.db')))
    throw damaged(file, 'it is empty, although this folder has been used')
}

const damaged = (file: string, what: string) =>
  new DamagedStorageError(
    `The database ${file} is damaged: ${what}. Nothing was changed. Move it away together with the files -wal and -shm beside it, put a backup in its place, and start again; ${join(dirname(file), 'backups')} holds those made before updates.`,
  )

const foreignWal = (file: string) =>
  new UnsafeStorageError(
    `The file ${file}-wal belongs to another database, or to an earlier state of this one. Nothing was changed. If ${file} was put there from a backup, move ${file}-wal and ${file}-shm away, and start again; else restore a backup.`,
  )

const markOf = (file: string) => `${file}-damaged`
const sizeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.size ?? 0
