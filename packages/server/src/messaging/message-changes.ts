/** Editing a message, and deleting it for everyone. */
import type { EditMessage, Message } from '@roost/protocol'
import { seeded } from '@roost/protocol/seeded-bugs'

import { newId, type Core } from '../core.ts'
import { AppError } from '../errors.ts'
import type { Tx } from '../storage/database.ts'
import { requireOpen, requireRole, type Access } from './access.ts'
import { appendEvent, hashRequest } from './events.ts'
import { lockMessage, lockRoomMessage } from './message-places.ts'
import { describeMessage } from './message-rows.ts'
import { findRepeat } from './repeats.ts'

interface Place {
  readonly conversationId: string
  readonly seq: number
}

/** Only its sender edits a message, and only one of text. An edit that changes nothing writes nothing. */
export async function editMessage(
  core: Core,
  request: { messageId: string; userId: string } & EditMessage,
): Promise<Message> {
  const { messageId, userId, clientId: id, body } = request
  const mentions = [...new Set(request.mentions)].toSorted()
  const requestHash = hashRequest('message.edited', messageId, body, mentions)
  return core.database.write(async (tx) => {
    const { access, ...place } = await lockMessage(tx, request)
    requireRole(access)
    if (await findRepeat(core, tx, { id, actorId: userId, requestHash }))
      return describeMessage(tx.db, place, userId)
    requireOpen(access)
    const before = await readRow(tx, place)
    if (before.senderId !== userId || before.kind !== 'text')
      throw notYours('Only the sender of a message edits it.')
    if (before.deletedAt !== null) throw messageDeleted()
    const named = await findMembers(tx, place.conversationId, mentions)
    const mentionsBefore = await readMentions(tx, place)
    if (before.body === body && named.join() === mentionsBefore.join())
      return describeMessage(tx.db, place, userId)
    const at = core.now()
    await updateRow(tx, place, { body, editedAt: at })
    await replaceMentions(tx, place, named)
    await appendChanged(core, tx, {
      place,
      event: { id, actorId: userId, requestHash, at },
      mentionsBefore,
    })
    return describeMessage(tx.db, place, userId)
  })
}

/**
 * Blanks a message: by its sender, in a room also by its owner and administrators, or by an
 * administrator of the server, who need not be a member but gets at no direct chat. What remains is
 * its place, its sender and when it went.
 */
export function deleteMessage(core: Core, request: Deletion): Promise<Message> {
  return core.database.write((tx) => deleteMessageIn(core, tx, request))
}

interface Deletion {
  readonly messageId: string
  readonly userId: string
  readonly clientId?: string | undefined
  readonly asAdministrator?: true
}

/** The same in a write of the caller's. */
export async function deleteMessageIn(core: Core, tx: Tx, request: Deletion): Promise<Message> {
  const { messageId, userId, asAdministrator } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('message.deleted', messageId)
  const { access, ...place } = asAdministrator
    ? await lockRoomMessage(tx, request)
    : await lockMessage(tx, request)
  if (!asAdministrator) requireRole(access)
  if (await findRepeat(core, tx, { id, actorId: userId, requestHash }))
    return describeMessage(tx.db, place, userId)
  const before = await readRow(tx, place)
  if (!asAdministrator && before.senderId !== userId) requireModerator(access)
  if (before.kind === 'system') throw notYours('What happened in a room stays in its timeline.')
  if (before.deletedAt === null)
    await blankMessage(core, tx, { place, id, actorId: userId, requestHash })
  return describeMessage(tx.db, place, userId)
}

/** Wherever it is and whoever asks: for who has the right to it by other means than being there. */
export async function blankMessage(
  core: Core,
  tx: Tx,
  blank: { place: Place; id: string; actorId: string; requestHash: string },
): Promise<void> {
  const { place, ...event } = blank
  const at = core.now()
  const mentionsBefore = await readMentions(tx, place)
  await eraseMessage(tx, place, at)
  await appendChanged(core, tx, { place, event: { ...event, at }, mentionsBefore })
}

function requireModerator({ kind, role }: Access): void {
  if (kind === 'direct' || role === 'member')
    throw notYours('Only the sender of a message deletes it, and whoever runs the room.')
}

async function eraseMessage(tx: Tx, place: Place, at: number): Promise<void> {
  await updateRow(tx, place, {
    body: seeded?.('deleted-text-kept') ? (await readRow(tx, place)).body : '',
    content: null,
    replyToSeq: null,
    editedAt: null,
    deletedAt: at,
  })
  for (const table of ['mentions', 'reactions', 'attachments'] as const)
    await tx.db
      .deleteFrom(table)
      .where('conversationId', '=', place.conversationId)
      .where('seq', '=', place.seq)
      .execute()
}

async function appendChanged(
  core: Core,
  tx: Tx,
  changed: {
    place: Place
    event: { id: string; actorId: string; requestHash: string; at: number }
    mentionsBefore: string[]
  },
): Promise<void> {
  const { place, event, mentionsBefore } = changed
  const { conversationId, seq: targetSeq } = place
  const payload = { mentionsBefore }
  await appendEvent(
    core,
    tx,
    { ...event, conversationId, type: 'message.changed', targetSeq, payload },
    async () => ({
      id: event.id,
      type: 'message.changed',
      actorId: event.actorId,
      createdAt: event.at,
      message: await describeMessage(tx.db, place),
      mentionsBefore,
    }),
  )
}

function readRow(tx: Tx, { conversationId, seq }: Place) {
  return tx.db
    .selectFrom('messages')
    .select(['senderId', 'kind', 'body', 'deletedAt'])
    .where('conversationId', '=', conversationId)
    .where('seq', '=', seq)
    .executeTakeFirstOrThrow()
}

async function updateRow(
  tx: Tx,
  { conversationId, seq }: Place,
  row: {
    body: string
    content?: null
    replyToSeq?: null
    editedAt: number | null
    deletedAt?: number
  },
): Promise<void> {
  await tx.db
    .updateTable('messages')
    .set(row)
    .where('conversationId', '=', conversationId)
    .where('seq', '=', seq)
    .execute()
}

/** Those of some people who are members, by id. */
async function findMembers(
  tx: Tx,
  conversationId: string,
  userIds: readonly string[],
): Promise<string[]> {
  if (userIds.length === 0) return []
  const rows = await tx.db
    .selectFrom('memberships')
    .select('userId')
    .where('conversationId', '=', conversationId)
    .where('userId', 'in', userIds)
    .where('leftSeq', 'is', null)
    .orderBy('userId')
    .execute()
  return rows.map(({ userId }) => userId)
}

async function readMentions(tx: Tx, { conversationId, seq }: Place): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('mentions')
    .select('userId')
    .where('conversationId', '=', conversationId)
    .where('seq', '=', seq)
    .orderBy('userId')
    .execute()
  return rows.map(({ userId }) => userId)
}

async function replaceMentions(
  tx: Tx,
  { conversationId, seq }: Place,
  userIds: readonly string[],
): Promise<void> {
  await tx.db
    .deleteFrom('mentions')
    .where('conversationId', '=', conversationId)
    .where('seq', '=', seq)
    .execute()
  if (userIds.length === 0) return
  await tx.db
    .insertInto('mentions')
    .values(userIds.map((userId) => ({ conversationId, seq, userId })))
    .execute()
}

const notYours = (sentence: string) => new AppError('forbidden', sentence, { reason: 'not_yours' })
export const messageDeleted = () =>
  new AppError('conflict', 'This message has been deleted.', { reason: 'message_deleted' })
