import { messageStatus } from '@roost/sdk'

import { useStore } from '../../client/use-store.ts'
import type { TickState } from '../../ui/Tick.tsx'
import type { Post } from './build-rows.ts'

/** How far one of my messages has got; others' have no tick. */
export function useTickState(post: Post, mine: boolean): TickState | null {
  return useStore((state) => {
    const conversation = state.conversations[post.conversationId]
    if (!mine || !conversation || !state.me) return null
    return messageStatus(conversation, post, state.me.id)
  })
}
