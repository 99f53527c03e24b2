import type { Virtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect } from 'react'

import { client } from '../../client/client.ts'
import { seqOf, type Row } from './build-rows.ts'
import { useAttention } from './use-attention.ts'

/** This much of a tall message counts as having seen it. */
const glimpse = 48

/**
 * Marks as read what has been on screen while someone was looking. Returns the function to be called
 * when the view has moved.
 */
export function useReadMarks(options: {
  conversationId: string
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>
  rows: readonly Row[]
}): () => void {
  const { conversationId, virtualizer, rows } = options
  const attending = useAttention()
  const markSeen = useCallback(() => {
    const element = virtualizer.scrollElement
    if (!attending || !element) return
    const { me, conversations } = client.getState()
    const bottom = element.scrollTop + element.clientHeight
    const last = virtualizer.getVirtualItemForOffset(bottom)
    for (let index = last?.index ?? -1; index >= 0; index--) {
      const row = rows[index]
      const item = virtualizer.measurementsCache[index]
      const post = row?.type === 'message' || row?.type === 'system' ? row.post : null
      // What I wrote, or did, needs no mark; after leaving there is nothing left to mark.
      const seq = post && post.senderId !== me?.id ? seqOf(post) : null
      if (seq === null || !item || item.start + Math.min(item.size, glimpse) > bottom + 1) continue
      const read = conversations[conversationId]?.membership?.readSeq
      if (read !== undefined && seq > read) client.markRead(conversationId, seq)
      return
    }
  }, [attending, conversationId, virtualizer, rows])
  useEffect(markSeen, [markSeen])
  return markSeen
}
