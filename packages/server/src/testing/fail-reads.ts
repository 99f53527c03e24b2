/** Reading a table fails until it is repaired: the database cannot be reached, or something else is wrong. */
import { StatementSync } from 'node:sqlite'

import { Client } from 'pg'

import { IOERR_FSYNC } from './fail-commit.ts'
import { usesPostgres } from './postgres-databases.ts'

/** Resolves `failed` with the first of them. */
export function failReads(
  table: string,
  way: 'unreachable' | 'wrong',
): { failed: Promise<void>; repair: () => void } {
  const { promise: failed, resolve } = Promise.withResolvers<void>()
  const isRead = (sql: unknown) =>
    typeof sql === 'string' && sql.startsWith('select') && sql.includes(`from "${table}"`)
  const fail = () => {
    resolve()
    if (way === 'wrong') return new Error('Something is wrong.')
    if (usesPostgres()) return new Error('Connection terminated unexpectedly')
    return Object.assign(new Error('disk I/O error'), { errcode: IOERR_FSYNC })
  }
  return { failed, repair: usesPostgres() ? onPostgres(isRead, fail) : onSqlite(isRead, fail) }
}

function onSqlite(isRead: (sql: unknown) => boolean, fail: () => Error): () => void {
  const all = Reflect.get(StatementSync.prototype, 'all')
  StatementSync.prototype.all = function spy(this: StatementSync, ...given: unknown[]) {
    if (!isRead(this.sourceSQL)) return Reflect.apply(all, this, given) as never
    throw fail()
  } as typeof all
  return () => void (StatementSync.prototype.all = all)
}

function onPostgres(isRead: (sql: unknown) => boolean, fail: () => Error): () => void {
  const query = Reflect.get(Client.prototype, 'query')
  Client.prototype.query = function spy(this: Client, ...given: unknown[]) {
    if (!isRead(given[0])) return Reflect.apply(query, this, given) as never
    return Promise.reject(fail())
  } as typeof query
  return () => void (Client.prototype.query = query)
}
