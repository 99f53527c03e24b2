/** The server as people run it, a process of its own, which may be killed at any moment. */
import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../packages/server/bin/roost.js', import.meta.url))
/** Compiled code from one start to the next: a start costs a third less. */
const compiled = fileURLToPath(new URL('../../node_modules/.cache/torture', import.meta.url))

/** As many requests as a test can make. */
const UNBOUNDED = {
  ROOST_SEND_BURST: '100000',
  ROOST_SENDS_PER_SECOND: '100000',
  ROOST_REQUESTS_PER_SECOND: '100000',
}

export interface ServerProcess {
  /** Where it listens, once it does. Rejects when it ends before. */
  readonly ready: Promise<string>
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>
  readonly said: { readonly text: string }
  readonly pid: number
  /** `kill -9`. */
  kill(): Promise<void>
  /** SIGTERM, and what follows it. */
  stop(): Promise<void>
}

/** @param env variables beside those that every such server gets */
export function startServer(
  folder: string,
  env: Readonly<Record<string, string>> = {},
): ServerProcess {
  const child = spawn(process.execPath, [bin, 'start', '--no-build'], {
    env: {
      ...withoutTestRunner(process.env),
      ...UNBOUNDED,
      NODE_COMPILE_CACHE: compiled,
      HOST: '127.0.0.1',
      PORT: '0',
      ROOST_DATA: folder,
      ROOST_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const said = { text: '' }
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      running.delete(child)
      resolve()
    })
  })
  const ready = new Promise<string>((resolve, reject) => {
    const hear = (text: string) => {
      said.text += text
      const url = /Open +(http:\S+)\n/.exec(said.text)?.[1]
      if (url !== undefined) resolve(url)
    }
    child.stdout.setEncoding('utf8').on('data', hear)
    child.stderr.setEncoding('utf8').on('data', hear)
    child.once('error', reject)
    child.once('close', (code) =>
      reject(new Error(`The server ended with ${code ?? 'a signal'}: ${said.text.slice(-2_000)}`)),
    )
  })
  // Whoever kills it while it starts does not wait for it to be ready.
  ready.catch(() => {})
  const end = (signal: NodeJS.Signals) => {
    child.kill(signal)
    return ended
  }
  return {
    ready,
    ended,
    said,
    pid: child.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  }
}

/** A run that fails half-way leaves no server behind. */
const running = new Set<ChildProcess>()
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

function withoutTestRunner(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_ENV: __, ...rest } = env
  return rest
}
