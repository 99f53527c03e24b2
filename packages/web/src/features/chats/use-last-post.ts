import { lastMessage } from '@roost/sdk'

import { useStore } from '../../client/use-store.ts'
import type { Post } from '../timeline/build-rows.ts'

/** What was written last in a conversation, also when it has not gone out yet. */
export function useLastPost(conversationId: string): Post | null {
  return useStore((state) => {
    const pending = state.outbox.findLast((entry) => entry.conversationId === conversationId)
    const conversation = state.conversations[conversationId]
    return pending ?? (conversation ? lastMessage(conversation, state.changes) : null)
  })
}
