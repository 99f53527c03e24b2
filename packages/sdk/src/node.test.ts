import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, expect, test } from 'vitest'

import { nodeOptions } from './node.ts'

const folders: string[] = []

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true })
})

async function makeFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'roost-sdk-'))
  folders.push(folder)
  return folder
}

test.each(['a folder', 'memory'])('storage in %s gives back what was put in', async (kind) => {
  const folder = kind === 'memory' ? undefined : join(await makeFolder(), 'made/when/missing')
  const { storage } = nodeOptions('http://server', folder)
  await storage.write([
    ['outbox/a/2', 'two'],
    ['outbox/a/1', 'one'],
    ['outbox/b/1', { nested: ['three'] }],
  ])
  await storage.write([['outbox/a/1', 'Grüße 🐦']])
  expect(await storage.read('outbox/a/')).toEqual([
    ['outbox/a/1', 'Grüße 🐦'],
    ['outbox/a/2', 'two'],
  ])
  expect(await storage.read('outbox/c/')).toEqual([])
  await storage.write([
    ['outbox/a/1', null],
    ['outbox/a/7', null],
  ])
  expect(await storage.read('')).toEqual([
    ['outbox/a/2', 'two'],
    ['outbox/b/1', { nested: ['three'] }],
  ])
})

test('a folder outlives the client, and is nobody else’s to read', async () => {
  const folder = await makeFolder()
  await nodeOptions('http://server', folder).storage.write([['token', 'secret']])
  const again = nodeOptions('http://server', folder)
  expect(await again.storage.read('token')).toEqual([['token', 'secret']])
  const [name = ''] = await readdir(folder)
  expect((await stat(join(folder, name))).mode & 0o077).toBe(0)
})

test('chance is spread over [0, 1)', () => {
  const { random } = nodeOptions('http://server')
  const drawn = Array.from({ length: 1_000 }, random)
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...drawn)).toBeLessThan(1)
  expect(Math.max(...drawn) - Math.min(...drawn)).toBeGreaterThan(0.9)
})
