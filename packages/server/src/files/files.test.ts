import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import { afterAll, expect, test, vi } from 'vitest'

import { StorageUnavailableError } from '../storage/errors.ts'
import { newClientId } from '../testing/person.ts'
import { startTestServer } from '../testing/start-test-server.ts'
import { folderStore, hashOf } from './file-store.ts'
import { Files } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'roost-files-'))
let server = await startTestServer({ folder })
const stop = async () => {
  await server.stop()
  expect(server.reports).toEqual([])
}
const restart = async () => {
  await stop()
  server = await startTestServer({ folder })
}
afterAll(async () => {
  await stop()
  rmSync(folder, { recursive: true })
})

const root = join(folder, 'files')
const bytesOf = (word: string) => Buffer.from(`the bytes of ${word}`)
const pathOf = (hash: string) => join(root, hash.slice(0, 2), hash.slice(2))
const isThere = (word: string) => existsSync(pathOf(hashOf(bytesOf(word))))
const read = async (word: string) => {
  const file = await server.app.core.files.read(hashOf(bytesOf(word)))
  return file && text(file.stream)
}

/** Stores these as a picture does, with a row that names them. */
const keep = (large: string, small = large) =>
  server.app.core.files.keep([bytesOf(large), bytesOf(small)], ([one = '', two = '']) =>
    insert(one, two),
  )
const insert = (large: string, small: string) =>
  server.app.core.database.write(async ({ db }) => {
    const id = newClientId()
    await db.insertInto('pictures').values({ id, large, small, createdAt: 0 }).execute()
    return id
  })
const forget = async (id: string, ...words: readonly string[]) => {
  const { core } = server.app
  await core.database.write(({ db }) => db.deleteFrom('pictures').where('id', '=', id).execute())
  await core.files.collect(words.map((word) => hashOf(bytesOf(word))))
}

test('a file is there as long as a row names it', async () => {
  const [one, two] = [await keep('shared', 'first'), await keep('shared', 'second')]
  expect(await read('shared')).toBe('the bytes of shared')
  await forget(one, 'shared', 'first')
  expect([isThere('shared'), isThere('first'), isThere('second')]).toEqual([true, false, true])
  expect(await read('first')).toBeUndefined()
  await forget(two, 'shared', 'second')
  expect([isThere('shared'), isThere('second')]).toEqual([false, false])
})

test('nobody else on the machine may read it', async () => {
  await keep('private')
  const path = pathOf(hashOf(bytesOf('private')))
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
})

test('what no row came to name is taken back', async () => {
  const failing = server.app.core.files.keep([bytesOf('refused')], async () => {
    expect(isThere('refused')).toBe(true)
    throw new Error('forbidden')
  })
  await expect(failing).rejects.toThrow('forbidden')
  await server.app.core.files.collect([])
  expect(isThere('refused')).toBe(false)
})

test('a file does not go while another upload counts on it', async () => {
  const { files } = server.app.core
  const first = await keep('wanted')
  await files.keep([bytesOf('wanted')], async ([hash = '']) => {
    await forget(first, 'wanted')
    expect(isThere('wanted')).toBe(true)
    return insert(hash, hash)
  })
  await files.collect([hashOf(bytesOf('wanted'))])
  expect(await read('wanted')).toBe('the bytes of wanted')
  const uploads = Array.from({ length: 20 }, async (_, at) => {
    const id = await keep('busy', `busy ${at}`)
    if (at > 0) await forget(id, 'busy', `busy ${at}`)
  })
  await Promise.all(uploads)
  expect(await read('busy')).toBe('the bytes of busy')
  expect(isThere('busy 7')).toBe(false)
})

test('an upload that fails at its end lets go of what it counted on itself, and of no more', async () => {
  const { database, report } = server.app.core
  const store = folderStore(root)
  let puts = 0
  const put = (bytes: Buffer) =>
    ++puts === 3 ? Promise.reject(new Error('away')) : store.put(bytes)
  const files = new Files({ store: { ...store, put }, database, report })
  await files.keep([bytesOf('counted on')], async ([hash = '']) => {
    let id = ''
    const other = files.keep([bytesOf('counted on')], async () => (id = await insert(hash, hash)))
    await expect(other).rejects.toThrow('away')
    await database.write(({ db }) => db.deleteFrom('pictures').where('id', '=', id).execute())
    await files.collect([hash])
    expect(isThere('counted on')).toBe(true)
    return insert(hash, hash)
  })
})

test('to look at files that have their rows waits for no write, and holds up none', async () => {
  await keep('named')
  const { database, files } = server.app.core
  // A write inside a write would be refused, and reported.
  await database.write(() => files.collect([hashOf(bytesOf('named'))]))
  expect(server.reports).toEqual([])
  expect(isThere('named')).toBe(true)
})

test('a folder that is not to be used is said to be away, and nothing half written is left behind', async () => {
  const store = folderStore(root)
  const bytes = bytesOf('in the way')
  const folderOfIt = join(pathOf(hashOf(bytes)), '..')
  rmSync(folderOfIt, { recursive: true, force: true })
  writeFileSync(folderOfIt, 'no folder')
  await expect(store.put(bytes)).rejects.toBeInstanceOf(StorageUnavailableError)
  await expect(store.read(hashOf(bytes))).rejects.toBeInstanceOf(StorageUnavailableError)
  expect(readdirSync(join(root, 'unfinished'))).toEqual([])
  rmSync(folderOfIt)
  expect(await store.put(bytes)).toBe(hashOf(bytes))
})

/** Node's number for a file that is open no more. */
const CLOSED = -1

test('a file that can be opened and not looked at is said to be away, and is let go', async () => {
  const store = folderStore(root)
  const hash = await store.put(bytesOf('out of reach'))
  // As of a disk that a network takes away in between.
  const probe = await open(pathOf(hash))
  const handles = Object.getPrototypeOf(probe) as typeof probe
  await probe.close()
  const broken = vi.spyOn(handles, 'stat').mockRejectedValueOnce(new Error('EIO'))
  await expect(store.read(hash)).rejects.toBeInstanceOf(StorageUnavailableError)
  expect(broken.mock.contexts).toMatchObject([{ fd: CLOSED }])
  broken.mockRestore()
})

test('another process that finds a file without its row, before that is written, takes nothing away', async () => {
  const { database, files, report } = server.app.core
  const other = new Files({ store: folderStore(root), database, report })
  await files.keep([bytesOf('found')], async ([hash = '']) => {
    await other.collect([hash])
    return insert(hash, hash)
  })
  expect(await read('found')).toBe('the bytes of found')
})

test('what a crash left between file and row is gone after the next start, and nothing else', async () => {
  await keep('named')
  const store = folderStore(root)
  const words = Array.from({ length: 300 }, (_, at) => `orphan ${at}`)
  for (const word of words) await store.put(bytesOf(word))
  mkdirSync(join(root, 'unfinished'), { recursive: true })
  const half = join(root, 'unfinished', 'half')
  writeFileSync(half, 'hal')
  // One that another process is writing is let be.
  const LONG_AGO = Date.now() / 1_000 - 2 * 60 * 60
  utimesSync(half, LONG_AGO, LONG_AGO)
  await restart()
  await server.app.core.files.sweep()
  expect(words.filter(isThere)).toEqual([])
  expect(readdirSync(join(root, 'unfinished'))).toEqual([])
  expect(await read('named')).toBe('the bytes of named')
  expect(await read('wanted')).toBe('the bytes of wanted')
})

test('names are made by the server, and no other is a file', async () => {
  const store = folderStore(root)
  for (const name of ['../roost.db', '..', '', `../${'a'.repeat(62)}`, 'A'.repeat(64), 'ab\0'])
    await expect(store.read(name)).rejects.toThrow('not the name of a file')
  expect(await store.read('a'.repeat(64))).toBeUndefined()
})
