/** What administrators do to rooms, whether or not they are in them. Everyone in one is told who did it. */
import type { AdminRoom } from '@roost/protocol'

import type { Core } from '../core.ts'
import { changeRoomIn } from '../messaging/room-changes.ts'
import { deleteConversationIn } from '../messaging/room-deletion.ts'
import type { Tx } from '../storage/database.ts'
import { record, type ActorId } from './audit.ts'
import { namedActor, requireAdministrator } from './authority.ts'
import { requireRoom } from './rooms.ts'

interface Change {
  readonly name?: string | undefined
  readonly topic?: string | null | undefined
  readonly visibility?: 'public' | 'private' | undefined
  readonly archived?: boolean | undefined
}

export async function changeRoom(
  core: Core,
  request: { actorId: ActorId; roomId: string; change: Change },
): Promise<AdminRoom> {
  const { actorId, roomId, change } = request
  return core.database.write(async (tx) => {
    await requireAdministrator(tx.db, actorId)
    const before = await requireRoom(tx.db, roomId)
    const userId = await namedActor(tx.db, actorId)
    const place = { conversationId: roomId, userId }
    await changeRoomIn(core, tx, { ...place, change, asAdministrator: true })
    const after = await requireRoom(tx.db, roomId)
    await recordChanges(core, tx, { actorId, before, after })
    return after
  })
}

/** An entry for each thing that is different now. */
async function recordChanges(
  core: Core,
  tx: Tx,
  { actorId, before, after }: { actorId: ActorId; before: AdminRoom; after: AdminRoom },
): Promise<void> {
  const act = { actorId, subject: { id: before.id, name: before.name } }
  for (const [field, action] of [
    ['name', 'room.renamed'],
    ['topic', 'room.topic'],
    ['visibility', 'room.visibility'],
  ] as const)
    if (before[field] !== after[field])
      await record(core, tx, {
        ...act,
        action,
        details: { from: before[field], to: after[field] },
      })
  const archived = after.archivedAt !== null
  if (archived !== (before.archivedAt !== null))
    await record(core, tx, { ...act, action: archived ? 'room.archived' : 'room.unarchived' })
}

export async function deleteRoom(
  core: Core,
  { actorId, roomId }: { actorId: ActorId; roomId: string },
): Promise<void> {
  await core.database.write(async (tx) => {
    await requireAdministrator(tx.db, actorId)
    const { name, memberCount } = await requireRoom(tx.db, roomId)
    const userId = await namedActor(tx.db, actorId)
    await deleteConversationIn(core, tx, { conversationId: roomId, userId, asAdministrator: true })
    await record(core, tx, {
      actorId,
      action: 'room.deleted',
      subject: { id: roomId, name },
      details: { memberCount },
    })
  })
}
