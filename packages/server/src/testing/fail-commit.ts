/** The database fails at every COMMIT, in one of the ways in which that may end, until it is repaired. */
import { DatabaseSync } from 'node:sqlite'

import { Client } from 'pg'

import { usesPostgres } from './postgres-databases.ts'

export const IOERR_FSYNC = 1034

/** `before` it is tried, `undone` by the database itself, `after` it has stored everything. */
type Way = 'before' | 'undone' | 'after'

export function failCommit(way: Way, errcode: number): () => void {
  return usesPostgres() ? failOnPostgres(way) : failOnSqlite(way, errcode)
}

function failOnSqlite(way: Way, errcode: number): () => void {
  const exec = Reflect.get(DatabaseSync.prototype, 'exec')
  DatabaseSync.prototype.exec = function spy(this: DatabaseSync, statement: string) {
    if (statement !== 'COMMIT') return exec.call(this, statement)
    if (way !== 'before') exec.call(this, way === 'after' ? 'COMMIT' : 'ROLLBACK')
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode })
  }
  return () => void (DatabaseSync.prototype.exec = exec)
}

/** The connection is lost while a transaction that writes is being committed. */
function failOnPostgres(way: Way): () => void {
  const query = Reflect.get(Client.prototype, 'query')
  const writing = new WeakSet<Client>()
  Client.prototype.query = async function spy(this: Client, ...given: unknown[]): Promise<unknown> {
    const [statement] = given
    if (typeof statement === 'string' && /^(insert|update|delete|with)/i.test(statement.trim()))
      writing.add(this)
    const isCommit = typeof statement === 'string' && statement.endsWith('commit')
    if (!isCommit || !writing.delete(this)) return Reflect.apply(query, this, given)
    if (way !== 'before')
      await Reflect.apply(query, this, [way === 'after' ? statement : 'rollback'])
    throw new Error('Connection terminated unexpectedly')
  } as typeof query
  return () => void (Client.prototype.query = query)
}
