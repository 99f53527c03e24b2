/**
 * The local socket by which commands run inside the running server: where it lies, and what is said
 * on it. Only the owner of the data folder may reach it. One JSON object a line.
 */
import { hash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

import { z } from 'zod'

import { splitLines } from '../import/split-lines.ts'
import { otherVersion, Refusal } from './refusal.ts'

/** What the terminal says: one request, and perhaps that it wants no more of it. */
export const clientLine = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('run'), command: z.string(), request: z.unknown() }),
  z.strictObject({ type: z.literal('cancel') }),
])
/** What the server says: what to show as it comes, and how it ended. */
export const serverLine = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('line'), text: z.string() }),
  z.strictObject({ type: z.literal('problem'), text: z.string() }),
  z.strictObject({
    type: z.literal('progress'),
    done: z.number(),
    total: z.number(),
    note: z.string(),
  }),
  z.strictObject({ type: z.literal('exit'), code: z.int() }),
])

const maxLineBytes = 256 * 1024

export function sendLine(
  socket: Socket,
  line: z.input<typeof clientLine> | z.input<typeof serverLine>,
): void {
  if (socket.writable) socket.write(`${JSON.stringify(line)}\n`)
}

export async function* readLines<S extends z.ZodType>(
  socket: Socket,
  schema: S,
): AsyncGenerator<z.output<S>, void, undefined> {
  for await (const bytes of splitLines(socket, maxLineBytes)) {
    const parsed = schema.safeParse(bytes && parseJson(bytes.toString()))
    if (!parsed.success) throw otherVersion()
    yield parsed.data
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The longest path that every system takes for a socket, with some room. */
const longestPath = 100

/** `roost.sock` in the data folder; elsewhere where its path would be too long, or on Windows. */
export function controlAddress(folder: string): string {
  const inside = join(folder, 'roost.sock')
  const name = `roost-${hash('sha256', folder, 'hex').slice(0, 16)}`
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`
  if (Buffer.byteLength(inside) <= longestPath) return inside
  return join(privateFolder(join(tmpdir(), name)), 'roost.sock')
}

/** Others may have put something of this name into a folder that everyone writes to. */
function privateFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  const closed = found.isDirectory() && (found.mode & 0o077) === 0
  if (!closed || found.uid !== userInfo().uid)
    throw new Refusal(`The folder ${folder} is not this user's alone: delete it and try again.`)
  return folder
}
