import { lastMessage } from '@roost/sdk'
import { useMemo } from 'react'

import { useStore } from '../../client/use-store.ts'
import type { Post } from '../timeline/build-rows.ts'

/** What was written last in a conversation, also when it, or a change of it, has not gone out yet. */
export function useLastPost(conversationId: string): Post | null {
  const { pending, conversation } = useStore((state) => ({
    pending: state.outbox.findLast((entry) => entry.conversationId === conversationId),
    conversation: state.conversations[conversationId],
  }))
  // Only those of this chat: a change in one would redraw the rows of all.
  const changes = useStore((state) =>
    state.changes.filter((change) => change.conversationId === conversationId),
  )
  return useMemo(
    () => pending ?? (conversation ? lastMessage(conversation, changes) : null),
    [pending, conversation, changes],
  )
}
