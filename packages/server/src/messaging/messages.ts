/** Sending and reading messages. */
import { limits, type Message, type MessagePage, type SendMessage } from '@roost/protocol'
import { sql } from 'kysely'

import type { Core } from '../core.ts'
import { AppError, conflict, notFound } from '../errors.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Db } from '../storage/database.ts'
import type { StoredSend } from '../storage/sends.ts'
import { joinFirst, requireReader, roomArchived, type Access } from './access.ts'
import { hashRequest } from './events.ts'
import { findMessage } from './message-places.ts'
import { describeMessage, describeMessages, peopleIn } from './message-rows.ts'
import { findVisibleSeqs } from './visible-seqs.ts'

/** Stores a message, or finds the one that this clientId already stored. */
export async function sendMessage(
  core: Core,
  request: { senderId: string; conversationId: string } & SendMessage,
): Promise<{ message: Message; created: boolean }> {
  const { conversationId, senderId, clientId: id, body, replyTo, mentions = [] } = request
  const at = core.now()
  let message: Message | undefined
  const requestHash = hashRequest(
    'message.created',
    conversationId,
    body,
    replyTo ?? null,
    mentions,
  )
  const send = { id, conversationId, senderId, body, replyTo, mentions, requestHash, at }
  const onStored = (stored: StoredSend) => {
    message = toSent(send, stored)
    core.bus.publish({
      type: 'event',
      conversationId,
      seq: stored.seq,
      event: { id, type: 'message.created', actorId: senderId, createdAt: at, message },
    })
  }
  const outcome = await core.metrics.timeSend(() => core.database.send(send, onStored))
  if (message) return { message, created: true }
  switch (outcome.status) {
    case 'repeated': {
      const { seq } = outcome
      // The first time it may have been stored without anybody hearing of it.
      core.bus.publish({ type: 'event', conversationId, seq })
      const current = await core.database.read((db) =>
        describeMessage(db, { conversationId, seq }, senderId),
      )
      return { message: current, created: false }
    }
    case 'conflict':
      throw conflict()
    case 'join_first':
      throw joinFirst()
    case 'room_archived':
      throw roomArchived()
    case 'reply_not_found':
      throw new AppError('bad_request', 'The quoted message is not in this conversation.', {
        field: 'replyTo',
      })
    default:
      throw notFound()
  }
}

function toSent(
  sent: { id: string; conversationId: string; senderId: string; body: string; at: number },
  { seq, replyTo, mentions }: StoredSend,
): Message {
  const { id, conversationId, senderId, body, at } = sent
  return {
    id,
    conversationId,
    seq,
    senderId,
    kind: 'text',
    body,
    createdAt: at,
    ...(replyTo && {
      replyTo: {
        id: replyTo.id,
        seq: replyTo.seq,
        senderId: replyTo.senderId,
        excerpt: replyTo.excerpt,
        ...(replyTo.deletedAt !== null && { deletedAt: replyTo.deletedAt }),
      },
    }),
    mentions: [...mentions],
    attachments: [],
    reactions: [],
  }
}

export interface PagePlace {
  readonly before?: number | undefined
  readonly after?: number | undefined
  readonly around?: number | undefined
  readonly limit?: number | undefined
}

/** A page of messages by seq: the newest ones, or those before, after or around a seq. */
export async function readPage(
  core: Core,
  request: { conversationId: string; userId: string; place: PagePlace },
): Promise<MessagePage> {
  const { conversationId, userId, place } = request
  return core.database.read(async (db) => {
    const access = await requireReader(db, conversationId, userId)
    if ([place.before, place.after, place.around].filter((seq) => seq !== undefined).length > 1)
      throw new AppError('bad_request', 'Give one of before, after and around.', {
        field: 'before',
      })
    const { pageDirect, pageRoom } = core.settings.get()
    const limit = place.limit ?? (access.kind === 'direct' ? pageDirect : pageRoom)
    const { seqs, hasBefore, hasAfter } = await findSeqs(db, { access, userId, place, limit })
    const messages = await describeMessages(db, { conversationId, seqs }, userId)
    return { messages, hasBefore, hasAfter, users: await usersByIds(db, peopleIn(messages)) }
  })
}

/** At most two walks, each one row longer than asked to see what is beside. */
async function findSeqs(
  db: Db,
  request: { access: Access; userId: string; place: PagePlace; limit: number },
): Promise<{ seqs: number[]; hasBefore: boolean; hasAfter: boolean }> {
  const { access, userId, place, limit } = request
  const { conversationId, history } = access
  const log = { table: 'messages', conversationId, viewer: { userId, history } } as const
  const older = async (below: number, count: number) => {
    const seqs = await findVisibleSeqs(db, log, { below }, count + 1)
    return { seqs: seqs.slice(0, count).toReversed(), more: seqs.length > count }
  }
  const newer = async (from: number, count: number) => {
    const seqs = await findVisibleSeqs(db, log, { from }, count + 1)
    return { seqs: seqs.slice(0, count), more: seqs.length > count }
  }
  if (place.after !== undefined) {
    const from = place.after + 1
    const page = await newer(from, limit)
    return { seqs: page.seqs, hasBefore: (await older(from, 0)).more, hasAfter: page.more }
  }
  if (place.around !== undefined) {
    const before = await older(place.around, Math.floor(limit / 2))
    const after = await newer(place.around, limit - before.seqs.length)
    return { seqs: [...before.seqs, ...after.seqs], hasBefore: before.more, hasAfter: after.more }
  }
  const page = await older(place.before ?? access.lastSeq + 1, limit)
  const hasAfter = place.before !== undefined && (await newer(place.before, 0)).more
  return { seqs: page.seqs, hasBefore: page.more, hasAfter }
}

/** One message by its id, wherever it is. */
export async function readMessage(
  core: Core,
  request: { messageId: string; userId: string },
): Promise<Message> {
  return core.database.read(async (db) => {
    const { conversationId, seq } = await findMessage(db, request)
    return describeMessage(db, { conversationId, seq }, request.userId)
  })
}

/** Others' messages after the read mark, and how many of them name the reader. */
export async function countUnread(
  db: Db,
  request: { conversationId: string; userId: string; readSeq: number },
): Promise<{ unread: number; mentions: number; lastSeq: number }> {
  const { conversationId, userId, readSeq } = request
  return db
    .selectFrom('conversations')
    .select([
      'lastSeq',
      unreadCount({ conversationId, userId, readSeq }).as('unread'),
      mentionCount({ conversationId, userId, readSeq }).as('mentions'),
    ])
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow()
}

type Operand = string | number | ReturnType<typeof sql.ref>

/** Counts along the primary key and stops one above the limit. */
export const unreadCount = (of: { conversationId: Operand; userId: Operand; readSeq: Operand }) =>
  sql<number>`(select count(*) from (select 1 from "messages" as "u"
    where "u"."conversationId" = ${of.conversationId} and "u"."seq" > ${of.readSeq}
      and "u"."senderId" <> ${of.userId} and "u"."deletedAt" is null and "u"."kind" <> 'system'
    limit ${sql.lit(limits.unreadMax + 1)}) as "counted")`

/** Starts from the few rows that name someone: a join might start from the many messages. */
export const mentionCount = (of: { conversationId: Operand; userId: Operand; readSeq: Operand }) =>
  sql<number>`(select count(*) from "mentions" as "n"
    where "n"."userId" = ${of.userId} and "n"."conversationId" = ${of.conversationId}
      and "n"."seq" > ${of.readSeq} and exists (select 1 from "messages" as "u"
        where "u"."conversationId" = "n"."conversationId" and "u"."seq" = "n"."seq"
          and "u"."deletedAt" is null and "u"."senderId" <> "n"."userId"))`
