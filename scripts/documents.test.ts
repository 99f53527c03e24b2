/** What the documents promise and a program can check. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const documents = [
  ...readdirSync(root).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
]
const found = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, group = '']) => group)

test('every setting is in docs/operating.md, and no other', () => {
  const settings = ['config.ts', 'settings/variables.ts', 'mail/mail-server.ts'].flatMap((file) =>
    found(
      read(join('packages/server/src', file)),
      /'(ROOST_\w+|PORT|HOST|DATABASE_URL|REDIS_URL)'/g,
    ),
  )
  const documented = found(read('docs/operating.md'), /^\| `([A-Z_]+)`/gm)
  expect(new Set(documented)).toEqual(new Set(settings))
})

test.each(documents)('every link in %s leads somewhere', (document) => {
  const links = found(read(document), /\]\((?!https?:)([^)#]+)/g)
  const broken = links.filter((link) => !existsSync(join(root, dirname(document), link)))
  expect(broken).toEqual([])
})

test('every file that the guides name is there', () => {
  const guides = ['docs/architecture.md', 'docs/adding-a-feature.md']
  const paths = guides.flatMap((guide) =>
    found(read(guide), /`((?:packages|e2e|scripts|docs)\/[\w./-]+)`/g),
  )
  expect(paths.length).toBeGreaterThan(10)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
