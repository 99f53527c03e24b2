/** Which of my conversations the list shows. */
import { fold } from '@roost/protocol'
import type { ConversationState } from '@roost/sdk'

export type Filter = 'all' | 'unread' | 'rooms'

interface Choice {
  readonly filter: Filter
  readonly query: string
  readonly titleOf: (conversation: ConversationState) => string
}

/** A query looks through all of them, whatever the filter; accents and case do not count. */
export function chooseChats(
  conversations: readonly ConversationState[],
  { filter, query, titleOf }: Choice,
): ConversationState[] {
  const wanted = fold(query.trim())
  if (wanted !== '') {
    return conversations.filter((conversation) => fold(titleOf(conversation)).includes(wanted))
  }
  return conversations.filter(({ unread, kind }) => {
    if (filter === 'unread') return unread > 0
    return filter === 'all' || kind === 'room'
  })
}
