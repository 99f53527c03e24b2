/**
 * When whoever a row of a table stands for was last seen: gathered for a second, and written in one
 * transaction. Of each the last moment counts, whichever process has seen it, and losing one is harmless.
 */
import { sql, type Expression, type SqlBool } from 'kysely'

import type { Database, Db } from './database.ts'
import type { Schema } from './schema.ts'
import { valuesOf } from './values.ts'

/** The tables that tell. */
type Table = {
  [Name in keyof Schema]: Schema[Name] extends { id: string; lastSeenAt: number | null }
    ? Name
    : never
}[keyof Schema]

const WRITE_EVERY = 1_000
/** Written by one statement: when a network fails, many leave at once. */
const CHUNK = 500

export class LastSeen {
  readonly #core: { readonly database: Database; readonly report: (error: unknown) => void }
  readonly #table: Table
  readonly #where: Expression<SqlBool>
  #seen = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined
  #writing = Promise.resolve()
  #closed = false

  /** @param where the rows in which it may be written down; without it all of them */
  constructor(
    core: { readonly database: Database; readonly report: (error: unknown) => void },
    { table, where = sql<boolean>`true` }: { table: Table; where?: Expression<SqlBool> },
  ) {
    this.#core = core
    this.#table = table
    this.#where = where
  }

  note(id: string, at: number): void {
    if (this.#closed) return
    this.#seen.set(id, at)
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_EVERY)
  }

  /** What was noted and is not being written yet. */
  find(id: string): number | undefined {
    return this.#seen.get(id)
  }

  /** Writes what was gathered, and waits for what is being written. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const seen = this.#seen
    if (seen.size === 0) return this.#writing
    this.#seen = new Map()
    this.#writing = this.#writing.then(() => this.#write([...seen])).catch(this.#core.report)
    return this.#writing
  }

  /** Writes the last of it; what is noted afterwards is not kept. */
  close(): Promise<void> {
    this.#closed = true
    return this.flush()
  }

  #write(seen: readonly (readonly [string, number])[]): Promise<void> {
    return this.#core.database.write(async ({ db }) => {
      for (let at = 0; at < seen.length; at += CHUNK)
        await this.#update(db, seen.slice(at, at + CHUNK))
    })
  }

  #update(db: Db, seen: readonly (readonly [string, number])[]): Promise<unknown> {
    const table = this.#table
    return sql`
      update ${sql.table(table)} set "lastSeenAt" = "seen"."column2"
      from ${valuesOf(['text', 'bigint'], seen)} as "seen"
      where ${sql.ref(`${table}.id`)} = "seen"."column1" and ${this.#where}
        and coalesce(${sql.ref(`${table}.lastSeenAt`)}, 0) < "seen"."column2"`.execute(db)
  }
}
