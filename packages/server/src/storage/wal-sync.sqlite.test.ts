import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { StorageUnavailableError } from './errors.ts'
import { WalSync } from './wal-sync.ts'

let folder: string
let raw: DatabaseSync
let told: string[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'roost-wal-sync-'))
  raw = new DatabaseSync(join(folder, 'roost.db'))
  raw.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE "words" ("word")')
  // Takes what is written, and cannot be synced.
  symlinkSync('/dev/null', join(folder, 'unsyncable-wal'))
  told = []
})
afterEach(() => {
  raw.close()
  rmSync(folder, { recursive: true })
})

const refuse = (error: unknown) => {
  throw error
}
const write = (word: string) => raw.prepare('INSERT INTO "words" VALUES (?)').run(word)
const commit = (sync: WalSync, word: string) => {
  write(word)
  sync.committed({
    done: () => told.push(`${word} is kept`),
    fail: () => told.push(`${word} may be lost`),
  })
}
/** Once all that was committed by now has been told of. */
const kept = (sync: WalSync) =>
  new Promise<void>((done) => {
    sync.committed({ done, fail: () => {} })
  })

test('a long log is moved into the database while nobody else does it, and begins anew, now and then', async () => {
  const file = join(folder, 'roost.db')
  raw.exec('PRAGMA wal_autocheckpoint = 0')
  const sync = new WalSync(raw, file, refuse)
  /** Another one for each log. */
  const salt = () => readFileSync(`${file}-wal`).readUInt32BE(16)
  const commitsUntilAnew = async () => {
    for (let count = 1, before = salt(); ; count++) {
      commit(sync, 'one more')
      await kept(sync)
      if (salt() !== before) return count
    }
  }
  raw.prepare('INSERT INTO "words" VALUES (randomblob(5000000))').run()
  await commitsUntilAnew()
  let count = 0
  for (let logs = 0; logs < 3; logs++) count += await commitsUntilAnew()
  // Fifty each, but for those that came while the thread was at it.
  expect(count).toBeGreaterThan(50)
  await sync.close()
})

test('tells of commits in their order, and nobody in the turn of the commit', async () => {
  const sync = new WalSync(raw, join(folder, 'roost.db'), refuse)
  commit(sync, 'one')
  // The sync has begun: this one needs another.
  commit(sync, 'two')
  const settled = sync.settled().then(() => told.push('settled'))
  commit(sync, 'three')
  expect(told).toEqual([])
  await Promise.all([settled, kept(sync)])
  expect(told.filter((line) => line !== 'settled')).toEqual([
    'one is kept',
    'two is kept',
    'three is kept',
  ])
  expect(told.indexOf('settled')).toBeGreaterThan(told.indexOf('two is kept'))
  // Nothing waits: nor does whoever asks now.
  await sync.settled()
  await sync.close()
})

test('after a sync that failed nothing is shown or taken until all is in the database', async () => {
  const sync = new WalSync(raw, join(folder, 'unsyncable'), refuse)
  commit(sync, 'one')
  commit(sync, 'two')
  await expect(sync.settled()).rejects.toBeInstanceOf(StorageUnavailableError)
  expect(told).toEqual(['one may be lost', 'two may be lost'])
  expect(sync.failure).toBeInstanceOf(StorageUnavailableError)
  await expect(sync.settled()).rejects.toBe(sync.failure)

  // The door was in the middle of a transaction: it may end, and nobody knows more of it.
  commit(sync, 'three')
  expect(told).toContain('three may be lost')
  await kept(sync)
  expect(told.slice(3)).toEqual(['one is kept', 'two is kept', 'three is kept'])
  expect(sync.failure).toBeUndefined()
  expect(raw.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()).toMatchObject({ busy: 0 })
  await sync.settled()
  await sync.close()
})

test('while somebody needs the log it is not over', async () => {
  const sync = new WalSync(raw, join(folder, 'unsyncable'), refuse)
  const reader = new DatabaseSync(join(folder, 'roost.db'), { readOnly: true })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM "words"').get()
  commit(sync, 'one')
  await expect(sync.settled()).rejects.toThrow('may not be stored')
  await sync.close()
  expect(sync.failure).toBeInstanceOf(StorageUnavailableError)
  reader.close()
  expect(told).toEqual(['one may be lost'])
})
