/** Which of my conversations the list shows. */
import { fold } from '@roost/protocol'
import type { ConversationState } from '@roost/sdk'

export type Filter = 'all' | 'unread' | 'rooms' | 'archived'

interface Choice {
  readonly filter: Filter
  readonly query: string
  readonly titleOf: (conversation: ConversationState) => string
}

export function isArchived({ membership }: ConversationState): boolean {
  return membership !== null && membership.archivedAt !== null
}

/**
 * Keeps the order they come in. Archived ones stay away until asked for: news do not bring them back. A
 * query looks through all of them, whatever the filter, those whose title begins with it first; accents
 * and case do not count.
 */
export function chooseChats(
  conversations: readonly ConversationState[],
  { filter, query, titleOf }: Choice,
): ConversationState[] {
  const wanted = fold(query.trim())
  if (wanted !== '') {
    const found = conversations
      .map((conversation) => ({ conversation, title: fold(titleOf(conversation)) }))
      .filter(({ title }) => title.includes(wanted))
    const rank = (title: string) => (title.startsWith(wanted) ? 0 : 1)
    return found
      .toSorted((a, b) => rank(a.title) - rank(b.title))
      .map(({ conversation }) => conversation)
  }
  if (filter === 'archived') return conversations.filter(isArchived)
  return conversations.filter((conversation) => {
    if (isArchived(conversation)) return false
    if (filter === 'unread') return conversation.unread > 0
    return filter === 'all' || conversation.kind === 'room'
  })
}
