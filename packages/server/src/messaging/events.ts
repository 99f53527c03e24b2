/** Appending to the log of a conversation. Reading it again is in replay.ts. */
import { hash } from 'node:crypto'

import type { Event } from '@roost/protocol'

import type { Core } from '../core.ts'
import type { Tx } from '../storage/database.ts'

export interface NewEvent {
  readonly conversationId: string
  readonly id: string
  readonly actorId: string
  readonly type: Event['type']
  readonly subjectId?: string
  /** Of the message it is about, where that is an earlier one. */
  readonly targetSeq?: number
  /** What no other row tells; never words of a message. */
  readonly payload?: unknown
  readonly requestHash: string
  readonly at: number
}

/**
 * Takes the next seq and writes the event's row; the wire form, made by `describe`, goes out once it
 * is durable. The conversation stays locked until the commit, so commit order is seq order.
 */
export async function appendEvent(
  core: Core,
  tx: Tx,
  event: NewEvent,
  describe: (seq: number) => Promise<Event>,
): Promise<number> {
  const { conversationId } = event
  const { lastSeq: seq } = await tx.db
    .updateTable('conversations')
    .set((eb) => ({ lastSeq: eb('lastSeq', '+', 1) }))
    .where('id', '=', conversationId)
    .returning('lastSeq')
    .executeTakeFirstOrThrow()
  await tx.db
    .insertInto('events')
    .values({
      conversationId,
      seq,
      id: event.id,
      actorId: event.actorId,
      type: event.type,
      targetSeq: event.targetSeq ?? null,
      subjectId: event.subjectId ?? null,
      payload: event.payload === undefined ? null : JSON.stringify(event.payload),
      requestHash: event.requestHash,
      createdAt: event.at,
    })
    .execute()
  const described = await describe(seq)
  tx.afterCommit(() => core.bus.publish({ type: 'event', conversationId, seq, event: described }))
  return seq
}

/** What a request asks for, in a form that two equal requests share. */
export function hashRequest(...parts: readonly unknown[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url')
}
