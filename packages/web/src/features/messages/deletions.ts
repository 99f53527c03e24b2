/**
 * Owns what has been deleted and can still be brought back: it is gone from the screen at once, and
 * from the server when its notice goes, or when the page is left.
 */
import type { Message } from '@roost/protocol'
import i18next from 'i18next'
import { useSyncExternalStore } from 'react'

import { client } from '../../client/client.ts'
import { showToast } from '../../ui/Toast.tsx'
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

export function deleteWithUndo({ conversationId, id }: Message): void {
  if (held.has(id)) return
  set(new Set([...held, id]))
  const send = () => {
    underWay = client.deleteMessage(conversationId, id).catch(() => {
      tellUnlessShown(id, i18next.t('messages:delete.failed'))
    })
    // The client shows it as deleted from here on.
    release(id)
  }
  dismiss = showToast({
    text: i18next.t('messages:delete.done'),
    action: { label: i18next.t('messages:delete.undo'), onSelect: () => release(id) },
    onGone: send,
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
