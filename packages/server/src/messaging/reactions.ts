/** Reactions: everyone may give a message several emoji, each once. */
import { limits, type Message, type User } from '@roost/protocol'
import { sql } from 'kysely'

import { newId, type Core } from '../core.ts'
import { foreignCursor, parseKeys, toPage } from '../cursor.ts'
import { AppError } from '../errors.ts'
import { usersByIds } from '../people/profiles.ts'
import type { Tx } from '../storage/database.ts'
import { requireOpen, requireRole } from './access.ts'
import { appendEvent, hashRequest } from './events.ts'
import { messageDeleted } from './message-changes.ts'
import { findMessage, lockMessage } from './message-places.ts'
import { describeMessage } from './message-rows.ts'
import { findRepeat } from './repeats.ts'
import { countOf } from './replay.ts'

interface Reaction {
  readonly conversationId: string
  readonly seq: number
  readonly emoji: string
  readonly userId: string
}

/** Gives a reaction, or takes it back. One that is there, or gone, already changes nothing. */
export async function setReaction(
  core: Core,
  request: {
    messageId: string
    userId: string
    emoji: string
    on: boolean
    clientId?: string | undefined
  },
): Promise<Message> {
  const { messageId, userId, emoji, on } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('reaction', messageId, emoji, on)
  return core.database.write(async (tx) => {
    const { access, ...place } = await lockMessage(tx, request)
    requireRole(access)
    const reaction = { ...place, emoji, userId }
    const repeated = await findRepeat(core, tx, { id, actorId: userId, requestHash })
    if (!repeated) {
      requireOpen(access)
      await requireReactable(tx, reaction)
      if (await writeReaction(core, tx, { ...reaction, on }))
        await appendReaction(core, tx, { ...reaction, on, id, requestHash, messageId })
    }
    return describeMessage(tx.db, place, userId)
  })
}

async function requireReactable(tx: Tx, { conversationId, seq }: Reaction): Promise<void> {
  const { kind, deletedAt } = await tx.db
    .selectFrom('messages')
    .select(['kind', 'deletedAt'])
    .where('conversationId', '=', conversationId)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow()
  if (deletedAt !== null) throw messageDeleted()
  if (kind === 'system')
    throw new AppError('forbidden', 'This is not something that somebody wrote.')
}

/** Returns whether anything changed. */
async function writeReaction(
  core: Core,
  tx: Tx,
  { on, ...reaction }: Reaction & { on: boolean },
): Promise<boolean> {
  const { conversationId, seq, emoji, userId } = reaction
  if (!on) {
    const { numDeletedRows } = await tx.db
      .deleteFrom('reactions')
      .where('conversationId', '=', conversationId)
      .where('seq', '=', seq)
      .where('emoji', '=', emoji)
      .where('userId', '=', userId)
      .executeTakeFirstOrThrow()
    return numDeletedRows > 0
  }
  const others = await tx.db
    .selectFrom('reactions')
    .select((eb) => eb.fn.count<number>('emoji').distinct().as('count'))
    .where('conversationId', '=', conversationId)
    .where('seq', '=', seq)
    .where('emoji', '<>', emoji)
    .executeTakeFirstOrThrow()
  if (others.count >= limits.reactionsMax)
    throw new AppError('conflict', `A message has at most ${limits.reactionsMax} reactions.`, {
      reason: 'too_many_reactions',
    })
  const { numInsertedOrUpdatedRows = 0 } = await tx.db
    .insertInto('reactions')
    .values({ ...reaction, createdAt: core.now() })
    .onConflict((c) => c.doNothing())
    .executeTakeFirstOrThrow()
  return numInsertedOrUpdatedRows > 0
}

async function appendReaction(
  core: Core,
  tx: Tx,
  change: Reaction & { on: boolean; id: string; requestHash: string; messageId: string },
): Promise<void> {
  const { conversationId, seq, emoji, userId, on, id, requestHash, messageId } = change
  const at = core.now()
  await appendEvent(
    core,
    tx,
    {
      conversationId,
      id,
      actorId: userId,
      type: 'reaction.changed',
      targetSeq: seq,
      payload: { emoji, on },
      requestHash,
      at,
    },
    async () => ({
      id,
      type: 'reaction.changed',
      actorId: userId,
      createdAt: at,
      messageId,
      messageSeq: seq,
      userId,
      emoji,
      on,
      count: countOf(await describeMessage(tx.db, { conversationId, seq }), emoji),
    }),
  )
}

/** Who reacted to a message, and how; oldest first. */
export async function listReactions(
  core: Core,
  request: {
    messageId: string
    userId: string
    cursor?: string | undefined
    limit?: number | undefined
  },
): Promise<{
  reactions: { emoji: string; userId: string }[]
  users: User[]
  nextCursor?: string
}> {
  const { cursor, limit = 50 } = request
  return core.database.read(async (db) => {
    const { conversationId, seq } = await findMessage(db, request)
    let query = db
      .selectFrom('reactions')
      .select(['emoji', 'userId', 'createdAt'])
      .where('conversationId', '=', conversationId)
      .where('seq', '=', seq)
    if (cursor !== undefined) {
      const [time, emoji, userId] = parseKeys(cursor, 3)
      if (!/^\d{1,15}$/.test(time ?? '')) throw foreignCursor()
      query = query.where(
        sql<boolean>`("createdAt", "emoji", "userId") > (${Number(time)}, ${emoji}, ${userId})`,
      )
    }
    const rows = await query
      .orderBy('createdAt')
      .orderBy('emoji')
      .orderBy('userId')
      .limit(limit + 1)
      .execute()
    const { rows: page, ...next } = toPage(rows, limit, (last) => [
      last.createdAt,
      last.emoji,
      last.userId,
    ])
    return {
      reactions: page.map(({ emoji, userId }) => ({ emoji, userId })),
      users: await usersByIds(
        db,
        page.map(({ userId }) => userId),
      ),
      ...next,
    }
  })
}
