/**
 * Whether a write-ahead log belongs to the database beside it. SQLite asks only whether the log is
 * whole. But each log has a salt, one more than that of the log before it; so the database is stamped
 * with the salt of its first log of a run. https://www.sqlite.org/fileformat.html#walformat
 */
import { closeSync, fsyncSync, openSync, readSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { StorageUnavailableError } from './errors.ts'

/** The head of a database. */
interface Head {
  readonly size: number
  readonly isWal: boolean
  /** PRAGMA user_version; 0: not stamped yet */
  readonly stamp: number
}

const WAL_HEADER = 32
const FRAME_HEADER = 24
/** More logs than one run fills: each takes fifty syncs, or holds many thousand pages. */
const LOGS = 2 ** 24

/** Undefined for what is no database. */
export function readHead(file: string): Head | undefined {
  const head = readStart(file, 100)
  if (head.length < 100 || head.toString('latin1', 0, 16) !== 'SQLite format 3\0') return undefined
  const pageSize = head.readUInt16BE(16)
  return {
    size: (pageSize === 1 ? 65_536 : pageSize) * head.readUInt32BE(28),
    isWal: head.readUInt8(18) === 2,
    stamp: head.readUInt32BE(60),
  }
}

/** Whether the log beside a database may be taken over. */
export function isOwnWal(file: string, { isWal, stamp }: Head): boolean {
  const start = readStart(`${file}-wal`, WAL_HEADER)
  // Shorter, it holds nothing.
  if (start.length < WAL_HEADER) return true
  if (!isWal) return false
  const salt = start.readUInt32BE(16)
  return stamp === 0 || (salt - stamp) >>> 0 < LOGS || isStampOnly(`${file}-wal`, start)
}

/** Takes over the log that a crash left behind, so that the next one begins with a salt of its own. */
export function mergeWal(file: string): void {
  if (sizeOfWal(file) === 0) return
  const raw = new DatabaseSync(file)
  try {
    raw.prepare('SELECT count(*) FROM sqlite_master').get()
  } finally {
    raw.close()
  }
}

/** Marks the log of this run as that of this database. Before anything else is written in it. */
export function stampWal(raw: DatabaseSync, file: string): void {
  // Some other program has the database open, and goes on with the log of the last run.
  if (sizeOfWal(file) > 0) return
  // The log of the last run, removed just now or when that ended, does not come back after a power cut.
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
  const setStamp = (stamp: number) => raw.exec(`PRAGMA user_version = ${stamp | 0}`)
  // The first write makes the log, with its salt: it changes nothing yet.
  setStamp(Number(raw.prepare('PRAGMA user_version').get()?.['user_version']))
  setStamp(readStart(`${file}-wal`, WAL_HEADER).readUInt32BE(16))
  if (raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 0)
    throw new StorageUnavailableError('Another program is reading the database: end it first.')
}

const sizeOfWal = (file: string) => statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0

/** A run that ended while it set its stamp has written the first page, and no other. */
function isStampOnly(wal: string, start: Buffer): boolean {
  const frame = FRAME_HEADER + start.readUInt32BE(8)
  if (statSync(wal).size > WAL_HEADER + 2 * frame) return false
  const bytes = readStart(wal, WAL_HEADER + 2 * frame)
  for (let at = WAL_HEADER; at + 4 <= bytes.length; at += frame)
    if (bytes.readUInt32BE(at) !== 1) return false
  return true
}

function readStart(file: string, length: number): Buffer {
  const handle = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(length)
    return bytes.subarray(0, readSync(handle, bytes))
  } finally {
    closeSync(handle)
  }
}
