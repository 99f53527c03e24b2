/** What I typed into a conversation and have not sent, and which message it answers. */
import { quote, type Quote } from '@roost/protocol'
import { useCallback, useMemo, useSyncExternalStore } from 'react'

import { createDrafts, type Drafts } from './drafts.ts'

const storage = storageOrNull()
const texts = createDrafts(storage)
const replies = createDrafts(storage, 'roost.reply.')
window.addEventListener('storage', ({ key }) => {
  texts.notice(key)
  replies.notice(key)
})

function useKept(drafts: Drafts, userId: string, conversationId: string): string {
  return useSyncExternalStore(
    useCallback((listener: () => void) => drafts.subscribe(listener), [drafts]),
    useCallback(() => drafts.get(userId, conversationId), [drafts, userId, conversationId]),
  )
}

export function useDraft(userId: string, conversationId: string): string {
  return useKept(texts, userId, conversationId)
}

export function saveDraft(userId: string, conversationId: string, text: string): void {
  texts.set(userId, conversationId, text)
}

/** The message that the draft answers, as it was when I chose it. */
export function useReply(userId: string, conversationId: string): Quote | null {
  const kept = useKept(replies, userId, conversationId)
  return useMemo(() => readQuote(kept), [kept])
}

export function saveReply(userId: string, conversationId: string, reply: Quote | null): void {
  replies.set(userId, conversationId, reply ? JSON.stringify(reply) : '')
}

export function forgetDrafts(userId: string): void {
  texts.forget(userId)
  replies.forget(userId)
}

function readQuote(kept: string): Quote | null {
  if (kept === '') return null
  try {
    return quote.parse(JSON.parse(kept))
  } catch {
    return null
  }
}

/** Merely touching localStorage throws where a browser has shut it off. */
function storageOrNull(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}
