/** Roost on one SQLite file: a writing connection behind the door, a reading one beside it. */
import { mkdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync, backup } from 'node:sqlite'

import { seeded } from '@roost/protocol/seeded-bugs'
import { Kysely, sql, type CompiledQuery } from 'kysely'

import { stopSqliteNotes } from './change-notes.ts'
import { LOG_MAX } from './checkpointer.ts'
import { Damage } from './damage.ts'
import type { Database, Db } from './database.ts'
import { DamagedStorageError, translateStorageError, UnsafeStorageError } from './errors.ts'
import { examine } from './examine.ts'
import { readEpoch } from './meta.ts'
import { migrate, refuseNewer } from './migrate.ts'
import type { Traits } from './migrations/traits.ts'
import { refuseMoved } from './move-state.ts'
import { routedDialect } from './routed-dialect.ts'
import type { Schema } from './schema.ts'
import { kyselyOn, sqliteEngine } from './sqlite-driver.ts'
import { sqliteSendStore } from './sqlite-sends.ts'
import { WalSync } from './wal-sync.ts'
import { mergeWal, stampWal } from './wal.ts'
import { WriteDoor } from './write-door.ts'

export const sqliteTraits: Traits = { clustered: sql`without rowid`, text: 'text' }

/** @param report told of errors that no caller waits for */
export async function openSqlite(
  file: string,
  report: (error: unknown) => void,
): Promise<Database> {
  examine(file)
  mergeWal(file)
  let statements = 0
  const count = () => void statements++
  const writerRaw = connect(file)
  // In KiB. That of the reader stays small: SQLite forgets all of it at each commit of the writer, which
  // takes the longer, the more there is.
  writerRaw.exec('PRAGMA cache_size = -32768')
  const writer = kyselyOn(writerRaw, count)
  const epoch = await prepare(writerRaw, file, writer).catch((error: unknown) => {
    writerRaw.close()
    throw error
  })

  const sync = new WalSync(writerRaw, file, report)
  const readerRaw = connect(file)
  readerRaw.exec('PRAGMA query_only = ON')
  const reader = kyselyOn(readerRaw, count)
  const store = sqliteSendStore(writerRaw, count)
  const damage = new Damage(file, report)
  const door = new WriteDoor({ raw: writerRaw, db: writer, store, report, damage, sync })
  const readForAuth = async <R>(query: CompiledQuery<R>) => {
    const result = await reader.executeQuery(query)
    await sync.settled()
    return result
  }
  return {
    async read(fn) {
      try {
        return await reader.transaction().execute(fn)
      } catch (error) {
        const reason = translateStorageError(error)
        if (reason instanceof DamagedStorageError) damage.meet(reason)
        throw reason
      } finally {
        await sync.settled()
      }
    },
    write: (fn) => door.write(fn),
    send: (send, onStored) => door.send(send, onStored),
    forAuth: new Kysely<Schema>({
      dialect: routedDialect((fn) => door.write(fn), readForAuth, sqliteEngine),
    }),
    epoch,
    engine: 'sqlite',
    recent: undefined,
    // Its plans go by the indexes alone, and are the same however much is there.
    tellPlanner: () => Promise.resolve(),
    size: () => sizeOf(file),
    statements: () => statements,
    pools: () => [],
    async close() {
      await door.close()
      await sync.close()
      readerRaw.close()
      writerRaw.close()
    },
  }
}

/** Resolves to the epoch. */
async function prepare(raw: DatabaseSync, file: string, db: Db): Promise<string> {
  raw.exec('PRAGMA journal_mode = WAL')
  checkDurability(raw)
  await refuseNewer(db)
  await refuseMoved(db, 'sqlite')
  stampWal(raw, file)
  await migrate(db, sqliteTraits, (name) => backUp(raw, file, name))
  await stopSqliteNotes(db)
  // From here on the log is synced by WalSync; SQLite goes on syncing what it moves out of it.
  raw.exec(`PRAGMA synchronous = ${seeded?.('synchronous-off') ? 'OFF' : 'NORMAL'}`)
  raw.exec(`PRAGMA wal_autocheckpoint = ${LOG_MAX}`)
  return readEpoch(db)
}

/** With what is not yet in its place. */
async function sizeOf(file: string): Promise<number> {
  const parts = ['', '-wal'].map((end) => stat(file + end).catch(() => ({ size: 0 })))
  return (await Promise.all(parts)).reduce((sum, { size }) => sum + size, 0)
}

function connect(file: string): DatabaseSync {
  const raw = new DatabaseSync(file)
  raw.exec('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000')
  // What somebody has deleted is overwritten in the file as well.
  raw.exec('PRAGMA secure_delete = ON')
  return raw
}

/** An acknowledged message must survive a power cut, whatever this SQLite was compiled to prefer. */
function checkDurability(raw: DatabaseSync): void {
  const FULL = 2
  const mode = raw.prepare('PRAGMA journal_mode').get()?.['journal_mode']
  const level = raw.prepare('PRAGMA synchronous').get()?.['synchronous']
  if (mode !== 'wal' || level !== FULL)
    throw new UnsafeStorageError(
      `SQLite would not keep what it acknowledges: journal_mode is ${String(mode)} and synchronous ${String(level)}. Put the data folder on a local disk.`,
    )
}

async function backUp(raw: DatabaseSync, file: string, name: string): Promise<void> {
  const folder = join(dirname(file), 'backups')
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  await backup(raw, join(folder, `${name}.db`))
}
