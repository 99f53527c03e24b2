/**
 * The data folder as a process finds it: made if absent, closed to others, held by one process, and
 * with a secret in it. What stands in the way is said in one sentence.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

import { takeLock } from '../storage/lock.ts'
import { Refusal, systemCode } from './refusal.ts'

export interface DataFolder {
  readonly secret: string
  release(): void
}

/**
 * Undefined when another process has it.
 * @param shared others may have it too: what is in it is no database
 */
export function openDataFolder(
  folder: string,
  { shared }: { shared: boolean },
): DataFolder | undefined {
  prepare(folder)
  if (shared) return { secret: readSecret(folder), release: () => {} }
  const lock = takeLock(folder)
  if (!lock) return undefined
  try {
    return { secret: readSecret(folder), release: () => lock.release() }
  } catch (error) {
    lock.release()
    throw error
  }
}

function prepare(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (error) {
    throw new Refusal(`The data folder ${folder} cannot be used: ${reason(error)}.`)
  }
  refuseForeign(folder)
  try {
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700)
  } catch (error) {
    // A mounted folder may belong to someone else; the files in it are closed to others anyway.
    if (systemCode(error) !== 'EPERM') throw error
  }
}

const ours = ['lock.db', 'roost.db', 'secret']

/** Taking a home folder or /tmp for our own would shut its other users out. */
function refuseForeign(folder: string): void {
  const names = readdirSync(folder).filter((name) => !name.startsWith('.') && name !== 'lost+found')
  if (names.length > 0 && !names.some((name) => ours.includes(name)))
    throw new Refusal(
      `The folder ${folder} holds other files: give Roost a folder of its own (ROOST_DATA).`,
    )
}

function reason(error: unknown): string {
  switch (systemCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return 'this user may not write there'
    case 'EROFS':
      return 'the disk is read-only'
    case 'ENOSPC':
      return 'the disk is full'
    case 'EEXIST':
    case 'ENOTDIR':
      return 'there is a file in its place'
    default:
      return error instanceof Error ? error.message : String(error)
  }
}

const secretPattern = /^[\w-]{43,}$/

function readSecret(folder: string): string {
  const file = join(folder, 'secret')
  if (!existsSync(file)) return makeSecret(file)
  const secret = readFileSync(file, 'utf8').trim()
  if (!secretPattern.test(secret))
    throw new Refusal(
      `The file ${file} is damaged: restore it from a backup, or delete it, and everyone has to sign in again.`,
    )
  chmodSync(file, 0o600)
  return secret
}

/** Whole or not at all: a secret cut short by a crash would lock everyone out. */
function makeSecret(file: string): string {
  const secret = randomBytes(32).toString('base64url')
  const unfinished = `${file}.${randomUUID()}`
  const handle = openSync(unfinished, 'w', 0o600)
  try {
    writeSync(handle, `${secret}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(unfinished, file)
  return secret
}
