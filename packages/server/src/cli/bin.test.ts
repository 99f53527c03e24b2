import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'

import { takeLock } from '../storage/lock.ts'
import { bin, roost, startRoost, temporaryFolder } from './testing/roost-process.ts'
import { projectRoot } from './web-build.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const temporary = temporaryFolder()
const inside = (name: string) => join(temporary.path, name)
afterAll(() => temporary.remove())

/** The system's own Node, where it is too old to run Roost. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .map((folder) => join(folder, 'node'))
  .filter((file) => existsSync(file))
  .find((file) => /^v(1\d|2[0-3])\./.test(execFileSync(file, ['--version']).toString()))

/** Whether nobody has the folder or listens at the address any more. */
async function isGone(folder: string, url: string): Promise<boolean> {
  const lock = takeLock(folder)
  lock?.release()
  const answers = await fetch(url).then(
    () => true,
    () => false,
  )
  return lock !== undefined && !answers
}

describe.skipIf(oldNode === undefined)('on an old Node', () => {
  const node = oldNode ?? ''

  test('the bundled one runs the command, and its exit code comes through', async () => {
    const folder = inside('codes')
    expect(await roost(['--version'], { folder, node })).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\d/) as string,
    })
    expect((await roost(['bogus'], { folder, node })).code).toBe(2)
    expect((await roost(['start'], { folder, node, env: { PORT: 'x' } })).code).toBe(1)
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends the server in order',
    async (signal) => {
      const folder = inside(signal)
      const server = await startRoost({ folder, node })
      server.child.kill(signal)
      expect(await server.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
      expect(await isGone(folder, server.url)).toBe(true)
    },
  )

  test('without a bundled one it says what to do', async () => {
    const alone = copyAlone()
    const folder = inside('alone')
    expect(await roost(['start'], { folder, node, program: alone })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^Roost needs Node 24 or newer; this is v\d+[^\n]+npm ci[^\n]+\.\n$/,
      ) as string,
    })
  })
})

test('without what npm ci installs it says so', async () => {
  expect(await roost(['start'], { folder: inside('bare'), program: copyAlone() })).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /^Roost is not installed completely: run "npm ci" first\./,
    ) as string,
  })
})

test('npm start passes SIGTERM on, and nothing is left behind', async () => {
  const folder = inside('npm')
  const npm = spawn('npm', ['start', '--silent', '--', '--no-build'], {
    cwd: projectRoot,
    env: { ...process.env, ROOST_DATA: folder, HOST: '127.0.0.1', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void npm.kill())
  const closed = once(npm, 'close')
  let said = ''
  for await (const text of npm.stdout.setEncoding('utf8')) {
    said += String(text)
    if (said.includes('token=')) break
  }
  const url = /http:\/\/\S+/.exec(said)?.[0] ?? ''
  expect((await fetch(`${url}/healthz`)).status).toBe(200)
  npm.kill('SIGTERM')
  await closed
  expect(await isGone(folder, url)).toBe(true)
})

/** The program without its surroundings. */
function copyAlone(): string {
  const folder = inside('program/bin')
  mkdirSync(folder, { recursive: true })
  writeFileSync(inside('program/package.json'), '{"type":"module"}')
  copyFileSync(bin, join(folder, 'roost.js'))
  return join(folder, 'roost.js')
}
