/**
 * Owns what has been deleted and can still be brought back: it is gone from the screen at once, and
 * from the server when its notice goes, or when the page is left.
 */
import type { Message } from '@roost/protocol'
import type { PendingMessage } from '@roost/sdk'
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'

import { client } from '../../client/client.ts'
import { showToast } from '../../ui/Toast.tsx'
import type { Post } from '../timeline/build-rows.ts'
import { focusBeside } from '../timeline/focus-beside.ts'
import { tellUnlessShown } from './commands.ts'

let held: ReadonlySet<string> = new Set()
const listeners = new Set<() => void>()
let dismiss = () => {}
/** Without an answer within this time there is none to be had. */
const patienceWithServer = 3_000
let underWay: Promise<void> = Promise.resolve()

function set(next: ReadonlySet<string>): void {
  held = next
  for (const listener of listeners) listener()
}

function release(id: string): void {
  set(new Set([...held].filter((other) => other !== id)))
}

export function deleteWithUndo(post: Post): void {
  if ('clientId' in post) withdraw(post)
  else hold(post)
}

function hold({ conversationId, id }: Message): void {
  if (held.has(id)) return
  set(new Set([...held, id]))
  const send = () => {
    remove(conversationId, id)
    // The client shows it as deleted from here on.
    release(id)
  }
  notify(() => release(id), send)
}

/**
 * One on its way would go out while it is held. So it goes at once: out of what is to be sent or, when
 * the server may have it already, by a deletion that follows it. Undoing writes it anew.
 */
function withdraw({ conversationId, clientId, body, replyTo, mentions }: PendingMessage): void {
  focusBeside(clientId)
  remove(conversationId, clientId)
  notify(() =>
    client.send(conversationId, {
      body,
      ...(replyTo !== undefined && { replyTo }),
      ...(mentions && { mentions: [...mentions] }),
    }),
  )
}

function remove(conversationId: string, id: string): void {
  underWay = client.deleteMessage(conversationId, id).catch(() => {
    tellUnlessShown(id, () => i18next.t('messages:delete.failed'))
  })
}

function notify(undo: () => void, onGone = () => {}): void {
  dismiss = showToast({
    text: () => i18next.t('messages:delete.done'),
    action: { label: () => i18next.t('messages:delete.undo'), onSelect: undo },
    onGone,
  })
}

// Nobody comes back to a notice on a page that is left.
addEventListener('pagehide', () => dismiss())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') dismiss()
})

/** Deletes what could still be brought back. Resolves when the server has heard of it, or is not there. */
export async function finishDeletions(): Promise<void> {
  dismiss()
  const patience = new Promise<void>((resolve) => setTimeout(resolve, patienceWithServer))
  if (client.getState().connection.status === 'online') await Promise.race([underWay, patience])
}

/** The ids of messages that are as good as deleted. */
export function useDeletions(): ReadonlySet<string> {
  return useSyncExternalStore(subscribe, () => held)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
