/** The disk fails at every COMMIT, in one of the ways in which that may end, until it is repaired. */
import { DatabaseSync } from 'node:sqlite'

export const IOERR_FSYNC = 1034

export function failCommit(way: 'before' | 'undone' | 'after', errcode: number): () => void {
  const exec = Reflect.get(DatabaseSync.prototype, 'exec')
  DatabaseSync.prototype.exec = function spy(this: DatabaseSync, statement: string) {
    if (statement !== 'COMMIT') return exec.call(this, statement)
    if (way !== 'before') exec.call(this, way === 'after' ? 'COMMIT' : 'ROLLBACK')
    throw Object.assign(new Error('disk I/O error'), { code: 'ERR_SQLITE_ERROR', errcode })
  }
  return () => void (DatabaseSync.prototype.exec = exec)
}
