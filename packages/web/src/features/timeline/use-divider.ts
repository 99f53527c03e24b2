import { useState } from 'react'

import { useStore } from '../../client/use-store.ts'
import type { Divider } from './build-rows.ts'
import { useAttention } from './use-attention.ts'

/**
 * Where what was unread began when the chat was opened, or when its window was left. It stays until
 * the chat is left, however much is read meanwhile.
 */
export function useDivider(conversationId: string): Divider | null {
  const attending = useAttention()
  const { readSeq, unread } = useStore((state) => {
    const conversation = state.conversations[conversationId]
    return {
      readSeq: conversation?.membership?.readSeq ?? 0,
      unread: conversation?.membership ? conversation.unread : 0,
    }
  })
  const now = unread > 0 ? { afterSeq: readSeq, count: unread } : null
  const [divider, setDivider] = useState<Divider | null>(now)
  const open = divider === null || divider.afterSeq === readSeq
  if (!attending && now && open && divider?.count !== unread) {
    setDivider(now)
    return now
  }
  return divider
}
