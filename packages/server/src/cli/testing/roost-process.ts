/** The command line as a person runs it: real processes on real folders. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const bin = fileURLToPath(new URL('../../../bin/roost.js', import.meta.url))

interface Surroundings {
  /** The data folder. */
  readonly folder: string
  readonly env?: Readonly<Record<string, string>>
  /** What is typed or piped in. */
  readonly input?: string
  readonly cwd?: string
  /** The Node that runs it. */
  readonly node?: string
  /** What it runs, if not the program in its place. */
  readonly program?: string
  /** The system's user that it runs as. */
  readonly uid?: number
  readonly gid?: number
}

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder for one test file's data; `remove` it at the end. */
export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'roost-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function spawnRoost(args: readonly string[], around: Surroundings): ChildProcess {
  const child = spawn(around.node ?? process.execPath, [around.program ?? bin, ...args], {
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      ROOST_DATA: around.folder,
      ROOST_LOG_LEVEL: 'warn',
      ...around.env,
    },
    stdio: 'pipe',
    ...(around.cwd !== undefined && { cwd: around.cwd }),
    ...(around.uid !== undefined && { uid: around.uid }),
    ...(around.gid !== undefined && { gid: around.gid }),
  })
  alive.add(child)
  child.once('exit', () => alive.delete(child))
  return child
}

/** A test that fails half-way leaves no server behind. */
const alive = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of alive) child.kill('SIGKILL')
})

/** Runs a command to its end. */
export async function roost(args: readonly string[], around: Surroundings): Promise<Ended> {
  const child = spawnRoost(args, around)
  const said = listen(child)
  child.stdin?.end(around.input ?? '')
  await once(child, 'close')
  return { code: child.exitCode, signal: child.signalCode, ...said }
}

export interface RunningRoost {
  readonly url: string
  readonly setupToken: string | undefined
  readonly child: ChildProcess
  readonly said: { stdout: string; stderr: string }
  /** Ends it by SIGTERM, unless it has ended. */
  stop(): Promise<Ended>
}

/** Starts the server and resolves once it has said where it is. */
export async function startRoost(
  around: Surroundings,
  args: readonly string[] = ['start', '--no-build'],
): Promise<RunningRoost> {
  const child = spawnRoost(args, around)
  const said = listen(child)
  const closed = once(child, 'close')
  await Promise.race([
    closed.then(() => {
      throw new Error(`The server ended with ${child.exitCode}: ${said.stderr}`)
    }),
    heard(child, said, /^ {2}Data .*\n\n?(?:[^]*token=.*\n)?/m),
  ])
  const url = /http:\/\/\S+/.exec(said.stdout)?.[0] ?? ''
  return {
    url,
    setupToken: /token=(\S+)/.exec(said.stdout)?.[1],
    child,
    said,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await closed
      return { code: child.exitCode, signal: child.signalCode, ...said }
    },
  }
}

function listen(child: ChildProcess): { stdout: string; stderr: string } {
  const said = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (said.stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said.stderr += text))
  return said
}

/** Resolves once the standard output matches. */
function heard(child: ChildProcess, said: { stdout: string }, pattern: RegExp): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!pattern.test(said.stdout)) return
      child.stdout?.off('data', look)
      resolve()
    }
    child.stdout?.on('data', look)
    look()
  })
}
