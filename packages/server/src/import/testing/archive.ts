/** Archives to import: the real one that ROOST_CORPUS names where it is set, else one made here. */
import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'

import { z } from 'zod'

const record = z.object({
  id: z.string(),
  room: z.string(),
  author: z.string(),
  time: z.string(),
  text: z.string(),
  replyTo: z.string().optional(),
})
export type ArchiveLine = z.infer<typeof record>

export interface Archive {
  readonly file: string
  readonly lines: readonly ArchiveLine[]
}

/** Every third line answers the one ten before it; times are as coarse as those of real archives. */
export function makeLines(count: number, room = 'harbour'): ArchiveLine[] {
  return Array.from({ length: count }, (_, n) => ({
    id: `line/${n}`,
    room,
    author: `author ${(n * 7) % 97}`,
    time: new Date(Date.UTC(2020, 0, 1, 0, Math.floor(n / 5))).toISOString(),
    text: `message ${n}`,
    ...(n >= 10 && n % 3 === 0 && { replyTo: `line/${n - 10}` }),
  }))
}

export function writeLines(file: string, lines: readonly unknown[]): string {
  const text = lines
    .map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
    .join('\n')
  writeFileSync(file, file.endsWith('.gz') ? gzipSync(text) : text)
  return file
}

/** @param made where to put an archive where there is no real one; `first` reads no more lines than that */
export function openArchive(made: string, { first = Infinity } = {}): Archive {
  const corpus = process.env['ROOST_CORPUS']
  const file = corpus ?? writeLines(made, makeLines(3_000))
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
  return { file, lines: lines.slice(0, first).map((line) => record.parse(JSON.parse(line))) }
}
