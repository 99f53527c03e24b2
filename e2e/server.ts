/** Runs a real server, as `npm start` would, on a data folder of its own. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const bin = fileURLToPath(new URL('../packages/server/bin/roost.js', import.meta.url))

/** So high that no journey meets them: everybody here shares one address. */
const settings = {
  PORT: '0',
  HOST: '127.0.0.1',
  ROOST_LOG_LEVEL: 'warn',
  ROOST_SIGN_INS_PER_ACCOUNT: '100000',
  ROOST_SIGN_INS_PER_ADDRESS: '100000',
  ROOST_SIGN_UPS_PER_ADDRESS: '100000',
  ROOST_SEND_BURST: '100000',
  ROOST_SENDS_PER_SECOND: '100000',
  ROOST_REQUESTS_PER_SECOND: '100000',
}

export interface RunningServer extends AsyncDisposable {
  readonly origin: string
  /** Makes the owner; printed only while there is none. */
  readonly setupLink: string | undefined
  stop(): Promise<void>
  /** As a crash would: in the middle of whatever it does. */
  kill(): Promise<void>
}

export interface DataFolder extends Disposable {
  readonly path: string
}

export function makeDataFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'roost-e2e-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** @param more what else its environment says; a restarted server wants its old PORT back */
export async function startServer(
  { path }: DataFolder,
  more: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const child = spawn(process.execPath, [bin, 'start'], {
    env: { ...process.env, ...settings, ROOST_DATA: path, ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  // A run that is cut short never gets to stop it.
  const abandon = () => child.kill('SIGKILL')
  process.once('exit', abandon)
  const printed = await readUntilReady(child)
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    process.off('exit', abandon)
    if (child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }
  const stop = () => end('SIGTERM')
  return { ...printed, stop, kill: () => end('SIGKILL'), [Symbol.asyncDispose]: stop }
}

/** Runs a `roost` command on a data folder, beside its server where there is one. */
export async function roost({ path }: DataFolder, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [bin, ...args], {
    env: { ...process.env, ROOST_DATA: path },
    maxBuffer: 10_000_000,
  })
  return stdout
}

function readUntilReady(child: ChildProcess) {
  return new Promise<{ origin: string; setupLink: string | undefined }>((resolve, reject) => {
    let printed = ''
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      const origin = /http:\/\/[^\s/]+/.exec(printed)?.[0]
      if (origin === undefined || !printed.endsWith('\n')) return
      const setupLink = /http:\/\/\S*token=\S+/.exec(printed)?.[0]
      resolve({ origin, setupLink })
    })
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`The server ended with ${code}: ${printed}`)))
  })
}
