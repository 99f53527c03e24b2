/** Owns which of my messages is being edited in which conversation, and how far I have got. */
import { failedChange } from '@roost/sdk'
import { useCallback, useSyncExternalStore } from 'react'

import { client } from '../../client/client.ts'
import { keyOf, type Post } from '../timeline/build-rows.ts'

export interface Editing {
  readonly post: Post
  readonly text: string
}

const edits = new Map<string, Editing>()
const listeners = new Set<() => void>()

function set(conversationId: string, editing: Editing | null): void {
  if (editing) edits.set(conversationId, editing)
  else edits.delete(conversationId)
  for (const listener of listeners) listener()
}

/** Begins with what the server did not take, if there is such. */
export function startEditing(post: Post): void {
  const refused = failedChange(client.getState().outbox, keyOf(post))
  const text = refused?.type === 'edit' ? refused.body : post.body
  set(post.conversationId, { post, text })
}

export function saveEditing(editing: Editing): void {
  set(editing.post.conversationId, editing)
}

export function stopEditing(conversationId: string): void {
  set(conversationId, null)
}

/** Null for whoever has signed in here after the one who began it. */
export function useEditing(conversationId: string, meId: string): Editing | null {
  const editing = useSyncExternalStore(
    subscribe,
    useCallback(() => edits.get(conversationId) ?? null, [conversationId]),
  )
  return editing?.post.senderId === meId ? editing : null
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
