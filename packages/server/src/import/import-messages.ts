/**
 * Brings messages from elsewhere into rooms of their own. The order of the lines is the order; every id
 * follows from the source, so that a second run adds nothing. Chunks are transactions: the server
 * goes on between them, and whatever ends an import ends it between two.
 */
import type { Core } from '../core.ts'
import type { ReadLine } from './read-json-lines.ts'
import { storeChunk, type NumberedMessage } from './store-chunk.ts'

export interface Totals {
  /** What was added. */
  messages: number
  authors: number
  rooms: number
  replies: number
  refused: number
  /** Lines read, and of them those whose messages were there already. */
  lines: number
  repeated: number
  /** Replies to messages that are not there, stored without the link. */
  unlinked: number
  /** Control characters taken out of the messages added. */
  removed: number
}

/** A line, by its number, and what is wrong with it. */
export type OnRefused = (line: number, reason: string) => void

const chunkLength = 500
/** Messages after which the database is told for the first time; then whenever they have doubled. */
const firstTold = 5_000
const counted = [
  'messages',
  'authors',
  'rooms',
  'replies',
  'repeated',
  'unlinked',
  'removed',
] as const

/** @param onChunk called with the totals so far after each commit */
export async function importMessages(
  core: Core,
  options: {
    source: string
    lines: AsyncIterable<ReadLine>
    signal: AbortSignal
    onRefused: OnRefused
    onChunk(totals: Readonly<Totals>): void
  },
): Promise<Totals> {
  const { source, signal } = options
  const totals = emptyTotals()
  const onRefused: OnRefused = (line, reason) => {
    totals.refused++
    options.onRefused(line, reason)
  }
  let chunk: NumberedMessage[] = []
  let toldAt = firstTold
  const flush = async () => {
    const stored = await storeChunk(core, source, chunk)
    for (const { line, reason } of stored.refused) onRefused(line, reason)
    for (const key of counted) totals[key] += stored[key]
    chunk = []
    if (totals.messages >= toldAt) {
      toldAt = 2 * totals.messages
      await core.database.tellPlanner()
    }
    options.onChunk(totals)
  }
  for await (const line of options.lines) {
    if (signal.aborted) return totals
    totals.lines++
    if (line.status === 'refused') {
      onRefused(line.number, line.reason)
      continue
    }
    chunk.push({ ...line.message, line: line.number })
    if (chunk.length === chunkLength) await flush()
  }
  if (chunk.length > 0) await flush()
  return totals
}

function emptyTotals(): Totals {
  return {
    messages: 0,
    authors: 0,
    rooms: 0,
    replies: 0,
    refused: 0,
    lines: 0,
    repeated: 0,
    unlinked: 0,
    removed: 0,
  }
}
