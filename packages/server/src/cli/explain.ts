/** What went wrong, for the person at the terminal: a sentence where it was foreseen, else all of it. */
import { ConfigError } from '../config.ts'
import { AppError } from '../errors.ts'
import { ImportFileError } from '../import/read-json-lines.ts'
import { MoveError } from '../move/sides.ts'
import { StorageUnavailableError, UnsafeStorageError } from '../storage/errors.ts'
import { NewerSchemaError } from '../storage/migrate.ts'
import { Refusal, systemCode } from './refusal.ts'

const foreseen = [
  AppError,
  ConfigError,
  ImportFileError,
  MoveError,
  NewerSchemaError,
  Refusal,
  StorageUnavailableError,
  UnsafeStorageError,
]

export function explain(error: unknown): string {
  if (foreseen.some((kind) => error instanceof kind)) return (error as Error).message
  if (systemCode(error) === 'ERR_SQLITE_ERROR')
    return `The database in the data folder cannot be used: ${(error as Error).message}.`
  // A full disk, a missing right: the system says it well enough.
  if (error instanceof Error && 'syscall' in error) return `${error.message}.`
  return `Roost met a bug. Please report it with these lines:\n${
    error instanceof Error ? error.stack : String(error)
  }`
}
