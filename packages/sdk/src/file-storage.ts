/**
 * Storage of a Node client: a journal of which every line is one write, so that a write is there as a
 * whole or not at all. A crash may tear the last line, which is then no write. Rewritten when most of
 * it is history. One folder serves one client.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'

import { memoryStorage, type Changes } from './memory-storage.ts'
import type { ClientStorage } from './options.ts'

const fileName = 'client.jsonl'
/** Lines of history that are worth less than the rewriting. */
const slack = 1_000

interface Waiting {
  readonly changes: Changes
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** @param folder made when it is missing; nobody but its owner may read it */
export function fileStorage(folder: string): ClientStorage {
  const path = join(folder, fileName)
  const values = memoryStorage()
  let lines = 0
  let opened: Promise<void> | null = null
  let waiting: Waiting[] = []
  let writing = false

  function prepare(): Promise<void> {
    opened ??= load().catch((error: unknown) => {
      opened = null
      throw error
    })
    return opened
  }

  async function load() {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (isMissing(error)) return ''
      throw error
    })
    const whole = text.split('\n').slice(0, -1)
    for (const line of whole) {
      const changes = parseLine(line)
      if (changes) await values.write(changes)
    }
    lines = whole.length
    // What follows the last whole line was never promised to anybody; nothing may be written behind it.
    if (!text.endsWith('\n') && text !== '') await rewrite()
  }

  /** The values of now in place of their history. */
  async function rewrite() {
    const held = await values.read('')
    const beside = `${path}.new`
    const text = held.map((change) => `${JSON.stringify([change])}\n`).join('')
    await put(beside, 'w', text)
    await rename(beside, path)
    await sync(folder)
    lines = held.length
  }

  /** All that waits, by one append. */
  async function writeWaiting() {
    if (writing) return
    writing = true
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      try {
        await prepare()
        const text = batch.map(({ changes }) => `${JSON.stringify(changes)}\n`).join('')
        await put(path, 'a', text)
        lines += batch.length
        for (const { changes } of batch) await values.write(changes)
        for (const { resolve } of batch) resolve()
        if (lines > slack + 2 * (await values.read('')).length) await rewrite()
      } catch (error) {
        // Half a line may be there: what is in the file is read again before more is written.
        opened = null
        for (const { reject } of batch) reject(error)
      }
    }
    writing = false
  }

  return {
    async read(prefix) {
      await prepare()
      return values.read(prefix)
    },
    write(changes) {
      if (changes.length === 0) return Promise.resolve()
      return new Promise((resolve, reject) => {
        waiting.push({ changes, resolve, reject })
        void writeWaiting()
      })
    },
  }
}

async function put(path: string, flags: 'a' | 'w', text: string) {
  const file = await open(path, flags, 0o600)
  try {
    await file.writeFile(text)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function sync(folder: string) {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function parseLine(line: string): Changes | null {
  try {
    const value: unknown = JSON.parse(line)
    return Array.isArray(value) && value.every(isChange) ? value : null
  } catch {
    return null
  }
}

function isChange(value: unknown): value is Changes[number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'string'
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
