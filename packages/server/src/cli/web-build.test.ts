import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { Refusal } from './refusal.ts'
import { buildWeb, projectRoot } from './web-build.ts'

/** A project as small as can be, with the real vite. */
const root = mkdtempSync(join(tmpdir(), 'roost-web-'))
const dist = join(root, 'packages/web/dist')
const page = '<script type="module" src="/src/main.js"></script>'

function write(path: string, content: string): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

beforeAll(() => {
  write('packages/web/package.json', '{"type":"module"}')
  write('packages/web/index.html', page)
  write('packages/web/src/main.js', 'document.title = "first"')
  write('packages/sdk/src/client.js', '')
  write('packages/protocol/src/index.js', '')
  write('package-lock.json', '{}')
})
afterAll(() => rmSync(root, { recursive: true }))

const withVite = () => symlinkSync(join(projectRoot, 'node_modules'), join(root, 'node_modules'))
const withoutVite = () => rmSync(join(root, 'node_modules'), { force: true })

/** How often it said that it builds. */
async function build(signal = new AbortController().signal): Promise<number> {
  const said: string[] = []
  await buildWeb(root, { announce: (line) => said.push(line), signal })
  return said.length
}
const builtCode = () =>
  readdirSync(join(dist, 'assets'))
    .map((name) => readFileSync(join(dist, 'assets', name), 'utf8'))
    .join('\n')

test('without vite and without a build there is a sentence', async () => {
  await expect(build()).rejects.toThrow(
    new Refusal(
      'The web app is not built, and vite, which builds it, is not installed: run "npm ci" without --omit=dev.',
    ),
  )
})

test('it is built once, and again when anything that it is made of has changed', async () => {
  withVite()
  expect(await build()).toBe(1)
  expect(builtCode()).toContain('first')
  expect(await build()).toBe(0)

  write('packages/web/src/main.js', 'document.title = "second"')
  expect(await build()).toBe(1)
  expect(builtCode()).toContain('second')
  expect(builtCode()).not.toContain('first')
  for (const path of [
    'packages/sdk/src/new.js',
    'packages/protocol/src/index.js',
    'package-lock.json',
  ]) {
    write(path, '{"changed":true}')
    expect([path, await build()]).toEqual([path, 1])
  }
  expect(await build()).toBe(0)
  expect(readdirSync(join(root, 'packages/web'))).toEqual([
    'dist',
    'index.html',
    'package.json',
    'src',
  ])
})

test('two at once leave one whole build', async () => {
  write('packages/web/src/main.js', 'document.title = "third"')
  await Promise.all([build(), build()])
  expect(builtCode()).toContain('third')
  expect(await build()).toBe(0)
})

test('a build that fails says why and leaves the last one in place', async () => {
  write('packages/web/src/main.js', 'import "./missing.js"')
  await expect(build()).rejects.toThrow(
    /^The web app could not be built\. vite said:\n[^]*missing\.js/,
  )
  expect(builtCode()).toContain('third')
})

test('a stop while building ends it, and the next start builds', async () => {
  write('packages/web/src/main.js', 'document.title = "fourth"')
  const stop = new AbortController()
  const building = build(stop.signal)
  stop.abort()
  expect(await building).toBe(1)
  expect(builtCode()).toContain('third')
  expect(await build()).toBe(1)
  expect(builtCode()).toContain('fourth')
})

test('without vite the last build is served, although the sources are newer', async () => {
  withoutVite()
  write('packages/web/src/main.js', 'document.title = "fifth"')
  expect(await build()).toBe(0)
  expect(existsSync(join(dist, 'index.html'))).toBe(true)
})
