import i18next from 'i18next'
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

import { client } from '../../client/client.ts'
import { showToast } from '../../ui/Toast.tsx'
import { keyOf, seqOf, type Post } from './build-rows.ts'
import type { Target } from './use-timeline-scroll.ts'

const litFor = 1_200

/** Ways through a conversation: to its ends, to the message a reply quotes, and back from there. */
export function useJumps(options: {
  conversationId: string
  posts: readonly Post[]
  hasAfter: boolean
  scrollTo: (target: Target) => void
}) {
  const { conversationId, hasAfter } = options
  // Jumps end after a load and a render: they read what is current by then.
  const latest = useRef(options)
  useLayoutEffect(() => {
    latest.current = options
  })
  const [pending, setPending] = useState<{ readonly target: Target } | null>(null)
  const [lit, setLit] = useState<string | null>(null)
  const [origins, setOrigins] = useState<readonly number[]>([])

  useLayoutEffect(() => {
    if (!pending) return
    latest.current.scrollTo(pending.target)
  }, [pending])
  useEffect(() => {
    if (lit === null) return
    const timer = setTimeout(() => setLit(null), litFor)
    return () => clearTimeout(timer)
  }, [lit])

  const load = useCallback(
    async (place: 'first' | 'last' | number): Promise<boolean> => {
      try {
        await client.jumpTo(conversationId, place)
        return true
      } catch {
        showToast({ text: () => i18next.t('timeline:jump.failed') })
        return false
      }
    },
    [conversationId],
  )

  const jumpToNewest = useCallback(async () => {
    setOrigins([])
    if (!hasAfter || (await load('last'))) setPending({ target: 'last' })
  }, [hasAfter, load])

  const jumpToFirst = useCallback(async () => {
    const { hasBefore } = client.getState().conversations[conversationId]?.window ?? {}
    if (!hasBefore || (await load('first'))) setPending({ target: 'first' })
  }, [conversationId, load])

  const jumpToSeq = useCallback(
    async (seq: number) => {
      let post = latest.current.posts.find((one) => seqOf(one) === seq)
      if (!post && (await load(seq))) {
        const { messages = [] } = client.getState().conversations[conversationId]?.window ?? {}
        // Not every event is a message: the next one stands for it.
        post = messages.find((message) => message.seq >= seq) ?? messages.at(-1)
      }
      if (!post) return
      setPending({ target: { key: keyOf(post) } })
      setLit(keyOf(post))
    },
    [conversationId, load],
  )

  const openQuote = useCallback(
    (from: Post, seq: number) => {
      const origin = seqOf(from)
      if (origin !== null) setOrigins((past) => [...past, origin])
      void jumpToSeq(seq)
    },
    [jumpToSeq],
  )

  const origin = origins.at(-1)
  const jumpBack = () => {
    if (origin === undefined) return void jumpToNewest()
    setOrigins((past) => past.slice(0, -1))
    void jumpToSeq(origin)
  }

  return {
    lit,
    /** One has found the way back oneself. */
    forgetOrigins: useCallback(() => setOrigins((past) => (past.length > 0 ? [] : past)), []),
    canReturn: origin !== undefined,
    jumpBack,
    openQuote,
    jumpToSeq: useCallback((seq: number) => void jumpToSeq(seq), [jumpToSeq]),
    jumpToNewest: useCallback(() => void jumpToNewest(), [jumpToNewest]),
    jumpToFirst: useCallback(() => void jumpToFirst(), [jumpToFirst]),
  }
}
