import { useState } from 'react'

/**
 * Which dialog is asked for, and about what. It stays known while it closes; each asking has a number
 * of its own, so that nothing typed into the last one is left.
 */
export function useAsked<T>() {
  const [asked, setAsked] = useState<{ what: T; turn: number; open: boolean } | null>(null)
  return {
    asked,
    ask: (what: T) => setAsked((past) => ({ what, turn: (past?.turn ?? 0) + 1, open: true })),
    close: () => setAsked((past) => past && { ...past, open: false }),
  }
}
