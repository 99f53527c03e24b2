/** Where a peer lives while it is measured: a folder and processes, which are gone when it leaves. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { familyOf, works } from '../processes.ts'

/** PostgreSQL and Prosody refuse to run as root. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined
const PATIENCE = 60_000
/** Of what a program said, in case it ends by itself. */
const REMEMBERED = 8_192

interface Lodger {
  readonly child: ChildProcess
  readonly name: string
  readonly goodbye: NodeJS.Signals
  said: string
}

export class Lodging {
  readonly folder: string
  readonly #lodgers: Lodger[] = []

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'roost-bench-peer-'))
    if (NOBODY) chownSync(this.folder, NOBODY.uid, NOBODY.gid)
    process.once('exit', this.#evict)
  }

  /** @returns where it is */
  write(path: string, text: string): string {
    const place = join(this.folder, path)
    this.#makeFolder(dirname(place))
    writeFileSync(place, text)
    if (NOBODY) chownSync(place, NOBODY.uid, NOBODY.gid)
    return place
  }

  /** A program that works until the lodging is left, told to go by a signal that leaves nothing behind. */
  start(
    [command, ...args]: readonly [string, ...string[]],
    {
      env = {},
      goodbye = 'SIGKILL',
    }: { env?: Record<string, string>; goodbye?: NodeJS.Signals } = {},
  ): void {
    this.#spawn([command, ...args], { env, goodbye })
  }

  /** A program that comes to an end. */
  async run([command, ...args]: readonly [string, ...string[]]): Promise<void> {
    const lodger = this.#spawn([command, ...args], { env: {}, goodbye: 'SIGKILL' })
    await ended(lodger.child)
    this.#lodgers.splice(this.#lodgers.indexOf(lodger), 1)
    if (lodger.child.exitCode !== 0) throw broken(lodger)
  }

  /** Resolves when somebody takes connections there. */
  async answers(port: number): Promise<void> {
    await this.#until(() => takesConnections(port))
  }

  /** Resolves when the program that was started last has said this. */
  async hears(words: string): Promise<void> {
    await this.#until(({ said }) => said.includes(words))
  }

  /** Of all that runs here, with what the programs have started themselves. */
  pids(): readonly number[] {
    return familyOf(this.#lodgers.flatMap(({ child }) => child.pid ?? []))
  }

  async leave(): Promise<void> {
    const family = this.pids()
    // The last to come leans on those before.
    for (const { child, goodbye } of this.#lodgers.splice(0).reverse()) {
      child.kill(goodbye)
      await ended(child)
    }
    while (family.some(works)) await pause(10)
    await rm(this.folder, { recursive: true, maxRetries: 5 })
    process.off('exit', this.#evict)
  }

  async #until(isSo: (last: Lodger) => boolean | Promise<boolean>): Promise<void> {
    const [last] = this.#lodgers.slice(-1)
    if (!last) throw new Error('Nothing has been started.')
    for (const until = performance.now() + PATIENCE; !(await isSo(last)); await pause(20))
      if (hasEnded(last.child) || performance.now() > until) throw broken(last)
  }

  /** When this process is about to end, and nothing can be awaited. */
  readonly #evict = () => {
    const family = this.pids()
    for (const { child, goodbye } of this.#lodgers) child.kill(goodbye)
    const clock = new Int32Array(new SharedArrayBuffer(4))
    while (family.some(works)) Atomics.wait(clock, 0, 0, 10)
    rmSync(this.folder, { recursive: true, force: true })
  }

  #makeFolder(path: string): void {
    const first = mkdirSync(path, { recursive: true })
    if (!NOBODY || first === undefined) return
    for (let made = path; made.length >= first.length; made = dirname(made))
      chownSync(made, NOBODY.uid, NOBODY.gid)
  }

  #spawn(
    [command, ...args]: readonly [string, ...string[]],
    { env, goodbye }: { env: Record<string, string>; goodbye: NodeJS.Signals },
  ): Lodger {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], HOME: this.folder, LANG: 'C.UTF-8', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...NOBODY,
    })
    const lodger: Lodger = { child, name: command, goodbye, said: '' }
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        lodger.said = (lodger.said + String(text)).slice(-REMEMBERED)
      })
    // One that cannot be started has no exit: it is seen by what it lacks, a process id.
    child.once('error', (error) => (lodger.said += error.message))
    this.#lodgers.push(lodger)
    return lodger
  }
}

const hasEnded = ({ pid, exitCode, signalCode }: ChildProcess) =>
  pid === undefined || exitCode !== null || signalCode !== null

async function ended(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit')
}

const broken = ({ name, said }: Lodger) => new Error(`${name} does not work: ${said.trim()}`)

async function takesConnections(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
