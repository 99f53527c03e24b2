import { useCallback, useLayoutEffect, useRef, type RefObject } from 'react'

import { seqOf, type Post } from './build-rows.ts'

const justNow = 1_000

/**
 * Tells a message that has just appeared at the bottom from history: only the first may move. Rows ask
 * while they are drawn for the first time.
 */
export function useFresh(
  posts: readonly Post[],
  stick: RefObject<boolean>,
): (post: Post) => boolean {
  const newest = useRef(Infinity)
  useLayoutEffect(() => {
    newest.current = posts.reduce((seq, post) => Math.max(seq, seqOf(post) ?? 0), 0)
  }, [posts])
  return useCallback(
    (post) => {
      const seq = seqOf(post)
      if (seq === null) return Date.now() - post.createdAt < justNow
      return stick.current && seq > newest.current
    },
    [stick],
  )
}
