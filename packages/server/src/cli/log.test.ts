import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { sendRaw } from '../testing/send-raw.ts'
import { bin, startRoost, temporaryFolder } from './testing/roost-process.ts'

vi.setConfig({ testTimeout: 60_000 })

const temporary = temporaryFolder()
afterAll(() => temporary.remove())
const inside = (name: string) => join(temporary.path, name)
const logLine = z.looseObject({ level: z.string(), msg: z.string() })

test('away from a terminal the log is JSON on the standard error, without the token of the owner', async () => {
  const server = await startRoost({ folder: inside('json'), env: { ROOST_LOG_LEVEL: '' } })
  await sendRaw(server.url, { path: '/api/v1/server' })
  const { stdout, stderr } = await server.stop()
  const lines = stderr.trimEnd().split('\n')
  expect(lines.map((line) => logLine.parse(JSON.parse(line)))).toMatchObject([
    { level: 'info', msg: expect.stringContaining(server.url) as string },
    { level: 'info', msg: 'Roost is running.' },
    { level: 'info', msg: 'request', route: '/api/v1/server', status: 200 },
    { level: 'info', msg: 'Roost is stopping.' },
  ])
  expect(stdout).toMatch(/^Roost is running\.\n/)
  expect(stderr).not.toContain(server.setupToken)
})

test('whoever wants text, or less of it, gets that', async () => {
  const env = { ROOST_LOG: 'text', ROOST_LOG_LEVEL: 'info' }
  const server = await startRoost({ folder: inside('text'), env })
  await sendRaw(server.url, { path: '/api/v1/server' })
  const { stderr } = await server.stop()
  expect(stderr).toMatch(
    /^\d\d:\d\d:\d\d info {2}request requestId=\S+ method=GET route=\/api\/v1/m,
  )
  const quiet = await startRoost({ folder: inside('text'), env: { ROOST_LOG_LEVEL: 'warn' } })
  await sendRaw(quiet.url, { path: '/api/v1/server' })
  expect(await quiet.stop()).toMatchObject({ code: 0, stderr: '' })
})

test('a log that nobody reads holds up nothing, and not the end either', async () => {
  const child = spawn(process.execPath, [bin, 'start', '--no-build'], {
    env: { ...process.env, HOST: '127.0.0.1', PORT: '0', ROOST_DATA: inside('unread') },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const closed = once(child, 'exit')
  let said = ''
  for await (const text of child.stdout) {
    said += String(text)
    if (said.includes('token=')) break
  }
  const url = /http:\/\/\S+/.exec(said)?.[0] ?? ''
  // A pipe takes 64 kB, which is some hundreds of lines.
  for (let round = 0; round < 30; round++)
    await Promise.all(Array.from({ length: 50 }, () => sendRaw(url, { path: '/api/v1/server' })))
  child.kill('SIGTERM')
  expect(await closed).toEqual([0, null])
})

/** From util-linux: runs a command on a terminal of its own. */
const script = '/usr/bin/script'

test.skipIf(process.platform !== 'linux' || !existsSync(script))(
  'at a terminal nothing is added to the greeting while all is well',
  async () => {
    const env = { ...process.env, HOST: '127.0.0.1', PORT: '0', ROOST_DATA: inside('terminal') }
    const command = `exec ${process.execPath} ${bin} start --no-build`
    const child = spawn(script, ['-qefc', command, '/dev/null'], { env, stdio: 'pipe' })
    const closed = once(child, 'close')
    let shown = ''
    for await (const text of child.stdout) {
      shown += String(text)
      if (!shown.includes('token=') || !shown.endsWith('\r\n\r\n')) continue
      await sendRaw(/http:\/\/\S+/.exec(shown)?.[0] ?? '', { path: '/api/v1/nothing' })
      child.stdin.end('\u0003')
    }
    await closed
    expect(shown.replaceAll('\r', '').replace('^C', '')).toMatch(
      /^Roost is running\.\n\n {2}Open .*\n {2}Data .*\n\nThere is no owner .*\n {2}http.*\n\n$/,
    )
  },
)
