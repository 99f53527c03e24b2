import { excerptOf, type Quote } from '@roost/protocol'

import { useStore } from '../../client/use-store.ts'
import type { Post } from './build-rows.ts'

/** What a message answers, also while it is still on its way. */
export function useQuote(post: Post): Quote | undefined {
  const found = useStore(({ conversations }): Quote | undefined => {
    if (!('clientId' in post) || post.replyTo === undefined) return undefined
    const { window } = conversations[post.conversationId] ?? {}
    const message = window?.messages.find(({ id }) => id === post.replyTo)
    if (!message) return undefined
    const { id, seq, senderId, body, deletedAt } = message
    return {
      id,
      seq,
      senderId,
      excerpt: excerptOf(body),
      ...(deletedAt !== undefined && { deletedAt }),
    }
  })
  return 'clientId' in post ? found : post.replyTo
}
