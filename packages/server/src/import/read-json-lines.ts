/** A file of JSON lines, gzip or not, as a stream of messages and of lines that are none. */
import { open, type FileHandle } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { parseImportLine, type ParsedLine } from './import-line.ts'
import { splitLines } from './split-lines.ts'

/** The file as a whole cannot be imported, or not to its end. */
export class ImportFileError extends Error {}

export type ReadLine = ParsedLine & { readonly number: number }

export interface JsonLines {
  readonly lines: AsyncIterable<ReadLine>
  /** Of the file as it lies on the disk. */
  readonly totalBytes: number
  readonly readBytes: () => number
}

const bufferSize = 256 * 1024
const maxLineBytes = 1024 * 1024
/** A file that begins with this many lines of something else is another kind of file. */
const patience = 100

export async function readJsonLines(file: string): Promise<JsonLines> {
  const handle = await openFile(file)
  const { size } = await handle.stat()
  const compressed = await startsWithGzip(handle)
  const source = handle.createReadStream({ start: 0, highWaterMark: bufferSize })
  const bytes = compressed ? unpack(source) : source
  return {
    lines: parseLines(file, bytes),
    totalBytes: size,
    readBytes: () => source.bytesRead,
  }
}

async function openFile(file: string): Promise<FileHandle> {
  let handle: FileHandle
  try {
    handle = await open(file)
  } catch (error) {
    throw new ImportFileError(`${file} cannot be read: ${reasonOf(error)}.`)
  }
  if ((await handle.stat()).isFile()) return handle
  await handle.close()
  throw new ImportFileError(`${file} is not a file.`)
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'there is no such file'
  if (code === 'EACCES' || code === 'EPERM') return 'this user may not read it'
  return error instanceof Error ? error.message : String(error)
}

/** By its first bytes: a name may say anything. */
async function startsWithGzip(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0)
  return bytesRead === 2 && buffer.readUInt16BE() === 0x1f8b
}

/** Either stream takes the other with it, and its error comes out where the bytes are read. */
function unpack(source: Readable): Readable {
  return pipeline(source, createGunzip({ chunkSize: bufferSize }), () => undefined)
}

async function* parseLines(file: string, bytes: Readable): AsyncGenerator<ReadLine> {
  let number = 0
  /** Lines before the first that is JSON at all: it may be no such file. */
  let early: ReadLine[] | undefined = []
  for await (const line of splitLines(translateErrors(file, bytes), maxLineBytes)) {
    number++
    if (line?.every(isBlank)) continue
    const read = { ...parseLine(line, number), number }
    if (early && read.status === 'refused' && !read.isObject) {
      early.push(read)
      if (early.length === patience) break
      continue
    }
    if (early) yield* early
    early = undefined
    yield read
  }
  if (early && early.length > 0) throw new ImportFileError(`${file} is not a file of JSON lines.`)
}

const isBlank = (byte: number) => byte === 0x20 || byte === 0x09 || byte === 0x0d

function parseLine(line: Buffer | undefined, number: number): ParsedLine {
  if (!line) return { status: 'refused', reason: 'is longer than 1 MB', isObject: false }
  const byteOrderMark = number === 1 && line.subarray(0, 3).equals(utf8Mark)
  return parseImportLine(byteOrderMark ? line.subarray(3) : line)
}

const utf8Mark = Buffer.from([0xef, 0xbb, 0xbf])

async function* translateErrors(file: string, bytes: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) yield chunk as Buffer
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'Z_BUF_ERROR')
      throw new ImportFileError(`${file} is cut off: the gzip data has no end.`)
    if (code.startsWith('Z_')) throw new ImportFileError(`${file} is damaged gzip data.`)
    throw new ImportFileError(`${file} cannot be read to its end: ${reasonOf(error)}.`)
  }
}
