/** Reading the log of a conversation again: what its events say now. */
import {
  systemContent,
  type ConversationBase,
  type Event,
  type LoggedEvent,
  type Message,
  type Role,
} from '@roost/protocol'
import { sql, type Selectable } from 'kysely'
import { z } from 'zod'

import type { Db } from '../storage/database.ts'
import type { Schema } from '../storage/schema.ts'
import { valuesOf } from '../storage/values.ts'
import { baseColumns, toBase } from './conversation-rows.ts'
import { withoutHidden } from './hidden.ts'
import { describeMessages } from './message-rows.ts'
import { findVisibleSeqs, readSight, type Viewer } from './visible-seqs.ts'

type EventRow = Selectable<Schema['events']>

/** What the row of an event says beyond its columns; see `payload` of NewEvent. */
const changedPayload = z.object({ mentionsBefore: z.array(z.string()) })
const reactionPayload = z.object({ emoji: z.string(), on: z.boolean() })

/**
 * Reads the log after a seq, ascending, with the messages as they are now. With a `viewer` only what
 * that user may see; without, for delivery to those who may, everything.
 */
export async function readEvents(
  db: Db,
  range: {
    conversationId: string
    after: number
    limit: number
    viewer?: Viewer
  },
): Promise<LoggedEvent[]> {
  const { conversationId, viewer } = range
  const events = await tell(db, await findRows(db, range))
  if (viewer?.history !== 'sinceJoin') return events
  const sight = await readSight(db, { conversationId, viewer })
  return events.map(({ seq, event }) => ({ seq, event: withoutHidden(event, sight).event }))
}

/** A part of a log: what comes after a seq, up to another. */
export interface Stretch {
  readonly conversationId: string
  readonly after: number
  readonly upTo: number
}

/** Events in one go: so many messages are read by one statement, in one turn of the event loop. */
const AT_ONCE = 1_000

/** Reads parts of many logs, together; each ascending, with nothing hidden. */
export async function readStretches(
  db: Db,
  stretches: readonly Stretch[],
): Promise<ReadonlyMap<string, LoggedEvent[]>> {
  const logs = new Map<string, LoggedEvent[]>()
  let part: Stretch[] = []
  let size = 0
  for (const stretch of stretches) {
    const events = stretch.upTo - stretch.after
    if (size + events > AT_ONCE) {
      await tellStretches(db, part, logs)
      await new Promise(setImmediate)
      part = []
      size = 0
    }
    part.push(stretch)
    size += events
  }
  await tellStretches(db, part, logs)
  return logs
}

async function tellStretches(
  db: Db,
  stretches: readonly Stretch[],
  logs: Map<string, LoggedEvent[]>,
): Promise<void> {
  if (stretches.length === 0) return
  const values = valuesOf(
    ['text', 'bigint', 'bigint'],
    stretches.map(({ conversationId, after, upTo }) => [conversationId, after, upTo]),
  )
  const { rows } = await sql<EventRow>`
    select "e".* from ${values} as "p" cross join "events" as "e"
    where "e"."conversationId" = "p"."column1"
      and "e"."seq" > "p"."column2" and "e"."seq" <= "p"."column3"
    order by "e"."conversationId", "e"."seq"`.execute(db)
  for (const { conversationId, ...event } of await tell(db, rows)) {
    const log = logs.get(conversationId)
    if (log) log.push(event)
    else logs.set(conversationId, [event])
  }
}

/** What these rows say now. */
async function tell(
  db: Db,
  rows: readonly EventRow[],
): Promise<(LoggedEvent & { conversationId: string })[]> {
  const keys = new Map<string, { conversationId: string; seq: number }>()
  for (const { conversationId, seq, targetSeq } of rows)
    for (const at of [seq, targetSeq ?? seq])
      keys.set(`${conversationId} ${at}`, { conversationId, seq: at })
  const messages = await describeMessages(db, { keys: [...keys.values()] })
  const bases = await readBases(
    db,
    rows.filter(({ type }) => type.startsWith('conversation.')),
  )
  const byConversation = Map.groupBy(messages, ({ conversationId }) => conversationId)
  const states = new Map(
    [...new Set(rows.map(({ conversationId }) => conversationId))].map((id) => [
      id,
      {
        messages: new Map(byConversation.get(id)?.map((message) => [message.seq, message])),
        base: bases.get(id),
      },
    ]),
  )
  return rows.map((row) => {
    const { conversationId, seq } = row
    const present = states.get(conversationId) ?? { messages: new Map(), base: undefined }
    return { conversationId, seq, event: toEvent(row, present) }
  })
}

async function findRows(
  db: Db,
  range: { conversationId: string; after: number; limit: number; viewer?: Viewer },
): Promise<EventRow[]> {
  const { conversationId, after, limit, viewer } = range
  const log = db.selectFrom('events').selectAll().where('conversationId', '=', conversationId)
  const visible =
    viewer?.history === 'sinceJoin'
      ? await findVisibleSeqs(
          db,
          { table: 'events', conversationId, viewer },
          { from: after + 1 },
          limit,
        )
      : undefined
  return (visible ? log.where('seq', 'in', visible) : log.where('seq', '>', after).limit(limit))
    .orderBy('seq')
    .execute()
}

/** What there is to say it with. */
interface Present {
  readonly messages: ReadonlyMap<number, Message>
  readonly base: ConversationBase | undefined
}

function toEvent(row: EventRow, { messages, base }: Present): Event {
  const common = { id: row.id, actorId: row.actorId, createdAt: row.createdAt }
  const line = messages.get(row.seq)
  const userId = row.subjectId
  switch (row.type) {
    case 'conversation.created':
      if (base)
        return { ...common, type: row.type, conversation: base, ...(line && { message: line }) }
      break
    case 'conversation.changed':
      if (base && line) return { ...common, type: row.type, conversation: base, message: line }
      break
    case 'member.joined':
    case 'member.changed':
      if (line && userId !== null)
        return { ...common, type: row.type, member: { userId, role: roleIn(line) }, message: line }
      break
    case 'member.left':
      if (line && userId !== null) return { ...common, type: row.type, userId, message: line }
      break
    case 'message.created':
      if (line) return { ...common, type: row.type, message: line }
      break
    case 'message.changed':
    case 'reaction.changed': {
      const target = messages.get(row.targetSeq ?? 0)
      if (target && row.payload !== null)
        return { ...common, ...aboutMessage(row.type, target, row) }
      break
    }
  }
  throw new Error(`Event ${row.id} of type ${row.type} cannot be told.`)
}

function aboutMessage(
  type: 'message.changed' | 'reaction.changed',
  target: Message,
  row: EventRow,
) {
  const payload: unknown = JSON.parse(row.payload ?? 'null')
  if (type === 'message.changed')
    return { type, message: target, ...changedPayload.parse(payload) } as const
  const { emoji, on } = reactionPayload.parse(payload)
  return {
    type,
    messageId: target.id,
    messageSeq: target.seq,
    userId: row.actorId,
    emoji,
    on,
    count: countOf(target, emoji),
  } as const
}

/** How many have given a message this reaction. */
export function countOf({ reactions }: Message, emoji: string): number {
  return reactions.find((one) => one.emoji === emoji)?.count ?? 0
}

/** The role that someone got by this event: its line says it, where it is not the usual one. */
function roleIn({ content }: Message): Role {
  return systemContent.parse(content).role ?? 'member'
}

async function readBases(
  db: Db,
  rows: readonly EventRow[],
): Promise<ReadonlyMap<string, ConversationBase>> {
  const ids = new Set(rows.map(({ conversationId }) => conversationId))
  if (ids.size === 0) return new Map()
  const bases = await db
    .selectFrom('conversations')
    .select(baseColumns)
    .where('id', 'in', [...ids])
    .execute()
  return new Map(bases.map((row) => [row.id, toBase(row)]))
}
