/**
 * Stored bytes, each under its SHA-256: here in a folder, `ab/cdef…`. Names are made by the server, and
 * a file that has its name is whole and on the disk.
 */
import { hash, randomUUID } from 'node:crypto'
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, rmSync, statSync } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'

import { StorageUnavailableError } from '../storage/errors.ts'

/** Where bytes are kept, whatever that is. */
export interface FileStore {
  /** Resolves once they would outlive a power cut. What is there already is not written again. */
  put(bytes: Buffer): Promise<string>
  /** undefined where there is no such file. */
  read(hash: string): Promise<StoredFile | undefined>
  remove(hash: string): Promise<void>
  /** Everything there is, some at a time. */
  list(): AsyncIterable<readonly string[]>
}

export interface StoredFile {
  readonly size: number
  readonly stream: Readable
}

const UNREADABLE = 'The folder of the files cannot be read.'

export const hashOf = (bytes: Buffer) => hash('sha256', bytes, 'hex')

/** Other processes may use the same folder at the same time. */
export function folderStore(root: string): FileStore {
  const unfinished = join(root, 'unfinished')
  mkdirSync(unfinished, { recursive: true, mode: 0o700 })
  removeAbandoned(unfinished)
  syncFolderNow(dirname(root))
  const folderOf = (hash: string) => {
    if (!/^[\da-f]{64}$/.test(hash)) throw new Error('This is not the name of a file.')
    return join(root, hash.slice(0, 2))
  }
  const pathOf = (hash: string) => join(folderOf(hash), hash.slice(2))
  const write = async (bytes: Buffer, path: string) => {
    const temporary = join(unfinished, randomUUID())
    try {
      await writeFile(temporary, bytes, { flag: 'wx', mode: 0o600, flush: true })
      await mkdir(dirname(path), { recursive: true, mode: 0o700 })
      await rename(temporary, path)
    } catch (error) {
      // On a full disk it would be in the way of all that follows; the next start tries again.
      await rm(temporary, { force: true }).catch(() => {})
      throw error
    }
  }
  return {
    async put(bytes) {
      const hash = hashOf(bytes)
      const path = pathOf(hash)
      try {
        // Another may have made it a moment ago, and not be through with the folders.
        if (!(await exists(path))) await write(bytes, path)
        await syncName(path)
      } catch (cause) {
        throw new StorageUnavailableError('The folder of the files cannot be written.', { cause })
      }
      return hash
    },
    async read(hash) {
      const file = await open(pathOf(hash)).catch(missing)
      if (!file) return undefined
      try {
        const { size } = await file.stat()
        return { size, stream: file.createReadStream() }
      } catch (cause) {
        await file.close()
        throw new StorageUnavailableError(UNREADABLE, { cause })
      }
    },
    async remove(hash) {
      await rm(pathOf(hash), { force: true })
    },
    async *list() {
      for (const name of await readdir(root)) {
        if (!/^[\da-f]{2}$/.test(name)) continue
        yield (await readdir(join(root, name))).map((rest) => name + rest)
      }
    },
  }
}

/** What a crash left half written: nobody writes at one file for so long. */
function removeAbandoned(unfinished: string): void {
  const HOUR = 60 * 60 * 1_000
  for (const name of readdirSync(unfinished)) {
    const path = join(unfinished, name)
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity }
    if (Date.now() - mtimeMs > HOUR) rmSync(path, { force: true })
  }
}

/** A file's folder too has a name that must be on the disk, whoever made it. */
async function syncName(path: string): Promise<void> {
  await syncFolder(dirname(path))
  await syncFolder(dirname(dirname(path)))
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** A new name in a folder is on the disk once the folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path)
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function syncFolderNow(path: string): void {
  const folder = openSync(path, 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

function missing(cause: NodeJS.ErrnoException): undefined {
  if (cause.code !== 'ENOENT') throw new StorageUnavailableError(UNREADABLE, { cause })
}
