/** Messages of rooms, as administrators remove them. A direct chat's are not there for them. */
import type { Core } from '../core.ts'
import { deleteMessageIn } from '../messaging/message-changes.ts'
import { record, type ActorId } from './audit.ts'
import { namedActor, requireAdministrator } from './authority.ts'
import { requireRoom } from './rooms.ts'

export async function removeMessage(
  core: Core,
  request: { actorId: ActorId; messageId: string },
): Promise<void> {
  const { actorId, messageId } = request
  await core.database.write(async (tx) => {
    await requireAdministrator(tx.db, actorId)
    const userId = await namedActor(tx.db, actorId)
    const gone = await deleteMessageIn(core, tx, { messageId, userId, asAdministrator: true })
    const { conversationId, senderId } = gone
    const { name } = await requireRoom(tx.db, conversationId)
    await record(core, tx, {
      actorId,
      action: 'message.removed',
      subject: { id: messageId, name },
      details: { roomId: conversationId, senderId },
    })
  })
}
