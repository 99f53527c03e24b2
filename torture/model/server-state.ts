import type { App } from '../../packages/server/src/app.ts'
import { countUnread } from '../../packages/server/src/messaging/messages.ts'
/** What the database holds of some conversations, read past all that the product makes of it. */
import type { HeldMessage, ServerConversation, ServerState } from '../checker/history.ts'

type Db = Parameters<Parameters<App['core']['database']['read']>[0]>[0]

/** @param before how far each conversation had got when the recording began */
export function readServerState(
  app: App,
  before: ReadonlyMap<string, number>,
): Promise<ServerState> {
  return app.core.database.read(async (db) => {
    const conversations: ServerConversation[] = []
    for (const [id, seq] of before) conversations.push(...(await readConversation(db, id, seq)))
    return { conversations }
  })
}

async function readConversation(db: Db, id: string, before: number): Promise<ServerConversation[]> {
  const of = (table: 'events' | 'messages' | 'reactions') =>
    db.selectFrom(table).selectAll().where('conversationId', '=', id)
  const row = await db
    .selectFrom('conversations')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return []
  const { kind, history, visibility, lastSeq, firstSeq } = row
  const reactions = await of('reactions').select(['seq', 'emoji']).execute()
  const messages = await of('messages').selectAll().orderBy('seq').execute()
  const events = await of('events')
    .select(['seq', 'id', 'type', 'actorId', 'targetSeq', 'subjectId'])
    .orderBy('seq')
    .execute()
  const members = await db
    .selectFrom('memberships')
    .select(['userId', 'readSeq'])
    .where('conversationId', '=', id)
    .where('leftSeq', 'is', null)
    .execute()
  const counted = []
  for (const { userId, readSeq } of members)
    counted.push({
      userId,
      readSeq,
      ...(await countUnread(db, { conversationId: id, userId, readSeq })),
    })
  const intervals = await db
    .selectFrom('membershipIntervals')
    .select(['userId', 'fromSeq', 'toSeq'])
    .where('conversationId', '=', id)
    .orderBy('fromSeq')
    .execute()
  const held = messages.map((message): HeldMessage => {
    const counts: Record<string, number> = {}
    for (const { seq, emoji } of reactions)
      if (seq === message.seq) counts[emoji] = (counts[emoji] ?? 0) + 1
    return {
      seq: message.seq,
      id: message.id,
      senderId: message.senderId,
      kind: message.kind,
      body: message.body,
      edited: message.editedAt !== null,
      deleted: message.deletedAt !== null,
      reactions: counts,
    }
  })
  return [
    {
      id,
      kind,
      history,
      visibility,
      lastSeq,
      firstSeq,
      before,
      events,
      messages: held,
      members: counted,
      intervals,
    },
  ]
}
