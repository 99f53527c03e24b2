/**
 * What an event may not tell those who were not there: in a room that hides its past it may speak of
 * a message from before they came. Asked alike for what goes out live and for what is replayed.
 */
import type { Event } from '@roost/protocol'

import { sees, type Sight } from './visible-seqs.ts'

/** `whole` as it is, `unquoted` without the words it quotes, `hidden` with nothing but its place. */
export type Variant = 'whole' | 'unquoted' | 'hidden'

export function withoutHidden(event: Event, sight: Sight): { variant: Variant; event: Event } {
  if (sight === 'all') return { variant: 'whole', event }
  switch (event.type) {
    case 'reaction.changed':
      if (!sees(sight, event.messageSeq)) return hidden(event)
      break
    case 'message.changed':
    case 'message.created': {
      const { message } = event
      if (!sees(sight, message.seq)) return hidden(event)
      const { replyTo } = message
      if (replyTo && !sees(sight, replyTo.seq)) {
        const { id, seq, senderId } = replyTo
        const unquoted = { ...message, replyTo: { id, seq, senderId, excerpt: '' } }
        return { variant: 'unquoted', event: { ...event, message: unquoted } }
      }
    }
  }
  return { variant: 'whole', event }
}

function hidden({ id, actorId, createdAt }: Event): { variant: Variant; event: Event } {
  return { variant: 'hidden', event: { type: 'message.hidden', id, actorId, createdAt } }
}
