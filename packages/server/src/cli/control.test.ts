import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { dirname, join } from 'node:path'

import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { z } from 'zod'

import { AppError } from '../errors.ts'
import { startTestServer, type TestServer } from '../testing/start-test-server.ts'
import { defineCommand, type Output } from './command.ts'
import { controlAddress } from './control-channel.ts'
import { runInServer } from './control-client.ts'
import { serveControl, type ControlServer } from './control-server.ts'
import { Refusal } from './refusal.ts'
import { roost, startRoost, temporaryFolder } from './testing/roost-process.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const temporary = temporaryFolder()
const folder = temporary.path
const request = z.strictObject({ word: z.string() })
const read = async () => ({ word: 'unused' })

const echo = defineCommand({
  name: 'echo',
  usage: '',
  about: '',
  request,
  read,
  run: async (_app, { word }, output) => {
    output.progress({ done: 1, total: 2, note: word })
    output.line(`${word} ü\n\u2028`)
    output.problem('beware')
    return 7
  },
})
/** Runs until it is told to stop, and tells that it was. */
let stopped = Promise.withResolvers<void>()
const wait = defineCommand({
  name: 'wait',
  usage: '',
  about: '',
  request,
  read,
  run: async (_app, _request, output) => {
    output.line('waiting')
    await new Promise((resolve) => output.signal.addEventListener('abort', resolve))
    stopped.resolve()
    return 130
  },
})
const refuse = defineCommand({
  name: 'refuse',
  usage: '',
  about: '',
  request,
  read,
  run: async (_app, { word }) => {
    throw word === 'bug' ? new TypeError('oops') : new AppError('conflict', 'This is taken.')
  },
})

let server: TestServer
let control: ControlServer
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  await server.stop()
  temporary.remove()
})

async function serve(): Promise<void> {
  stopped = Promise.withResolvers()
  control = await serveControl({ folder, app: server.app, commands: [echo, wait, refuse] })
}
afterEach(() => control.close())

async function run(command: string, word: unknown = 'hello', onLine?: (abort: () => void) => void) {
  const heard: unknown[] = []
  const stop = new AbortController()
  const output: Output = {
    line: (text) => {
      heard.push(['line', text])
      onLine?.(() => stop.abort())
    },
    problem: (text) => heard.push(['problem', text]),
    progress: ({ done, total, note }) => heard.push(['progress', done, total, note]),
    signal: stop.signal,
  }
  return { code: await runInServer(folder, { command, request: { word }, output }), heard }
}

test('what a command says arrives as it was said, and its exit code last', async () => {
  await serve()
  expect(await run('echo')).toEqual({
    code: 7,
    heard: [
      ['progress', 1, 2, 'hello'],
      ['line', 'hello ü\n\u2028'],
      ['problem', 'beware'],
    ],
  })
})

test('only the owner of the folder reaches it', async () => {
  await serve()
  expect(statSync(controlAddress(folder)).mode & 0o777).toBe(0o600)
})

test('a refusal comes as its sentence, a bug with its stack', async () => {
  await serve()
  expect(await run('refuse')).toEqual({ code: 1, heard: [['problem', 'This is taken.']] })
  const { heard } = await run('refuse', 'bug')
  expect(heard).toEqual([
    ['problem', expect.stringMatching(/^Roost met a bug[^]*TypeError: oops\n/)],
  ])
})

test('another version is told to restart the server', async () => {
  await serve()
  const restart = expect.stringMatching(/restart (it|the server)\.$/) as string
  expect(await run('unheard of')).toEqual({ code: 1, heard: [['problem', restart]] })
  expect(await run('echo', 5)).toEqual({ code: 1, heard: [['problem', restart]] })
})

test('a cancelled command ends in order', async () => {
  await serve()
  const { code } = await run('wait', '', (abort) => abort())
  expect(code).toBe(130)
})

test('a command whose terminal is gone is cancelled', async () => {
  await serve()
  const socket = await open()
  socket.write('{"type":"run","command":"wait","request":{"word":""}}\n')
  socket.once('data', () => socket.destroy())
  await expect(stopped.promise).resolves.toBeUndefined()
})

test.each([
  'nonsense\n',
  '{"type":"dance"}\n',
  `${'x'.repeat(300_000)}\n`,
  '{"type":"cancel"}\n',
  '',
])('a terminal that says %.20j harms nobody', async (text) => {
  await serve()
  const socket = await open()
  socket.resume().end(text)
  await new Promise((resolve) => socket.once('close', resolve))
  expect((await run('echo')).code).toBe(7)
  expect(server.reports).toEqual([])
})

test('closing ends what runs, waits for it, and hangs up on whoever is silent', async () => {
  await serve()
  const silent = await open()
  const hungUp = new Promise((resolve) => silent.resume().once('close', resolve))
  const started = Promise.withResolvers<void>()
  const running = run('wait', '', () => started.resolve())
  await started.promise
  await control.close()
  expect(await running).toMatchObject({ code: 130 })
  await hungUp
})

test('a socket that a crash left behind is no server, and gives way to one', async () => {
  const address = controlAddress(folder)
  writeFileSync(address, '')
  expect(await run('echo')).toEqual({ code: undefined, heard: [] })
  await serve()
  expect((await run('echo')).code).toBe(7)
})

test('where the path is too long for a socket, commands find it all the same', async () => {
  await serve()
  const long = join(folder, 'x'.repeat(100))
  const env = { TMPDIR: join(folder, 'tmp') }
  mkdirSync(env.TMPDIR)
  const running = await startRoost({ folder: long, env })
  expect(existsSync(join(long, 'roost.sock'))).toBe(false)
  const args = ['user', 'create', '--username', 'alice', '--email', 'a@example.org', '--admin']
  const input = 'four unrelated words: marmot'
  expect(await roost([...args, '--password-stdin'], { folder: long, env, input })).toMatchObject({
    code: 0,
    stdout: 'Made the account alice, the owner.\n',
  })
  await running.stop()
})

test('a folder for the socket that others could have made is refused', async () => {
  await serve()
  const before = process.env['TMPDIR']
  process.env['TMPDIR'] = join(folder, 'shared')
  try {
    const long = join(folder, 'y'.repeat(100))
    mkdirSync(join(folder, 'shared'))
    const made = dirname(controlAddress(long))
    expect(statSync(made).mode & 0o777).toBe(0o700)
    chmodSync(made, 0o777)
    expect(() => controlAddress(long)).toThrow(Refusal)
  } finally {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
  }
})

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(controlAddress(folder), () => resolve(socket))
    socket.once('error', reject)
  })
}
