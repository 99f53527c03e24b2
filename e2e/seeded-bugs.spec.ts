import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from './fixtures.ts'

const packages = fileURLToPath(new URL('../packages', import.meta.url))

test('the bugs of fault tests leave no trace in what people get', () => {
  const bugs = readFileSync(join(packages, 'protocol/src/seeded-bugs/bugs.ts'), 'utf8')
  const names = [...bugs.matchAll(/^ {2}\| '([\w-]+)'/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThanOrEqual(20)
  const assets = join(packages, 'web/dist/assets')
  const scripts = readdirSync(assets).filter((file) => file.endsWith('.js'))
  expect(scripts.length).toBeGreaterThan(3)
  for (const file of scripts) {
    const text = readFileSync(join(assets, file), 'utf8')
    expect(names.filter((name) => text.includes(name))).toEqual([])
  }
})
