import { once } from 'node:events'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { connect, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import {
  bin,
  roost,
  startRoost,
  temporaryFolder,
  type RunningRoost,
} from './testing/roost-process.ts'

// Processes start slowly on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

const temporary = temporaryFolder()
const inside = (name: string) => join(temporary.path, name)
afterAll(() => temporary.remove())

const start = ['start', '--no-build']
const isRoot = process.getuid?.() === 0
const isReadableByAll = (path: string): boolean =>
  path === dirname(path) ||
  ((statSync(path).mode & 0o005) === 0o005 && isReadableByAll(dirname(path)))
const refusal = (sentence: RegExp) => ({
  code: 1,
  signal: null,
  stdout: '',
  stderr: expect.stringMatching(sentence) as string,
})

describe('a running server', () => {
  const folder = inside('server')
  let server: RunningRoost
  beforeAll(async () => {
    server = await startRoost({ folder })
  })
  afterAll(() => server.stop())

  test('says calmly where to go, where the data is, and how to become the owner', () => {
    expect(server.said).toEqual({
      stderr: '',
      stdout: expect.stringMatching(
        new RegExp(
          `^Roost is running\\.

  Open     http://127\\.0\\.0\\.1:\\d+
  Data     ${folder}

There is no owner yet\\. This link makes the owner's account, once:
  ${server.url}/setup\\?token=[\\w-]{32,}

$`,
        ),
      ) as string,
    })
  })

  test('answers', async () => {
    const reply = await fetch(`${server.url}/healthz`)
    expect(reply.status).toBe(200)
  })

  test('keeps its folder and all that is in it to itself', () => {
    const mode = (path: string) => (statSync(path).mode & 0o777).toString(8)
    expect(mode(folder)).toBe('700')
    const names = readdirSync(folder)
    expect(names).toEqual(
      expect.arrayContaining(['lock.db', 'roost.db', 'roost.db-wal', 'roost.sock', 'secret']),
    )
    for (const name of names)
      expect([name, mode(join(folder, name))]).toEqual([name, name === 'files' ? '700' : '600'])
  })

  test('has a secret of at least 32 random bytes', () => {
    const secret = readFileSync(join(folder, 'secret'), 'utf8').trim()
    expect(Buffer.from(secret, 'base64url').length).toBeGreaterThanOrEqual(32)
  })

  test('has the folder for itself', async () => {
    expect(await roost(start, { folder })).toEqual(
      refusal(
        /^Another Roost process is using the folder .*\/server: [^\n]* DATABASE_URL and REDIS_URL\.\n$/,
      ),
    )
  })

  test('has the port for itself', async () => {
    const { port } = new URL(server.url)
    expect(await roost(start, { folder: inside('other'), env: { PORT: port } })).toEqual(
      refusal(new RegExp(`^Port ${port} is in use: [^\\n]*\\.\\n$`)),
    )
  })
})

test('SIGTERM ends it in order, and the next start has the same secret and a new token', async () => {
  const folder = inside('again')
  const first = await startRoost({ folder })
  const secret = readFileSync(join(folder, 'secret'), 'utf8')
  expect(await first.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
  // The index of messages is made when there is time.
  const left = readdirSync(folder).filter((name) => name !== 'search.db')
  expect(left.toSorted()).toEqual(['files', 'lock.db', 'roost.db', 'secret'])
  const second = await startRoost({ folder })
  expect(readFileSync(join(folder, 'secret'), 'utf8')).toBe(secret)
  expect(second.setupToken).not.toBe(first.setupToken)
  await second.stop()
})

test('after SIGKILL the folder and the socket are free again', async () => {
  const folder = inside('killed')
  const first = await startRoost({ folder })
  first.child.kill('SIGKILL')
  await once(first.child, 'close')
  const second = await startRoost({ folder })
  expect((await second.stop()).code).toBe(0)
})

test('one press of Ctrl-C under npm arrives twice and still ends it in order', async () => {
  const server = await startRoost({ folder: inside('twice') })
  server.child.kill('SIGINT')
  server.child.kill('SIGINT')
  expect(await server.stop()).toMatchObject({ code: 0, signal: null })
})

/** A request of which only the beginning comes. */
async function sendHalf(url: string): Promise<void> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => socket.destroy())
  await once(socket, 'connect')
  socket.write('GET /healthz HTTP/1.1\r\nHost: roost\r\n')
  // It has arrived once a later one on another connection was answered.
  await fetch(`${url}/healthz`)
}

test('half a request does not keep it from ending in order', async () => {
  const server = await startRoost({ folder: inside('half') })
  await sendHalf(server.url)
  expect(await server.stop()).toMatchObject({ code: 0, signal: null, stderr: '' })
})

test('a second signal, later, ends it at once', async () => {
  const server = await startRoost({ folder: inside('twice-later') })
  await sendHalf(server.url)
  server.child.kill('SIGTERM')
  // Signals half a second apart count as one: this is the time that is tested, and nothing tells of it.
  await new Promise((resolve) => setTimeout(resolve, 700))
  expect(await server.stop()).toMatchObject({ code: 143, signal: null })
})

describe('what stands in the way is one sentence', () => {
  test('a wrong setting', async () => {
    const folder = inside('never')
    expect(await roost(start, { folder, env: { PORT: 'eighty' } })).toEqual(
      refusal(/^PORT must be a whole number from 0 to 65535, not "eighty"\.\n$/),
    )
  })

  test('an address that is not of this machine', async () => {
    expect(await roost(start, { folder: inside('host'), env: { HOST: '203.0.113.1' } })).toEqual(
      refusal(/^HOST must be an address of this machine, and "203\.0\.113\.1" is none\.\n$/),
    )
  })

  test('a file where the folder should be', async () => {
    writeFileSync(inside('file'), '')
    expect(await roost(start, { folder: inside('file/data') })).toEqual(
      refusal(/^The data folder .*\/file\/data cannot be used: there is a file in its place\.\n$/),
    )
  })

  test.skipIf(isRoot && !isReadableByAll(bin))('a folder that the user may not write', async () => {
    const folder = inside('closed')
    mkdirSync(folder, { mode: 0o555 })
    chmodSync(temporary.path, 0o755)
    // Root may write anywhere, so that as root it takes another user to meet this.
    const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {}
    expect(await roost(start, { folder, ...nobody })).toEqual(
      refusal(/^The data folder .*\/closed cannot be used: this user may not write there\.\n$/),
    )
  })

  test('a folder full of other things, which stays as it is', async () => {
    const folder = inside('home')
    mkdirSync(folder, { mode: 0o755 })
    chmodSync(folder, 0o755)
    writeFileSync(join(folder, 'thesis.txt'), '')
    expect(await roost(start, { folder })).toEqual(
      refusal(/^The folder .*\/home holds other files: [^\n]*\(ROOST_DATA\)\.\n$/),
    )
    expect(statSync(folder).mode & 0o777).toBe(0o755)
    expect(readdirSync(folder)).toEqual(['thesis.txt'])
  })

  test('a newer schema, which stays as it is', async () => {
    const folder = inside('newer')
    await (await startRoost({ folder })).stop()
    const database = new DatabaseSync(join(folder, 'roost.db'))
    database.exec(
      `insert into kysely_migration (name, timestamp) values ('9999-future', '2999-01-01');
       update meta set value = '9999-future' where key = 'servedSince'`,
    )
    database.close()
    copyFileSync(join(folder, 'roost.db'), inside('newer.db'))
    expect(await roost(start, { folder })).toEqual(
      refusal(/^The data was written by a newer version of Roost [^\n]*9999-future[^\n]*\.\n$/),
    )
    expect(readFileSync(join(folder, 'roost.db'))).toEqual(readFileSync(inside('newer.db')))
  })

  test('a database that is none', async () => {
    const folder = inside('damaged')
    mkdirSync(folder)
    writeFileSync(join(folder, 'roost.db'), 'x'.repeat(10_000))
    expect(await roost(start, { folder })).toEqual(
      refusal(/^The database .*\/roost\.db is damaged: it is not a database\. [^\n]*\.\n$/),
    )
  })

  test('a secret that was cut short', async () => {
    const folder = inside('cut')
    mkdirSync(folder)
    writeFileSync(join(folder, 'secret'), 'short')
    expect(await roost(start, { folder })).toEqual(
      refusal(/^The file .*\/cut\/secret is damaged: [^\n]*\.\n$/),
    )
  })
})

test('a folder that others could read is closed to them', async () => {
  const folder = inside('open')
  mkdirSync(folder)
  chmodSync(folder, 0o755)
  const server = await startRoost({ folder })
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  await server.stop()
})

test('with a public origin, that is where to go and where the link leads', async () => {
  const server = await startRoost({
    folder: inside('public'),
    env: { ROOST_ORIGIN: 'https://chat.example.org' },
  })
  expect(server.said.stdout).toMatch(/^ {2}Open {5}https:\/\/chat\.example\.org$/m)
  expect(server.said.stdout).toMatch(/^ {2}Behind {3}http:\/\/127\.0\.0\.1:\d+$/m)
  expect(server.said.stdout).toContain('https://chat.example.org/setup?token=')
  await server.stop()
})

test('with the default host it is reached by IPv4, and by IPv6 where there is any', async () => {
  const server = await startRoost({ folder: inside('everywhere'), env: { HOST: '' } })
  const { port } = new URL(server.url)
  expect(server.url).toBe(`http://localhost:${port}`)
  const addresses = ['127.0.0.1', ...((await hasIPv6()) ? ['[::1]'] : [])]
  for (const address of addresses)
    expect((await fetch(`http://${address}:${port}/healthz`)).status).toBe(200)
  await server.stop()
})

async function hasIPv6(): Promise<boolean> {
  const probe = createServer().listen(0, '::1')
  const works = await Promise.race([
    once(probe, 'listening').then(() => true),
    once(probe, 'error').then(() => false),
  ])
  probe.close()
  return works
}

describe('the command line', () => {
  const folder = inside('unused')

  test.each([[['bogus']], [['start', '--bogus']], [[]]])(
    '%j shows the usage and ends with 2',
    async (args) => {
      expect(await roost(args, { folder })).toMatchObject({
        code: 2,
        stdout: '',
        stderr: expect.stringMatching(/^[^\n]+\n\n[^]*Usage: roost COMMAND/) as string,
      })
    },
  )

  test.each([[['--help']], [['start', '--help']]])('%j helps', async (args) => {
    expect(await roost(args, { folder })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('user create --username') as string,
      stderr: '',
    })
  })

  test('--version', async () => {
    const { stdout, code } = await roost(['--version'], { folder })
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(code).toBe(0)
  })
})
