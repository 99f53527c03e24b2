import { useCallback, useSyncExternalStore } from 'react'

import { createDrafts } from './drafts.ts'

const drafts = createDrafts(storageOrNull())
window.addEventListener('storage', (event) => drafts.notice(event.key))

const subscribe = (listener: () => void) => drafts.subscribe(listener)

/** What I typed into a conversation and have not sent. */
export function useDraft(userId: string, conversationId: string): string {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => drafts.get(userId, conversationId), [userId, conversationId]),
  )
}

export function saveDraft(userId: string, conversationId: string, text: string): void {
  drafts.set(userId, conversationId, text)
}

export function forgetDrafts(userId: string): void {
  drafts.forget(userId)
}

/** Merely touching localStorage throws where a browser has shut it off. */
function storageOrNull(): Storage | null {
  try {
    return localStorage
  } catch {
    return null
  }
}
