/** Compiles the shim, puts it before a process, and tells it what to refuse and what time it is. */
import { spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('shim.c', import.meta.url))
const built = fileURLToPath(
  new URL('../../../node_modules/.cache/torture/shim.so', import.meta.url),
)

/** LD_PRELOAD is Linux's. */
export const hasShim = process.platform === 'linux'

const faults = { nothing: 0, growing: 1, writing: 2, syncing: 3, reading: 4 } as const
const errors = { EIO: 5, ENOSPC: 28 } as const

export interface Fault {
  /** `growing`: what needs more space, as on a full disk. */
  readonly what: keyof typeof faults
  readonly error: keyof typeof errors
  /** Every n-th is refused; 1, the default, refuses all. */
  readonly every?: number
}

export interface Shim {
  /** For the process: its variables. */
  readonly env: Readonly<Record<string, string>>
  /** What was done to the files of the data folder, if it is written down. */
  readonly logFile: string
  refuse(fault: Fault | null): void
  /** How often something was refused so far. */
  refused(): number
  /** Moves the wall clock of the process, and not the one that timers go by. */
  stepClock(offsetMs: number): void
  close(): void
}

/**
 * @param options `beside` is a folder for its files, outside of the data folder; `syncTakes`
 *   microseconds longer than the disk does
 */
export function createShim(options: {
  folder: string
  beside: string
  log?: boolean
  syncTakes?: number
}): Shim {
  const { folder, beside, log = false, syncTakes = 0 } = options
  const controlFile = join(beside, 'control')
  const logFile = join(beside, 'log')
  const control = openSync(controlFile, 'w+')
  writeSync(control, Buffer.alloc(24))
  const put = (at: number, bytes: Buffer) => void writeSync(control, bytes, 0, bytes.length, at)
  return {
    env: {
      LD_PRELOAD: build(),
      ROOST_SHIM_ROOT: folder,
      ROOST_SHIM_CONTROL: controlFile,
      ...(log && { ROOST_SHIM_LOG: logFile }),
      ROOST_SHIM_SYNC_US: String(syncTakes),
      // What goes by a ring in memory would go past the shim.
      UV_USE_IO_URING: '0',
    },
    logFile,
    refuse(fault) {
      const wanted = fault ?? ({ what: 'nothing', error: 'EIO' } as const)
      const values = [faults[wanted.what], errors[wanted.error], fault?.every ?? 1]
      put(4, Buffer.from(Int32Array.from(values.slice(1)).buffer))
      put(0, Buffer.from(Int32Array.from(values.slice(0, 1)).buffer))
    },
    refused() {
      const count = Buffer.alloc(4)
      readSync(control, count, 0, 4, 12)
      return count.readInt32LE()
    },
    stepClock: (offsetMs) =>
      put(16, Buffer.from(BigInt64Array.of(BigInt(offsetMs) * 1_000_000n).buffer)),
    close: () => closeSync(control),
  }
}

/** For a process of which the system is to hold no more than so many bytes for each connection. */
export const withSendBuffer = (bytes: number): Readonly<Record<string, string>> => ({
  LD_PRELOAD: build(),
  ROOST_SHIM_SEND_BUFFER: String(bytes),
})

function build(): string {
  if (existsSync(built) && statSync(built).mtimeMs > statSync(source).mtimeMs) return built
  mkdirSync(dirname(built), { recursive: true })
  const unfinished = `${built}.${process.pid}`
  const args = ['-O2', '-shared', '-fPIC', '-o', unfinished, source, '-ldl', '-lpthread']
  const { status, stderr, error } = spawnSync('gcc', args, { encoding: 'utf8' })
  if (status !== 0)
    throw new Error(`The shim needs gcc and the C library's headers: ${error?.message ?? stderr}`)
  renameSync(unfinished, built)
  return built
}
