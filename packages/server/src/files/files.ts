/**
 * Stored bytes and the rows that refer to them. A file is there before a row names it and goes after
 * the last one has gone: what a crash leaves behind is a file too many, never one too few. Several
 * processes may share them: each looks and removes in a write, alone among all.
 */
import { chunksOf } from '../chunks.ts'
import type { Database, Db } from '../storage/database.ts'
import type { FileStore, StoredFile } from './file-store.ts'

/** Most files asked about at once, while the rest of the server waits for the answer. */
const BATCH = 200

export class Files {
  readonly #store: FileStore
  readonly #database: Pick<Database, 'read' | 'write'>
  readonly #report: (error: unknown) => void
  /** Those on their way to a row, and by how many uploads. */
  readonly #expected = new Map<string, number>()
  /** Files come and go one after another, so that none goes while another upload finds it there. */
  #tail: Promise<unknown> = Promise.resolve()
  #sweeping: Promise<void> | undefined
  #closed = false

  constructor(parts: {
    store: FileStore
    database: Pick<Database, 'read' | 'write'>
    report: (error: unknown) => void
  }) {
    this.#store = parts.store
    this.#database = parts.database
    this.#report = parts.report
  }

  /** Stores bytes and lets `refer` write the rows that name them; if it fails they are taken back. */
  async keep<T>(
    contents: readonly Buffer[],
    refer: (hashes: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const hashes: string[] = []
    let value: T
    try {
      for (const bytes of contents)
        hashes.push(
          await this.#alone(async () => {
            const hash = await this.#store.put(bytes)
            this.#expected.set(hash, (this.#expected.get(hash) ?? 0) + 1)
            return hash
          }),
        )
      value = await refer(hashes)
    } catch (error) {
      this.#release(hashes)
      void this.collect(hashes)
      throw error
    }
    this.#release(hashes)
    // Another process may have found them without a row, before this one was written.
    for (const bytes of contents) await this.#alone(() => this.#store.put(bytes))
    return value
  }

  read(hash: string): Promise<StoredFile | undefined> {
    return this.#store.read(hash)
  }

  /** Removes those of these that no row names. Called when a row has gone; it never throws. */
  collect(hashes: readonly string[]): Promise<void> {
    return this.#alone(async () => {
      const idle = hashes.filter((hash) => !this.#expected.has(hash))
      if (idle.length === 0) return
      // Nearly all of what a sweep asks about is named: nobody's write waits for that.
      const found = await this.#database.read((db) => findUnnamed(db, idle))
      if (found.length === 0) return
      await this.#database.write(async ({ db }) => {
        for (const hash of await findUnnamed(db, found)) await this.#store.remove(hash)
      })
    }).catch(this.#report)
  }

  /** Removes what a crash has left, a little at a time: started with the server, and not waited for. */
  sweep(): Promise<void> {
    this.#sweeping = this.#sweep().catch(this.#report)
    return this.#sweeping
  }

  /** Finishes what is under way. */
  async close(): Promise<void> {
    this.#closed = true
    await this.#sweeping
    await this.#tail
  }

  async #sweep(): Promise<void> {
    for await (const hashes of this.#store.list())
      for (const batch of chunksOf(hashes, BATCH)) {
        if (this.#closed) return
        await this.collect(batch)
      }
  }

  #release(hashes: readonly string[]): void {
    for (const hash of hashes) {
      const left = (this.#expected.get(hash) ?? 1) - 1
      if (left > 0) this.#expected.set(hash, left)
      else this.#expected.delete(hash)
    }
  }

  #alone<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#tail.then(act)
    this.#tail = done.catch(() => undefined)
    return done
  }
}

async function findUnnamed(db: Db, hashes: readonly string[]): Promise<string[]> {
  const large = db.selectFrom('pictures').select('large as hash').where('large', 'in', hashes)
  const small = db.selectFrom('pictures').select('small as hash').where('small', 'in', hashes)
  const files = db.selectFrom('files').select('sha256 as hash').where('sha256', 'in', hashes)
  const named = await large.unionAll(small).unionAll(files).execute()
  const kept = new Set(named.map(({ hash }) => hash))
  return hashes.filter((hash) => !kept.has(hash))
}
