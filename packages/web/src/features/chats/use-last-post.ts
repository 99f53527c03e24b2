import { lastPost } from '@roost/sdk'
import { useMemo } from 'react'

import { useStore } from '../../client/use-store.ts'
import type { Post } from '../timeline/build-rows.ts'

/** What was written last in a conversation, also when it, or a change of it, has not gone out yet. */
export function useLastPost(conversationId: string): Post | null {
  const conversation = useStore((state) => state.conversations[conversationId])
  // Only those of this chat: a change in one would redraw the rows of all.
  const pending = useStore((state) =>
    state.outbox.filter(
      (entry) => entry.conversationId === conversationId && entry.type !== 'read',
    ),
  )
  return useMemo(
    () => (conversation ? lastPost(conversation, pending) : null),
    [pending, conversation],
  )
}
