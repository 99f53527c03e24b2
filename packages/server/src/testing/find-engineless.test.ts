import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

import { findEngineless } from './find-engineless.ts'

const folder = fileURLToPath(new URL('../..', import.meta.url))
const found = findEngineless(folder)

test('what reaches a database by whatever way runs on both', () => {
  const tests = readdirSync(join(folder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('src', name))
  const withServer = tests.filter((name) =>
    /\b(?:startTestServer|shareServer|usesPostgres|databaseOf)\(/.test(
      readFileSync(join(folder, name), 'utf8'),
    ),
  )
  expect(withServer.length).toBeGreaterThan(60)
  expect(found.filter((name) => withServer.includes(name))).toEqual([])
  expect(found.filter((name) => name.includes('.postgres.'))).toEqual([])
})

test('what reaches none does not', () => {
  expect(found).toContain(join('src', 'search', 'tokenize.test.ts'))
  expect(found).toContain(join('src', 'bus', 'redis-bus.test.ts'))
})
