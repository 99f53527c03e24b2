import { timeline } from '@roost/sdk'

import { useStore } from '../../client/use-store.ts'
import type { Post } from './build-rows.ts'

const none: readonly Post[] = []

/** The messages in memory, and whether there are more on either side. */
export function usePosts(conversationId: string) {
  return useStore((state) => {
    const conversation = state.conversations[conversationId]
    return {
      posts: conversation ? timeline(conversation, state) : none,
      hasBefore: conversation?.window?.hasBefore ?? false,
      hasAfter: conversation?.window?.hasAfter ?? false,
    }
  })
}
