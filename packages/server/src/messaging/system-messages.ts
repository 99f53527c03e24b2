/** The lines a timeline shows for joins and the like: messages of kind `system`, at their event's seq. */
import type { Event, Message, SystemContent } from '@roost/protocol'

import type { Core } from '../core.ts'
import type { Tx } from '../storage/database.ts'
import { appendEvent, type NewEvent } from './events.ts'

/** Appends an event together with the line that says so. */
export function appendWithLine(
  core: Core,
  tx: Tx,
  {
    event,
    content,
    tell,
  }: {
    event: NewEvent
    content: SystemContent
    /** The event on the wire, from what every event has and its line. */
    tell: (base: Pick<Event, 'id' | 'actorId' | 'createdAt'>, message: Message) => Event
  },
): Promise<number> {
  const { conversationId, id, actorId, at } = event
  return appendEvent(core, tx, event, async (seq) => {
    const line = { conversationId, seq, id, senderId: actorId, content, at }
    const message = await writeSystemMessage(tx, line)
    return tell({ id, actorId, createdAt: at }, message)
  })
}

export async function writeSystemMessage(
  tx: Tx,
  line: {
    conversationId: string
    seq: number
    id: string
    senderId: string
    content: SystemContent
    at: number
  },
): Promise<Message> {
  const { conversationId, seq, id, senderId, content, at } = line
  await tx.db
    .insertInto('messages')
    .values({
      conversationId,
      seq,
      id,
      senderId,
      kind: 'system',
      body: '',
      content: JSON.stringify(content),
      replyToSeq: null,
      threadRootId: null,
      createdAt: at,
      editedAt: null,
      deletedAt: null,
    })
    .execute()
  await tx.db
    .updateTable('conversations')
    .set({ lastMessageSeq: seq, lastActivityAt: at })
    .where('id', '=', conversationId)
    .execute()
  return {
    id,
    conversationId,
    seq,
    senderId,
    kind: 'system',
    body: '',
    content,
    createdAt: at,
    mentions: [],
    attachments: [],
    reactions: [],
  }
}
