/**
 * Whether a write-ahead log belongs to the database beside it. SQLite asks only whether the log is
 * whole. But each log of a run has a number and a salt, and both are one more than those of the log
 * before it: what is between them is random, and stays for as long as the run lasts. The database is
 * stamped with that. https://www.sqlite.org/fileformat.html#walformat
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
/**
 * How far off a log of this run may be. Our own never is: only if another program has emptied a log
 * meanwhile or written one, which counts the salt on, and not our number.
 */
const BY_OTHERS = 2 ** 20

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
  const off = (stampOf(start) - stamp) >>> 0
  return stamp === 0 || off < BY_OTHERS || isStampOnly(`${file}-wal`, start)
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
  // The first write makes the log, with its number and salt: it changes nothing yet.
  setStamp(Number(raw.prepare('PRAGMA user_version').get()?.['user_version']))
  setStamp(stampOf(readStart(`${file}-wal`, WAL_HEADER)))
  if (raw.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 0)
    throw new StorageUnavailableError('Another program is reading the database: end it first.')
}

/** The same for each log of a run: its salt without its number. */
const stampOf = (start: Buffer) => (start.readUInt32BE(16) - start.readUInt32BE(12)) >>> 0

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
