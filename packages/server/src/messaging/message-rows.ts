/** From rows of `messages` to wire messages: quotes, mentions and reactions in one statement each. */
import { limits, type Message } from '@roost/protocol'
import { sql, type RawBuilder, type Selectable } from 'kysely'

import type { Db } from '../storage/database.ts'
import type { MessagesTable } from '../storage/schema.ts'
import { valuesOf } from '../storage/values.ts'

interface Key {
  readonly conversationId: string
  readonly seq: number
}
/** Some messages: of one conversation, or anywhere. */
export type MessageSet =
  | { readonly conversationId: string; readonly seqs: readonly number[] }
  | { readonly keys: readonly Key[] }

/**
 * Reads messages as they are now, in no promised order across conversations, ascending within one.
 * @param viewerId marks their reactions, and leaves out quoted words that they may not see; without,
 * for delivery to all who may
 */
export async function describeMessages(
  db: Db,
  set: MessageSet,
  viewerId?: string,
): Promise<Message[]> {
  const keys =
    'keys' in set ? set.keys : set.seqs.map((seq) => ({ conversationId: set.conversationId, seq }))
  if (keys.length === 0) return []
  const chosen = keyList(keys)
  const rows = await db
    .selectFrom('messages as m')
    .leftJoin('messages as q', (join) =>
      join.onRef('q.conversationId', '=', 'm.conversationId').onRef('q.seq', '=', 'm.replyToSeq'),
    )
    .selectAll('m')
    .select((eb) => [
      'q.id as quotedId',
      'q.senderId as quotedSenderId',
      'q.deletedAt as quotedDeletedAt',
      eb.fn<string>('substr', ['q.body', sql.lit(1), sql.lit(limits.excerptLength)]).as('excerpt'),
    ])
    .select(viewerId === undefined ? sql<number>`1`.as('quoteSeen') : quoteSeen(viewerId))
    .where(sql<boolean>`("m"."conversationId", "m"."seq") in ${chosen}`)
    .orderBy('m.conversationId')
    .orderBy('m.seq')
    .execute()
  const mentions = await db
    .selectFrom('mentions')
    .selectAll()
    .where(sql<boolean>`("conversationId", "seq") in ${chosen}`)
    .orderBy('userId')
    .execute()
  const reactions = await db
    .selectFrom('reactions')
    .select((eb) => ['conversationId', 'seq', 'emoji', eb.fn.countAll<number>().as('count')])
    .select((eb) =>
      eb.fn
        .max(
          eb
            .case()
            .when('userId', '=', viewerId ?? '')
            .then(eb.lit(1))
            .else(eb.lit(0))
            .end(),
        )
        .as('mine'),
    )
    .where(sql<boolean>`("conversationId", "seq") in ${chosen}`)
    .groupBy(['conversationId', 'seq', 'emoji'])
    .orderBy((eb) => eb.fn.min('createdAt'))
    .execute()

  const mentioned = Map.groupBy(mentions, keyOf)
  const reacted = Map.groupBy(reactions, keyOf)
  return rows.map((row) => ({
    ...toMessage(row),
    ...(row.quotedId !== null &&
      row.quotedSenderId !== null &&
      row.replyToSeq !== null && {
        replyTo: {
          id: row.quotedId,
          seq: row.replyToSeq,
          senderId: row.quotedSenderId,
          ...quotedNow(row),
        },
      }),
    mentions: (mentioned.get(keyOf(row)) ?? []).map(({ userId }) => userId),
    reactions: (reacted.get(keyOf(row)) ?? []).map(({ emoji, count, mine }) => ({
      emoji,
      count,
      ...(viewerId !== undefined && mine === 1 && { mine: true }),
    })),
  }))
}

/** One that is there. */
export async function describeMessage(
  db: Db,
  { conversationId, seq }: Key,
  viewerId?: string,
): Promise<Message> {
  const [message] = await describeMessages(db, { conversationId, seqs: [seq] }, viewerId)
  if (!message) throw new Error(`There is no message at ${seq} of ${conversationId}.`)
  return message
}

/** Whether a reader may see the quoted message: from before they came they see no words. */
const quoteSeen = (viewerId: string) =>
  sql<number>`case when "m"."replyToSeq" is null or exists (select 1 from "conversations" as "c"
      where "c"."id" = "m"."conversationId" and "c"."history" = 'all')
    or exists (select 1 from "membershipIntervals" as "i"
      where "i"."conversationId" = "m"."conversationId" and "i"."userId" = ${viewerId}
        and "i"."fromSeq" <= "m"."replyToSeq"
        and ("i"."toSeq" is null or "i"."toSeq" >= "m"."replyToSeq")) then 1 else 0 end`.as(
    'quoteSeen',
  )

function quotedNow(row: { quotedDeletedAt: number | null; quoteSeen: number; excerpt: string }) {
  if (row.quoteSeen !== 1) return { excerpt: '' }
  return row.quotedDeletedAt === null
    ? { excerpt: row.excerpt }
    : { excerpt: '', deletedAt: row.quotedDeletedAt }
}

/** A message as far as its own row tells. A deleted one has no words left. */
function toMessage(row: Selectable<MessagesTable>): Message {
  const { conversationId, seq, id, senderId, kind, createdAt } = row
  const deleted = row.deletedAt !== null
  return {
    id,
    conversationId,
    seq,
    senderId,
    kind,
    body: deleted ? '' : row.body,
    ...(row.content !== null && !deleted && { content: JSON.parse(row.content) as unknown }),
    createdAt,
    ...(row.editedAt !== null && { editedAt: row.editedAt }),
    ...(row.deletedAt !== null && { deletedAt: row.deletedAt }),
    mentions: [],
    attachments: [],
    reactions: [],
  }
}

/** Everyone a set of messages speaks of, for their names. */
export function peopleIn(messages: readonly Message[]): string[] {
  const ids = new Set<string>()
  for (const message of messages) {
    ids.add(message.senderId)
    if (message.replyTo) ids.add(message.replyTo.senderId)
    for (const id of message.mentions) ids.add(id)
    const content: unknown = message.content
    if (content && typeof content === 'object' && 'userId' in content)
      if (typeof content.userId === 'string') ids.add(content.userId)
  }
  return [...ids]
}

const keyOf = ({ conversationId, seq }: Key) => `${conversationId} ${seq}`

/** Row values, as both engines take them after IN. */
function keyList(keys: readonly Key[]): RawBuilder<unknown> {
  return valuesOf(
    ['text', 'bigint'],
    keys.map(({ conversationId, seq }) => [conversationId, seq]),
  )
}
