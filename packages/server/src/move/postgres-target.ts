/** A PostgreSQL that is being filled. */
import { sql } from 'kysely'
import { DatabaseError } from 'pg'

import { checkPostgres } from '../storage/check-postgres.ts'
import type { Db } from '../storage/database.ts'
import { migrate } from '../storage/migrate.ts'
import { readMoveState, writeMoveState, type MoveState } from '../storage/move-state.ts'
import { postgresTraits } from '../storage/postgres.ts'
import { STORED_AT, tableNames, type Table } from '../storage/tables.ts'
import { connectToMove, placeOf, type PostgresConnection } from './postgres-connection.ts'
import type { Row } from './rows.ts'
import { MoveError, type Target } from './sides.ts'

/** What lies beside the tables with the data: it is made again. */
const others = [
  'kysely_migration',
  'kysely_migration_lock',
  'searchVersion',
  'searchHeads',
  'searchDocs',
  'moveState',
  'moveChanges',
]

/** A rule of the schema that is not looked at while rows come and go. */
interface Reference {
  readonly table: string
  readonly name: string
  readonly definition: string
}

export class PostgresTarget implements Target {
  readonly place: string
  readonly db: Db
  readonly #connection: PostgresConnection
  readonly #epoch: string
  #arriving: MoveState | undefined
  #references: readonly Reference[] = []
  /** The tables that say of their rows when they were stored. */
  #stamped: ReadonlySet<string> = new Set()

  private constructor(url: string, epoch: string, connection: PostgresConnection) {
    this.place = placeOf(url)
    this.db = connection.db
    this.#connection = connection
    this.#epoch = epoch
  }

  /** @param epoch of what is to come: a former state of it is replaced, and nothing else */
  static async open(url: string, epoch: string): Promise<PostgresTarget> {
    return new PostgresTarget(url, epoch, await connectToMove(url))
  }

  async claim(arriving: MoveState): Promise<void> {
    await checkPostgres(this.db)
    if (await this.#connection.hasOthers())
      throw new MoveError(`A Roost is running on ${this.place}: stop it.`)
    await this.#refuseForeign()
    await this.change(async () => {
      await this.#dropAll()
      await writeMoveState(this.db, arriving)
    })
    await migrate(this.db, postgresTraits, async () => {})
    // What the source says of itself holds here.
    await this.db.deleteFrom('meta').execute()
    const { rows } = await sql<Reference>`
      select conrelid::regclass::text as "table", conname as "name",
        pg_get_constraintdef(oid) as "definition"
      from pg_constraint where contype = 'f' and connamespace = current_schema()::regnamespace`.execute(
      this.db,
    )
    for (const { table, name } of rows)
      await sql.raw(`alter table ${table} drop constraint "${name}"`).execute(this.db)
    this.#references = rows
    const made = await this.db.introspection.getTables()
    const stamped = made.filter(({ columns }) => columns.some(({ name }) => name === STORED_AT))
    this.#stamped = new Set(stamped.map(({ name }) => name))
    this.#arriving = arriving
  }

  async insert({ name, columns }: Table, rows: readonly Row[]): Promise<void> {
    if (rows.length === 0) return
    // What has just arrived is not new to anybody.
    const isStamped = this.#stamped.has(name)
    const all = isStamped ? [...columns, STORED_AT] : columns
    const [into, list] = [sql.table(name), sql.join(all.map((column) => sql.ref(column)))]
    const json = JSON.stringify(isStamped ? rows.map((row) => ({ ...row, [STORED_AT]: 0 })) : rows)
    try {
      await sql`
        insert into ${into} (${list})
        select ${list} from json_populate_recordset(null::${into}, ${json}::json)`.execute(this.db)
    } catch (error) {
      // What SQLite lets into a column, PostgreSQL may not.
      const isUnfit = error instanceof DatabaseError && /^2[23]/.test(error.code ?? '')
      if (!isUnfit) throw error
      throw new MoveError(
        `Nothing was moved: ${this.place} does not take a row of ${name} (${error.message}).`,
        { cause: error },
      )
    }
  }

  change(fn: (db: Db) => Promise<void>): Promise<void> {
    return this.#connection.transact('begin', () => fn(this.db))
  }

  async settle(): Promise<void> {
    await sql`analyze`.execute(this.db)
  }

  async complete(): Promise<void> {
    const { db } = this
    await this.change(async () => {
      for (const { table, name, definition } of this.#references)
        await sql.raw(`alter table ${table} add constraint "${name}" ${definition}`).execute(db)
      if (this.#arriving) await writeMoveState(db, { ...this.#arriving, state: 'complete' })
    })
  }

  async open(): Promise<void> {
    await writeMoveState(this.db, undefined)
  }

  async abandon(): Promise<void> {
    if (this.#arriving) await this.change(() => this.#dropAll())
  }

  close(): Promise<void> {
    return this.#connection.close()
  }

  /** Somebody's data is never replaced but by a later state of the same. */
  async #refuseForeign(): Promise<void> {
    const { db } = this
    const all = await db.introspection.getTables({ withInternalKyselyTables: true })
    const isThere = (name: string) => all.some((table) => table.name === name)
    const found = [...tableNames, ...others].filter(isThere)
    if (found.length === 0) return
    const state = await readMoveState(db)
    if (state?.state === 'receiving') return
    const isOurs = found.includes('kysely_migration') && tableNames.every(isThere)
    if (isOurs && !state && (await this.#isUnused())) return
    if (isOurs && state && (await this.#readEpoch()) === this.#epoch) return
    throw new MoveError(
      `${this.place} is not empty: name a database that is, or delete what is in this one.`,
    )
  }

  /** Somebody has started a Roost on it once, and no more. */
  async #isUnused(): Promise<boolean> {
    const { rows } = await sql`
      select 1 from "users" union all select 1 from "conversations" limit 1`.execute(this.db)
    return rows.length === 0
  }

  async #readEpoch(): Promise<string | undefined> {
    const found = this.db.selectFrom('meta').select('value').where('key', '=', 'epoch')
    return (await found.executeTakeFirst())?.value
  }

  async #dropAll(): Promise<void> {
    for (const name of [...tableNames, ...others])
      await sql`drop table if exists ${sql.table(name)} cascade`.execute(this.db)
    const { rows } = await sql<{ name: string }>`
      select proname as "name" from pg_proc
      where pronamespace = current_schema()::regnamespace
        and (proname like 'moveNote %' or proname = 'moveRefuse')`.execute(this.db)
    for (const { name } of rows) await sql.raw(`drop function "${name}"()`).execute(this.db)
  }
}
