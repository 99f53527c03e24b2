import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { endpoints } from '@roost/protocol'
import { afterEach, expect, test } from 'vitest'

import { signUpCast } from '../testing/person.ts'
import { seedMessages } from '../testing/seed.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import type { Database } from './database.ts'
import { DamagedStorageError, UnsafeStorageError } from './errors.ts'
import { openSqlite } from './sqlite.ts'
import { isOwnWal, readHead } from './wal.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'roost-examine-'))
  folders.push(folder)
  return folder
}
const refuse = (error: unknown) => {
  throw error
}
const open = (folder: string) => openSqlite(join(folder, 'roost.db'), refuse)
const remember = (database: Database, key: string) =>
  database.write(({ db }) =>
    db
      .insertInto('meta')
      .values({ key, value: key.repeat(50) })
      .execute(),
  )
const recall = (database: Database, key: string) =>
  database.read((db) =>
    db.selectFrom('meta').select('key').where('key', '=', key).executeTakeFirst(),
  )
/** Everything in a folder that could hold data. */
const contents = (folder: string) =>
  readdirSync(folder)
    .filter((name) => !name.endsWith('-shm'))
    .map((name) => [name, readFileSync(join(folder, name), 'base64')] as const)
    .filter(([, data]) => data !== '')

/** What a crash leaves behind: the database, a log with what came last, and a copy made before that. */
async function crash(keys: readonly string[], before?: string): Promise<string> {
  const [living, left] = [makeFolder(), makeFolder()]
  if (before !== undefined) copyFileSync(join(before, 'roost.db'), join(living, 'roost.db'))
  const database = await open(living)
  const beside = new DatabaseSync(join(living, 'roost.db'))
  beside.exec(`VACUUM INTO '${join(left, 'copy')}'`)
  beside.close()
  for (const key of keys) await remember(database, key)
  for (const name of ['roost.db', 'roost.db-wal'])
    copyFileSync(join(living, name), join(left, name))
  await database.close()
  return left
}
async function stopped(keys: readonly string[]): Promise<string> {
  const folder = makeFolder()
  const database = await open(folder)
  for (const key of keys) await remember(database, key)
  await database.close()
  return folder
}

test('what a power cut left half-done before there was a log is undone', async () => {
  const folder = await stopped(['one'])
  const [living, left] = [join(folder, 'roost.db'), makeFolder()]
  const raw = new DatabaseSync(living)
  raw.exec('PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; BEGIN')
  raw.exec(`UPDATE "meta" SET "value" = "value" || 'half-done'`)
  // More than the cache holds: the database is written before the end.
  raw.exec('CREATE TABLE "much" AS SELECT randomblob(100000) AS "bytes"')
  for (const name of ['roost.db', 'roost.db-journal'])
    copyFileSync(join(folder, name), join(left, name))
  raw.close()
  const database = await open(left)
  expect(await recall(database, 'one')).toEqual({ key: 'one' })
  const values = await database.read((db) => db.selectFrom('meta').select('value').execute())
  expect(values.filter(({ value }) => value.endsWith('half-done'))).toEqual([])
  await database.close()
})

test('what a crash leaves behind is opened, with all that was stored', async () => {
  const left = await crash(['one', 'two'])
  for (let starts = 0; starts < 2; starts++) {
    const database = await open(left)
    expect(await recall(database, 'two')).toEqual({ key: 'two' })
    await database.close()
  }
  // Of a run that ended right after it began.
  await (await open(await crash([], await stopped(['one'])))).close()
})

test('the log of a run is known however many there were before it', async () => {
  const folder = makeFolder()
  const file = join(folder, 'roost.db')
  const database = await open(folder)
  // Each commit begins a log anew when what was in the last one has been moved.
  const beside = new DatabaseSync(file)
  for (let logs = 0; logs < 100; logs++) {
    await remember(database, `log ${logs}`)
    beside.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }
  await remember(database, 'the last one')
  const head = readHead(file)
  if (!head) throw new Error('There is no database.')
  const log = readFileSync(`${file}-wal`)
  beside.close()
  await database.close()

  const [number, salt] = [log.readUInt32BE(12), log.readUInt32BE(16)]
  expect(number).toBeGreaterThan(100)
  const isKnown = (later: number) => {
    log.writeUInt32BE((number + later) >>> 0, 12)
    log.writeUInt32BE((salt + later) >>> 0, 16)
    writeFileSync(`${file}-wal`, log)
    return isOwnWal(file, head)
  }
  // The last is a year at a thousand logs a second, and past the end of what 32 bits count.
  for (const later of [0, 1, 2 ** 24, 2 ** 31, 365 * 86_400 * 1_000])
    expect(isKnown(later), String(later)).toBe(true)
  log.writeUInt32BE(number, 12)
  log.writeUInt32BE((salt + 2 ** 31) >>> 0, 16)
  writeFileSync(`${file}-wal`, log)
  expect(isOwnWal(file, head)).toBe(false)
})

test.each<[string, (file: string) => void, string]>([
  ['cut off', (file) => truncateSync(file, 40_000), 'it ends after 40000 of'],
  ['cut off in the first page', (file) => truncateSync(file, 60), 'it is not a database'],
  ['something else', (file) => writeFileSync(file, 'x'.repeat(9_000)), 'it is not a database'],
  ['full of holes', (file) => overwrite(file, 8_192, 16_384), 'quick_check'],
  ['zeroed from the middle', (file) => overwrite(file, 100_000, 300_000), ''],
])('a database that is %s is refused, and left as it is', async (_how, damage, what) => {
  const folder = await stopped(['one'])
  damage(join(folder, 'roost.db'))
  const before = contents(folder)
  const opening = open(folder)
  await expect(opening).rejects.toBeInstanceOf(DamagedStorageError)
  const said = what === 'quick_check' ? 'is damaged: ' : what
  await expect(opening).rejects.toThrow(said)
  await expect(opening).rejects.toThrow(`put a backup in its place`)
  expect(contents(folder)).toEqual(before)
})

function overwrite(file: string, from: number, to: number): void {
  const bytes = readFileSync(file)
  bytes.fill(0, from, to)
  writeFileSync(file, bytes)
}

test('an empty file does not become a new database where there was one', async () => {
  const left = await crash(['one'])
  writeFileSync(join(left, 'roost.db'), '')
  const before = contents(left)
  await expect(open(left)).rejects.toThrow('it is empty, and the file -wal beside it is not')
  expect(contents(left)).toEqual(before)

  const used = await stopped(['one'])
  for (const lose of [
    () => writeFileSync(join(used, 'roost.db'), ''),
    () => rmSync(join(used, 'roost.db')),
  ]) {
    lose()
    writeFileSync(join(used, 'search.db'), 'an index')
    await expect(open(used)).rejects.toThrow('although this folder has been used')
  }
  // But the very first start may have been cut short.
  const fresh = makeFolder()
  writeFileSync(join(fresh, 'roost.db'), '')
  await (await open(fresh)).close()
})

test('the log of another database is refused, whichever it is, and nothing is mixed', async () => {
  const mine = await stopped(['mine'])
  const file = join(mine, 'roost.db')
  const [theirs, later, same] = [
    await crash(['theirs', 'and more']),
    await crash(['later'], mine),
    await crash(['later'], mine),
  ]
  for (const [what, database, left] of [
    ['of another server', file, theirs],
    ['of a later run', file, later],
    ['of the run in which a copy was made', join(same, 'copy'), same],
  ] as const) {
    copyFileSync(database, join(left, 'roost.db'))
    const before = contents(left)
    const opening = open(left)
    await expect(opening, what).rejects.toBeInstanceOf(UnsafeStorageError)
    await expect(opening).rejects.toThrow('belongs to another database')
    expect(contents(left)).toEqual(before)
    // As the sentence says.
    rmSync(join(left, 'roost.db-wal'))
    rmSync(join(left, 'roost.db-shm'), { force: true })
    const opened = await open(left)
    expect(await recall(opened, 'mine')).toEqual({ key: 'mine' })
    expect(await recall(opened, 'later')).toBe(undefined)
    await opened.close()
  }
})

test('damage that shows while the server runs ends all writing, and the next start', async () => {
  const server = await startTestServer()
  const file = join(server.folder, 'roost.db')
  const { alice } = await signUpCast(server, 'alice')
  const { id } = await alice.makeRoom()
  const { core } = server.app
  await seedMessages(core, { conversationId: id, senderId: alice.id, count: 3_000 })
  const beside = new DatabaseSync(file)
  beside.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  const { rootpage, size } = {
    rootpage: beside
      .prepare(`SELECT "rootpage" FROM sqlite_master WHERE "name" = 'messages'`)
      .get()?.['rootpage'],
    size: beside.prepare('PRAGMA page_size').get()?.['page_size'],
  }
  beside.close()
  const at = (Number(rootpage) - 1) * Number(size)
  const whole = readFileSync(file)
  overwrite(file, at, at + Number(size))
  // A new state of the database has its reader look at the file again.
  await alice.ask(endpoints.updateMe, { body: { timeZone: 'Europe/Berlin' } })
  const params = { id }
  const page = await alice.refusal(endpoints.messages, { params })
  expect(page).toMatchObject({ code: 'unavailable' })
  // What is elsewhere is still read.
  expect(await alice.ask(endpoints.me)).toMatchObject({ id: alice.id })
  const changed = await alice.refusal(endpoints.updateMe, { body: { timeZone: 'Europe/Paris' } })
  expect(changed).toMatchObject({ code: 'unavailable' })
  expect(await alice.ask(endpoints.me)).toMatchObject({ timeZone: 'Europe/Berlin' })
  expect(server.reports.filter((each) => each instanceof DamagedStorageError)).toHaveLength(1)
  expect(existsSync(`${file}-damaged`)).toBe(true)

  // It was the disk, and it is back: so is everything else.
  const broken = readFileSync(file)
  writeFileSync(file, whole)
  const tryAgain = () => alice.request(endpoints.updateMe, { body: { timeZone: 'Europe/Paris' } })
  while ((await tryAgain()).status !== 200);
  expect(existsSync(`${file}-damaged`)).toBe(false)
  expect(await alice.ask(endpoints.messages, { params })).toMatchObject({ hasBefore: true })

  await server.app.close()
  writeFileSync(file, broken)
  await expect(openSqlite(file, refuse)).rejects.toBeInstanceOf(DamagedStorageError)
  rmSync(server.folder, { recursive: true })
})
