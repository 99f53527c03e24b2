/** Changing what everyone in a room sees alike: each change is one event and one line in the timeline. */
import { fold, type SystemContent } from '@roost/protocol'

import { newId, type Core } from '../core.ts'
import { notFound } from '../errors.ts'
import { setRoomWords } from '../name-words.ts'
import type { Tx } from '../storage/database.ts'
import { lockAccess, lockRoom, requireOpen, requireRoomAdmin } from './access.ts'
import { baseColumns, toBase } from './conversation-rows.ts'
import { hashRequest } from './events.ts'
import { findRepeat } from './repeats.ts'
import { appendWithLine } from './system-messages.ts'

export interface RoomChange {
  readonly name?: string | undefined
  readonly topic?: string | null | undefined
  readonly visibility?: 'public' | 'private' | undefined
  /** Of `pictures`. */
  readonly picture?: string | null | undefined
  readonly archived?: boolean | undefined
}

interface Request {
  readonly conversationId: string
  readonly userId: string
  readonly change: RoomChange
  readonly clientId?: string | undefined
  /** An administrator of the server, who need not be a member. Alone they archive. */
  readonly asAdministrator?: true
}

export function changeRoom(core: Core, request: Request): Promise<void> {
  return core.database.write((tx) => changeRoomIn(core, tx, request))
}

/** The same in a write of the caller's. */
export async function changeRoomIn(core: Core, tx: Tx, request: Request): Promise<void> {
  const { conversationId, userId, change, asAdministrator } = request
  const id = request.clientId ?? newId(core)
  const requestHash = hashRequest('room.changed', conversationId, change)
  const access = asAdministrator
    ? await lockRoom(tx, conversationId, userId)
    : await lockAccess(tx, conversationId, userId)
  if (!asAdministrator) requireRoomAdmin(access)
  if (await findRepeat(core, tx, { id, actorId: userId, requestHash })) return
  if (!asAdministrator) requireOpen(access)
  const lines = await applyChange(core, tx, { conversationId, change })
  for (const [at, content] of lines.entries())
    await appendChanged(core, tx, {
      conversationId,
      // The first carries the request's id, so that it is found when the request is repeated.
      id: at === 0 ? id : newId(core),
      actorId: userId,
      requestHash,
      content,
    })
}

/** Writes what is different, and says what that was. */
async function applyChange(
  core: Core,
  tx: Tx,
  { conversationId, change }: { conversationId: string; change: RoomChange },
): Promise<SystemContent[]> {
  const now = await tx.db
    .selectFrom('conversations')
    .select(['name', 'topic', 'visibility', 'picture', 'archivedAt'])
    .where('id', '=', conversationId)
    .executeTakeFirst()
  if (!now) throw notFound()
  const { name, topic, visibility, picture, archived } = change
  const lines: SystemContent[] = []
  if (name !== undefined && name !== now.name) lines.push({ action: 'renamed', name })
  if (topic !== undefined && topic !== now.topic) lines.push({ action: 'topic', topic })
  if (visibility !== undefined && visibility !== now.visibility)
    lines.push({ action: 'visibility', visibility })
  if (picture !== undefined && picture !== now.picture) lines.push({ action: 'picture' })
  if (archived !== undefined && archived !== (now.archivedAt !== null))
    lines.push({ action: archived ? 'archived' : 'unarchived' })
  if (lines.length === 0) return lines
  await tx.db
    .updateTable('conversations')
    .set({
      ...(name !== undefined && { name, searchName: fold(name) }),
      ...(topic !== undefined && { topic }),
      ...(visibility !== undefined && { visibility }),
      ...(picture !== undefined && { picture }),
      ...(archived !== undefined && {
        archivedAt: archived ? (now.archivedAt ?? core.now()) : null,
      }),
    })
    .where('id', '=', conversationId)
    .execute()
  if (name !== undefined || topic !== undefined)
    await setRoomWords(tx, {
      id: conversationId,
      name: name ?? now.name,
      topic: topic === undefined ? now.topic : topic,
    })
  return lines
}

async function appendChanged(
  core: Core,
  tx: Tx,
  changed: {
    conversationId: string
    id: string
    actorId: string
    requestHash: string
    content: SystemContent
  },
): Promise<void> {
  const { content, ...event } = changed
  const row = await tx.db
    .selectFrom('conversations')
    .select(baseColumns)
    .where('id', '=', changed.conversationId)
    .executeTakeFirstOrThrow()
  await appendWithLine(core, tx, {
    event: { ...event, type: 'conversation.changed', at: core.now() },
    content,
    tell: (base, message) => ({
      ...base,
      type: 'conversation.changed',
      conversation: toBase(row),
      message,
    }),
  })
}
