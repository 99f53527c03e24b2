/** What can go wrong below: said in terms that the layers above may act on. */
import { DatabaseError } from 'pg'

/** Nothing is known to be stored: the disk is full, failing or held. The same write may be tried again. */
export class StorageUnavailableError extends Error {}

/** What is stored cannot be read: the disk fails, or the database is damaged. */
export class DamagedStorageError extends StorageUnavailableError {}

/** Here nothing could be kept safe: refused at start. */
export class UnsafeStorageError extends Error {}

/** Said by what refuses every write to a database whose data has gone to another. */
export const MOVED = 'The data was moved.'

interface SqliteError extends Error {
  errcode: number
}

function isSqliteError(error: unknown): error is SqliteError {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
}

const SQLITE_BUSY = 5
const SQLITE_IOERR = 10
const SQLITE_CORRUPT = 11
const SQLITE_FULL = 13
const SQLITE_CANTOPEN = 14
const SQLITE_READONLY = 8
const SQLITE_CONSTRAINT = 19
const SQLITE_NOTADB = 26

/** Gives an engine's error the meaning it has for a caller; everything else passes as it is. */
export function translateStorageError(error: unknown): unknown {
  if (error instanceof Error && error.message === MOVED)
    return new StorageUnavailableError(MOVED, { cause: error })
  return isSqliteError(error) ? translateSqlite(error) : translatePostgres(error)
}

function translateSqlite(error: SqliteError): unknown {
  switch (error.errcode & 0xff) {
    case SQLITE_FULL:
      return new StorageUnavailableError('The disk is full.', { cause: error })
    case SQLITE_BUSY:
      return new StorageUnavailableError('Another program holds the database.', { cause: error })
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return new StorageUnavailableError('The data folder cannot be written.', { cause: error })
    // Said of a disk that fails to read as well as of a database that is damaged.
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return new DamagedStorageError('The database cannot be read.', { cause: error })
    default:
      return error
  }
}

/** Classes of SQLSTATE, and single ones, in which nothing was done and all may be tried again. */
const UNAVAILABLE = /^(08|25006|25P0[34]|28|3D000|53|57P|57014|58|40)/
/** An error of a socket, or of the client that lost it. */
const LOST = /^E[A-Z]+$|^(Client (was|has)|Connection terminated|Query read timeout|timeout e)/

function translatePostgres(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const isServers = error instanceof DatabaseError
  if (isServers ? !UNAVAILABLE.test(code ?? '') : !LOST.test(code ?? error.message)) return error
  return new StorageUnavailableError('The database cannot be reached.', { cause: error })
}

/** The transaction was given up by the database for another's sake: it may be done again at once. */
export function isGivenUp(error: unknown): boolean {
  return error instanceof DatabaseError && ['40001', '40P01'].includes(error.code ?? '')
}

/** The same for a COMMIT: whatever else went wrong, nobody knows whether it is stored. */
export function translateCommitError(error: unknown): unknown {
  const translated = translateStorageError(error)
  const isRefused = isSqliteError(error)
    ? (error.errcode & 0xff) === SQLITE_CONSTRAINT
    : error instanceof DatabaseError && (error.code ?? '').startsWith('23')
  if (translated instanceof StorageUnavailableError || isRefused) return translated
  return new StorageUnavailableError('What was written may not be stored.', { cause: error })
}

const SQLITE_CONSTRAINT_PRIMARYKEY = 1555
const SQLITE_CONSTRAINT_UNIQUE = 2067

const POSTGRES_UNIQUE_VIOLATION = '23505'

export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof DatabaseError) return error.code === POSTGRES_UNIQUE_VIOLATION
  return (
    isSqliteError(error) &&
    [SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE].includes(error.errcode)
  )
}

const LOCK_NOT_AVAILABLE = '55P03'

/** Others held what it wanted, for longer than it would wait. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === LOCK_NOT_AVAILABLE
}
