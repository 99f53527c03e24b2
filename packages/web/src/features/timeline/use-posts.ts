import { timeline } from '@roost/sdk'
import { useMemo } from 'react'

import { useStore } from '../../client/use-store.ts'
import { useDeletions } from '../messages/deletions.ts'
import { keyOf, type Post } from './build-rows.ts'

const none: readonly Post[] = []

/** The messages in memory as they are to be shown, and whether there are more on either side. */
export function usePosts(conversationId: string) {
  const deletions = useDeletions()
  const { stored, hasBefore, hasAfter } = useStore((state) => {
    const conversation = state.conversations[conversationId]
    return {
      stored: conversation ? timeline(conversation, state) : none,
      hasBefore: conversation?.window?.hasBefore ?? false,
      hasAfter: conversation?.window?.hasAfter ?? false,
    }
  })
  const posts = useMemo(
    () => (deletions.size === 0 ? stored : stored.map((post) => without(post, deletions))),
    [stored, deletions],
  )
  return { posts, hasBefore, hasAfter }
}

function without(post: Post, deletions: ReadonlySet<string>): Post {
  if ('clientId' in post || !deletions.has(keyOf(post)) || post.deletedAt !== undefined) return post
  return { ...post, body: '', mentions: [], reactions: [], deletedAt: post.createdAt }
}
