/** One chunk of an import in one transaction: its rooms, authors, events and messages, as sets. */
import { createHash } from 'node:crypto'

import type { Core } from '../core.ts'
import { hashRequest } from '../messaging/events.ts'
import type { Tx } from '../storage/database.ts'
import type { ImportedMessage } from './import-line.ts'
import { findOrMakeAuthors, findOrMakeRoom } from './placeholders.ts'

export interface NumberedMessage extends ImportedMessage {
  readonly line: number
}

export interface StoredChunk {
  /** What was added. */
  readonly messages: number
  readonly authors: number
  readonly rooms: number
  readonly replies: number
  /** Messages that were there already. */
  readonly repeated: number
  /** Replies to messages that are not there, stored without the link. */
  readonly unlinked: number
  /** Control characters that the stored ones have lost. */
  readonly removed: number
  readonly refused: readonly { readonly line: number; readonly reason: string }[]
}

interface Entry extends NumberedMessage {
  readonly eventId: string
  readonly replyId: string | undefined
  readonly requestHash: string
}

interface Placed extends Entry {
  readonly seq: number
  readonly replyToSeq: number | null
  readonly senderId: string
}

export function storeChunk(
  core: Core,
  source: string,
  messages: readonly NumberedMessage[],
): Promise<StoredChunk> {
  const entries = messages.map((message) => toEntry(source, message))
  return core.database.write(async (tx) => {
    const known = await findEvents(tx, entries)
    const { fresh, repeated, refused } = sortOut(entries, known)
    const authors = await findOrMakeAuthors(core, tx, new Set(fresh.map(({ author }) => author)))
    const seqs = new Map([...known].map(([id, { seq }]) => [id, seq]))
    const counts = { rooms: 0, replies: 0, unlinked: 0 }
    for (const [name, group] of Map.groupBy(fresh, ({ room }) => room)) {
      const room = await findOrMakeRoom(core, tx, { source, name, times: group.map(timeOf) })
      if (room.made) counts.rooms++
      let seq = await takeSeqs(tx, room.id, group)
      const placed = group.map((entry): Placed => {
        const replyToSeq = entry.replyId === undefined ? null : (seqs.get(entry.replyId) ?? null)
        if (replyToSeq !== null) counts.replies++
        else if (entry.replyId !== undefined) counts.unlinked++
        seqs.set(entry.eventId, ++seq)
        return { ...entry, seq, replyToSeq, senderId: authors.idOf(entry.author) }
      })
      await insertRows(tx, room.id, placed)
      const hint = { type: 'event', conversationId: room.id, seq } as const
      tx.afterCommit(() => core.bus.publish(hint))
    }
    const removed = fresh.reduce((sum, message) => sum + message.removed, 0)
    return { messages: fresh.length, authors: authors.made, ...counts, repeated, removed, refused }
  })
}

const timeOf = ({ time }: { time: number }) => time

function toEntry(source: string, message: NumberedMessage): Entry {
  const { room, id, author, time, text, replyTo } = message
  return {
    ...message,
    eventId: messageIdOf(source, room, id),
    replyId: replyTo === undefined ? undefined : messageIdOf(source, room, replyTo),
    requestHash: hashRequest('import', author, time, text, replyTo),
  }
}

/** The id that a message has in every run: a UUIDv8 that follows from where it comes from. */
function messageIdOf(source: string, room: string, id: string): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([source, room, id]))
    .digest()
  hash[6] = 0x80 | (hash.readUInt8(6) & 0x0f)
  hash[8] = 0x80 | (hash.readUInt8(8) & 0x3f)
  const hex = hash.toString('hex')
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join('-')
}

interface Known {
  readonly seq: number
  readonly requestHash: string
}

/** The messages of a chunk, and those they answer, as far as they are there. */
async function findEvents(tx: Tx, entries: readonly Entry[]): Promise<Map<string, Known>> {
  const ids = new Set(entries.flatMap(({ eventId, replyId }) => [eventId, replyId ?? eventId]))
  const rows = await tx.db
    .selectFrom('events')
    .select(['id', 'seq', 'requestHash'])
    .where('id', 'in', [...ids])
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

function sortOut(entries: readonly Entry[], known: ReadonlyMap<string, Known>) {
  const hashes = new Map([...known].map(([id, { requestHash }]) => [id, requestHash]))
  const fresh: Entry[] = []
  const refused: { line: number; reason: string }[] = []
  let repeated = 0
  for (const entry of entries) {
    const there = hashes.get(entry.eventId)
    if (there === entry.requestHash) repeated++
    else if (there !== undefined)
      refused.push({ line: entry.line, reason: 'id is that of another message' })
    else {
      hashes.set(entry.eventId, entry.requestHash)
      fresh.push(entry)
    }
  }
  return { fresh, repeated, refused }
}

/** Returns the seq before the first one taken. The room stays locked until the commit. */
async function takeSeqs(tx: Tx, roomId: string, group: readonly Entry[]): Promise<number> {
  const newest = Math.max(...group.map(timeOf))
  const { lastSeq } = await tx.db
    .updateTable('conversations')
    .set((eb) => ({
      lastSeq: eb('lastSeq', '+', group.length),
      lastMessageSeq: eb('lastSeq', '+', group.length),
      lastActivityAt: eb
        .case()
        .when('lastActivityAt', '<', newest)
        .then(newest)
        .else(eb.ref('lastActivityAt'))
        .end(),
    }))
    .where('id', '=', roomId)
    .returning('lastSeq')
    .executeTakeFirstOrThrow()
  return lastSeq - group.length
}

async function insertRows(tx: Tx, conversationId: string, placed: readonly Placed[]) {
  await tx.db
    .insertInto('events')
    .values(
      placed.map(({ seq, eventId, senderId, requestHash, time }) => ({
        conversationId,
        seq,
        id: eventId,
        actorId: senderId,
        type: 'message.created',
        requestHash,
        createdAt: time,
      })),
    )
    .execute()
  await tx.db
    .insertInto('messages')
    .values(
      placed.map(({ seq, eventId, senderId, text, replyToSeq, time }) => ({
        conversationId,
        seq,
        id: eventId,
        senderId,
        kind: 'text',
        body: text,
        replyToSeq,
        createdAt: time,
      })),
    )
    .execute()
  const userIds = [...new Set(placed.map(({ senderId }) => senderId))]
  await tx.db
    .insertInto('authorships')
    .values(userIds.map((userId) => ({ userId, conversationId })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
