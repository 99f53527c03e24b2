/** The lines a timeline shows for joins and the like: messages of kind `system`, at their event's seq. */
import type { Message, SystemContent } from '@roost/protocol'

import type { Tx } from '../storage/database.ts'

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
