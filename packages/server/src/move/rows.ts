/** Rows as a move takes them: in the order of their keys, or those with certain keys, on either engine. */
import { createHash } from 'node:crypto'

import { sql } from 'kysely'

import type { Db } from '../storage/database.ts'
import type { Table } from '../storage/tables.ts'

export type Row = Readonly<Record<string, string | number | null>>
export type Key = readonly (string | number)[]

/** Rows that one statement reads or writes: some milliseconds of work. */
const CHUNK = 500

/** All rows of a table, a chunk at a time. */
export async function* readAll(db: Db, table: Table): AsyncGenerator<Row[], void, undefined> {
  for (let after: Key | undefined; ;) {
    const rows = await readAfter(db, table, after)
    const last = rows.at(-1)
    if (!last) return
    yield rows
    if (rows.length < CHUNK) return
    after = keyOf(table, last)
  }
}

async function readAfter(db: Db, table: Table, after: Key | undefined): Promise<Row[]> {
  const keys = sql.join(table.key.map(({ name }) => sql.ref(name)))
  const rest = after ? sql`where (${keys}) > (${sql.join(after)})` : sql``
  const { rows } = await sql<Row>`
    select ${columnsOf(table)} from ${sql.table(table.name)} ${rest}
    order by ${keys} limit ${CHUNK}`.execute(db)
  return rows
}

export async function readByKeys(db: Db, table: Table, keys: readonly Key[]): Promise<Row[]> {
  const { rows } = await sql<Row>`
    select ${columnsOf(table, 't')} from ${listOf(table, keys)} as "c"
    join ${sql.table(table.name)} as "t" on ${isListed(table, 't')}`.execute(db)
  return rows
}

export async function removeByKeys(db: Db, table: Table, keys: readonly Key[]): Promise<void> {
  await sql`
    delete from ${sql.table(table.name)} where exists (
      select 1 from ${listOf(table, keys)} as "c" where ${isListed(table, table.name)})`.execute(db)
}

export async function countRows(db: Db, table: Table): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as "count" from ${sql.table(table.name)}`.execute(db)
  return rows[0]?.count ?? 0
}

function keyOf(table: Table, row: Row): Key {
  return table.key.map(({ name }) => row[name] ?? '')
}

/** What is stored in a row, as it is compared: the same on both engines. */
export function textOf(table: Table, row: Row): string {
  return JSON.stringify(table.columns.map((column) => row[column]))
}

const columnsOf = (table: Table, of: string = table.name) =>
  sql.join(table.columns.map((column) => sql.ref(`${of}.${column}`)))

/** Named `column1`, `column2` … by both engines. */
function listOf({ key }: Table, keys: readonly Key[]) {
  const list = keys.map((cells) => {
    const typed = key.map(({ type }, at) => sql`cast(${cells[at]} as ${sql.raw(type)})`)
    return sql`(${sql.join(typed)})`
  })
  return sql`(values ${sql.join(list)})`
}

function isListed({ key }: Table, of: string) {
  const each = key.map(
    ({ name }, at) => sql`${sql.ref(`${of}.${name}`)} = ${sql.ref(`c.column${at + 1}`)}`,
  )
  return sql.join(each, sql` and `)
}

/**
 * A hash of what a table has of each conversation, and of the whole of a table that is not about
 * conversations. Rows are added in the order of their keys.
 */
export class Digests {
  readonly #table: Table
  readonly #group: string | undefined
  readonly #done = new Map<string, string>()
  #current:
    | { readonly group: string; count: number; hash: ReturnType<typeof createHash> }
    | undefined

  constructor(table: Table) {
    this.#table = table
    const first = table.key[0]?.name
    this.#group = table.name === 'conversations' || first === 'conversationId' ? first : undefined
  }

  add(rows: readonly Row[]): void {
    for (const row of rows) {
      const group = this.#group === undefined ? '' : String(row[this.#group])
      if (this.#current?.group !== group) {
        this.#end()
        this.#current = { group, count: 0, hash: createHash('sha256') }
      }
      this.#current.count += 1
      this.#current.hash.update(textOf(this.#table, row)).update('\n')
    }
  }

  /** The places where the other says something else, in words. */
  differences(other: Digests): string[] {
    this.#end()
    other.#end()
    const groups = new Set([...this.#done.keys(), ...other.#done.keys()])
    return [...groups]
      .filter((group) => this.#done.get(group) !== other.#done.get(group))
      .map((group) => {
        const where = group === '' ? '' : ` of conversation ${group}`
        const rows = (of: Digests) => of.#done.get(group)?.split(' ')[0] ?? '0'
        return `${this.#table.name}${where} (${rows(this)} rows left, ${rows(other)} arrived)`
      })
  }

  #end(): void {
    if (!this.#current) return
    const { group, count, hash } = this.#current
    this.#done.set(group, `${count} ${hash.digest('base64')}`)
    this.#current = undefined
  }
}
