/** Owns which of my messages is being edited in which conversation, and how far I have got. */
import type { Message } from '@roost/protocol'
import { useCallback, useSyncExternalStore } from 'react'

export interface Editing {
  readonly message: Message
  readonly text: string
}

const edits = new Map<string, Editing>()
const listeners = new Set<() => void>()

function set(conversationId: string, editing: Editing | null): void {
  if (editing) edits.set(conversationId, editing)
  else edits.delete(conversationId)
  for (const listener of listeners) listener()
}

export function startEditing(message: Message): void {
  set(message.conversationId, { message, text: message.body })
}

export function saveEditing(editing: Editing): void {
  set(editing.message.conversationId, editing)
}

export function stopEditing(conversationId: string): void {
  set(conversationId, null)
}

export function useEditing(conversationId: string): Editing | null {
  return useSyncExternalStore(
    subscribe,
    useCallback(() => edits.get(conversationId) ?? null, [conversationId]),
  )
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
