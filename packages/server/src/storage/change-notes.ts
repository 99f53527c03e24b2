/**
 * Triggers that `roost move` puts on every table: such as note which rows change while it copies them,
 * and such as refuse all writing once it has gone. A database that is not being moved has none.
 */
import { sql } from 'kysely'

import { locks } from './advisory-locks.ts'
import type { Database, Db } from './database.ts'
import { isLockTimeout, MOVED } from './errors.ts'
import type { Table } from './tables.ts'

type Engine = Database['engine']

/** The most columns that a primary key has. */
const KEYS = ['k1', 'k2', 'k3', 'k4']

/** Runs statements as one transaction. */
export type Write = (fn: (db: Db) => Promise<void>) => Promise<void>

/** From here on the key of every row that changes is noted in `moveChanges`, at least once. */
export async function startNotes(
  write: Write,
  engine: Engine,
  tables: readonly Table[],
): Promise<void> {
  const isSqlite = engine === 'sqlite'
  await write(async (db) => {
    const id = isSqlite ? 'integer primary key autoincrement' : 'bigserial primary key'
    const columns = KEYS.map((name) => `"${name}" ${isSqlite ? '' : 'text'}`).join(', ')
    await run(db, `create table "moveChanges" ("id" ${id}, "name" text, ${columns})`)
  })
  // Not all at once: on PostgreSQL a trigger waits for those who write to its table, and others for it.
  for (const table of tables)
    await write(async (db) => {
      if (!isSqlite) await run(db, `set local lock_timeout = ${LOCK_WITHIN}`)
      for (const statement of isSqlite ? sqliteNotes(table) : postgresNotes(table))
        await run(db, statement)
    })
}

/** Milliseconds that others wait at most for a trigger to come or go. */
const LOCK_WITHIN = 2_000

const note = ({ name, key }: Table, row: 'old' | 'new', as: (column: string) => string) =>
  `insert into "moveChanges" ("name", ${key.map((_, at) => `"${KEYS[at]}"`).join(', ')})
   select '${name}', ${key.map((column) => as(`${row}."${column.name}"`)).join(', ')}`

const isRenamed = ({ key }: Table, differs: string) =>
  key.map(({ name }) => `new."${name}" ${differs} old."${name}"`).join(' or ')

function sqliteNotes(table: Table): string[] {
  const same = (column: string) => column
  const [old, now] = [note(table, 'old', same), note(table, 'new', same)]
  const trigger = (on: string, acts: string) =>
    `create trigger "moveNote ${table.name} ${on}" after ${on} on "${table.name}" begin ${acts}; end`
  return [
    trigger('insert', now),
    trigger('delete', old),
    trigger('update', `${old}; ${now} where ${isRenamed(table, 'is not')}`),
  ]
}

function postgresNotes(table: Table): string[] {
  const asText = (column: string) => `${column}::text`
  const [old, now] = [note(table, 'old', asText), note(table, 'new', asText)]
  const { name } = table
  return [
    `create or replace function "moveNote ${name}"() returns trigger language plpgsql as $$ begin
       if tg_op = 'INSERT' then ${now};
       elsif tg_op = 'DELETE' then ${old};
       else ${old}; ${now} where ${isRenamed(table, 'is distinct from')};
       end if;
       return null;
     end $$`,
    `create trigger "moveNote" after insert or update or delete on "${name}"
       for each row execute function "moveNote ${name}"()`,
  ]
}

/** From the end of this transaction on nobody writes to these tables, whatever program it is. */
export async function refuseWrites(
  db: Db,
  engine: Engine,
  tables: readonly Table[],
): Promise<void> {
  if (engine === 'postgres')
    // As if the database could only be read: 25006.
    await run(
      db,
      `create or replace function "moveRefuse"() returns trigger language plpgsql as $$ begin
         raise exception '${MOVED}' using errcode = 'read_only_sql_transaction';
       end $$`,
    )
  for (const { name } of tables)
    if (engine === 'postgres')
      await run(
        db,
        `create trigger "moveRefuse" before insert or update or delete or truncate on "${name}"
           for each statement execute function "moveRefuse"()`,
      )
    else
      for (const on of ['insert', 'update', 'delete'])
        await run(
          db,
          `create trigger "moveRefuse ${name} ${on}" before ${on} on "${name}"
             begin select raise(abort, '${MOVED}'); end`,
        )
}

/** Takes away what notes changes, also that of a move which ended half-way. */
export async function stopSqliteNotes(db: Db): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select "name" from "sqlite_master" where "type" = 'trigger' and "name" like 'moveNote %'`.execute(
    db,
  )
  for (const { name } of rows) await run(db, `drop trigger "${name}"`)
  await run(db, 'drop table if exists "moveChanges"')
}

/**
 * The same on PostgreSQL, a table at a time: the others go on meanwhile. Those of a move that somebody
 * else has under way stay.
 */
export async function stopPostgresNotes(db: Db): Promise<void> {
  const { rows } = await sql<{ table: string | null }>`
    select c."relname" as "table" from pg_trigger t join pg_class c on c.oid = t.tgrelid
    where t.tgname = 'moveNote' and c.relnamespace = current_schema()::regnamespace
    union all select null where to_regclass('"moveChanges"') is not null`.execute(db)
  for (const { table } of rows) {
    const statement =
      table === null
        ? 'drop table "moveChanges"'
        : `drop trigger if exists "moveNote" on "${table}"`
    for (let attempt = 1; !(await drop(db, statement)); attempt += 1)
      if (attempt === ATTEMPTS) return
  }
}

const ATTEMPTS = 3

/** Resolves to whether it is gone, or somebody else's. */
function drop(db: Db, statement: string): Promise<boolean> {
  return db
    .transaction()
    .execute(async (tx) => {
      await run(tx, `set local lock_timeout = ${LOCK_WITHIN}`)
      const { rows } = await sql<{ free: boolean }>`
        select pg_try_advisory_xact_lock(${sql.lit(locks.moving)}) as "free"`.execute(tx)
      if (rows[0]?.free) await run(tx, statement)
      return true
    })
    .catch((error: unknown) => {
      if (isLockTimeout(error)) return false
      throw error
    })
}

const run = (db: Db, statement: string) => sql.raw(statement).execute(db)
