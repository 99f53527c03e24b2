/** What a device knows when a run is over, in the form in which the checker compares it. */
import type { Message } from '@roost/protocol'
import type { PendingWrite, State } from '@roost/sdk'

import { isHeldUp } from '../packages/sdk/src/pending-write.ts'
import type { FinalState, HeldMessage } from './checker/history.ts'

/**
 * What is still on its way. A change that made no event, since it was so already, stays for a moment after
 * it is confirmed; one of a message that was refused waits for somebody to try that again.
 */
export function findUnsettled({ outbox }: State): readonly PendingWrite[] {
  return outbox.filter(
    (entry) => !entry.failed && !('done' in entry && entry.done) && !isHeldUp(entry, outbox),
  )
}

export function readFinal(
  state: State,
  { device, at }: { device: string; at: number },
): FinalState {
  return {
    device,
    at,
    refused: state.outbox.flatMap(({ failed, clientId }) => (failed ? clientId : [])),
    waiting: findUnsettled(state).map(({ clientId }) => clientId),
    conversations: Object.values(state.conversations).flatMap((mine) => {
      const { id, lastSeq, lastEventId, membership, unread, mentions, window } = mine
      if (!membership) return []
      const { readSeq } = membership
      const stretch = window && { ...window, messages: window.messages.map(holdMessage) }
      const counts = { lastSeq, lastEventId, readSeq, unread, mentions }
      return [{ id, ...counts, ...(stretch && { stretch }) }]
    }),
  }
}

function holdMessage(message: Message): HeldMessage {
  const { seq, id, senderId, kind, body, editedAt, deletedAt, reactions } = message
  return {
    seq,
    id,
    senderId,
    kind,
    body,
    edited: editedAt !== undefined,
    deleted: deletedAt !== undefined,
    reactions: Object.fromEntries(reactions.map(({ emoji, count }) => [emoji, count])),
  }
}
