/** Owns what is open about a message: its menu, the emoji to react with, or what there is to know. */
import { useCallback, useSyncExternalStore } from 'react'

import { keyOf, type Post } from '../timeline/build-rows.ts'

export interface Overlay {
  readonly type: 'menu' | 'picker' | 'info'
  readonly conversationId: string
  readonly key: string
  /** Where it opens: at an element, or where the pointer was. */
  readonly anchor: Element | { readonly x: number; readonly y: number }
  /** What gets the focus when it closes. */
  readonly opener: HTMLElement | null
}

let current: Overlay | null = null
const listeners = new Set<() => void>()

export function openOverlay(
  type: Overlay['type'],
  post: Post,
  { anchor, opener }: Pick<Overlay, 'anchor' | 'opener'>,
): void {
  set({ type, conversationId: post.conversationId, key: keyOf(post), anchor, opener })
}

export function closeOverlay(overlay: Overlay): void {
  if (current === overlay) set(null)
}

function set(overlay: Overlay | null): void {
  current = overlay
  for (const listener of listeners) listener()
}

export function useOverlay(conversationId: string): Overlay | null {
  return useSyncExternalStore(
    subscribe,
    useCallback(
      () => (current?.conversationId === conversationId ? current : null),
      [conversationId],
    ),
  )
}

/** Whether something about this message is open. */
export function useHasOverlay(key: string): boolean {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => current?.key === key, [key]),
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
