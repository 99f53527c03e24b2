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
  await storage.set('outbox/a/1', 'one')
  await storage.set('outbox/a/1', 'Grüße 🐦')
  await storage.set('outbox/b/1', 'two')
  await storage.set('../escape', 'three')
  expect(await storage.get('outbox/a/1')).toBe('Grüße 🐦')
  expect(await storage.get('outbox/c/1')).toBeNull()
  expect(await storage.keys('outbox/a/')).toEqual(['outbox/a/1'])
  expect((await storage.keys('')).toSorted()).toEqual(['../escape', 'outbox/a/1', 'outbox/b/1'])
  await storage.delete('outbox/a/1')
  await storage.delete('outbox/a/1')
  expect(await storage.get('outbox/a/1')).toBeNull()
})

test('a folder outlives the client, and is nobody else’s to read', async () => {
  const folder = await makeFolder()
  await nodeOptions('http://server', folder).storage.set('token', 'secret')
  expect(await nodeOptions('http://server', folder).storage.get('token')).toBe('secret')
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
