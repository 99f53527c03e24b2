/** Reads what the shim wrote down: every change to the files of a data folder, with its times. */
import { readFileSync } from 'node:fs'

/** Nanoseconds of CLOCK_MONOTONIC, as `process.hrtime.bigint()` has them, in whole microseconds. */
export type Moment = number

/** Begun at `from`, over at `until`. `file` names a file for as long as it exists. */
export type Op = { readonly from: Moment; readonly until: Moment } & (
  | { readonly kind: 'create' | 'open'; readonly file: number; readonly path: string }
  | {
      readonly kind: 'write'
      readonly file: number
      readonly offset: number
      readonly data: Buffer
    }
  | { readonly kind: 'truncate'; readonly file: number; readonly size: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'syncFolder' | 'unlink' | 'mkdir' | 'rmdir'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
)

const HEADER = 48
const kinds = [
  'none',
  'create',
  'open',
  'write',
  'truncate',
  'sync',
  'syncFolder',
  'rename',
  'unlink',
  'mkdir',
  'rmdir',
] as const

export const nowInLog = (): Moment => Number(process.hrtime.bigint() / 1_000n)

export function readOpLog(file: string): Op[] {
  const bytes = readFileSync(file)
  const ops: Op[] = []
  for (let at = 0; at + HEADER <= bytes.length;) {
    const lengths = [4, 8, 12].map((offset) => bytes.readUInt32LE(at + offset))
    const [pathLength = 0, toLength = 0, dataLength = 0] = lengths
    const start = at + HEADER
    const end = start + pathLength + toLength + dataLength
    // A process that was killed may have left half a record of something that it never finished.
    if (end > bytes.length) break
    const number = (offset: number) => Number(bytes.readBigUInt64LE(at + offset))
    ops.push(
      readOp(kinds[bytes.readUInt32LE(at)], {
        // Rounded against us: it may have ended later, or begun earlier, than is written here.
        from: Math.floor(number(16) / 1_000),
        until: Math.ceil(number(24) / 1_000),
        file: number(32),
        offset: number(40),
        path: bytes.toString('utf8', start, start + pathLength),
        to: bytes.toString('utf8', start + pathLength, start + pathLength + toLength),
        data: bytes.subarray(start + pathLength + toLength, end),
      }),
    )
    at = end
  }
  return ops
}

interface Fields {
  readonly from: Moment
  readonly until: Moment
  readonly file: number
  readonly offset: number
  readonly path: string
  readonly to: string
  readonly data: Buffer
}

function readOp(kind: (typeof kinds)[number] | undefined, fields: Fields): Op {
  const { from, until, file, offset, path, to, data } = fields
  const times = { from, until }
  switch (kind) {
    case 'create':
    case 'open':
      return { ...times, kind, file, path }
    case 'write':
      return { ...times, kind, file, offset, data }
    case 'truncate':
      return { ...times, kind, file, size: offset }
    case 'sync':
      return { ...times, kind, file }
    case 'rename':
      return { ...times, kind, path, to }
    case 'syncFolder':
    case 'unlink':
    case 'mkdir':
    case 'rmdir':
      return { ...times, kind, path }
    case 'none':
    case undefined:
      throw new Error('The log of operations cannot be read.')
  }
}
