import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { fileStorage } from './file-storage.ts'

let folder: string
let path: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'roost-storage-'))
  path = join(folder, 'client.jsonl')
})
afterEach(() => rm(folder, { recursive: true }))

const linesOf = async () => (await readFile(path, 'utf8')).trimEnd().split('\n').length

test('a write that a crash tore is not there at all, and those before and after it are', async () => {
  await fileStorage(folder).write([['a', 1]])
  const whole = await readFile(path, 'utf8')
  await fileStorage(folder).write([
    ['b', 2],
    ['c', 3],
  ])
  const all = await readFile(path, 'utf8')
  for (let length = whole.length + 1; length < all.length; length += 1) {
    await writeFile(path, all.slice(0, length))
    const storage = fileStorage(folder)
    expect(await storage.read('')).toEqual([['a', 1]])
    await storage.write([['d', 4]])
    expect(await fileStorage(folder).read('')).toEqual([
      ['a', 1],
      ['d', 4],
    ])
  }
})

test('a line that is not one of ours costs nothing but itself', async () => {
  await fileStorage(folder).write([['a', 1]])
  await appendFile(path, 'not a write\n[["b",2]]\n')
  expect(await fileStorage(folder).read('')).toEqual([
    ['a', 1],
    ['b', 2],
  ])
})

test('writes take effect in the order of the calls', async () => {
  const storage = fileStorage(folder)
  await Promise.all(Array.from({ length: 50 }, (_, at) => storage.write([['a', at]])))
  expect(await fileStorage(folder).read('')).toEqual([['a', 49]])
})

test('the file does not grow with every change of the same key', async () => {
  const storage = fileStorage(folder)
  for (let at = 0; at < 40; at += 1)
    await Promise.all(Array.from({ length: 100 }, () => storage.write([['a', at]])))
  expect(await linesOf()).toBeLessThan(2_000)
  expect(await fileStorage(folder).read('')).toEqual([['a', 39]])
})

test('a write that fails says so, and the next one goes through', async () => {
  const storage = fileStorage(folder)
  await storage.write([['a', 1]])
  await rm(path)
  await mkdir(path)
  await expect(storage.write([['b', 2]])).rejects.toThrow('EISDIR')
  await rm(path, { recursive: true })
  await storage.write([['c', 3]])
  expect(await storage.read('')).toEqual([
    ['a', 1],
    ['c', 3],
  ])
})
