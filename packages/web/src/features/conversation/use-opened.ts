import { ApiError, showsWhatIsNew } from '@roost/sdk'
import { useEffect, useState } from 'react'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { savedPosition } from '../timeline/positions.ts'

/** `gone`: there is no such conversation, or not for me. `unreachable`: it could not be asked for. */
export type Opened = 'opening' | 'open' | 'gone' | 'unreachable'

const tryAgainAfter = 3_000

/**
 * Opens a conversation where it was left, and keeps trying while the server cannot be reached. What is at
 * hand is shown without waiting for it.
 */
export function useOpened(conversationId: string): Opened {
  const [result, setResult] = useState<{ id: string; opened: Opened } | null>(null)
  const [tries, setTries] = useState(0)
  const online = useStore((state) => state.connection.status === 'online')
  const [before, setBefore] = useState(() => lookAt(conversationId))
  const now = before.id === conversationId ? before : lookAt(conversationId)
  if (now !== before) setBefore(now)
  const opened = result?.id === conversationId ? result.opened : 'opening'
  const settled = opened === 'open' || opened === 'gone'

  useEffect(() => {
    if (settled) return
    let current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = (next: Opened) => {
      if (current) setResult({ id: conversationId, opened: next })
    }
    openWhereLeft(conversationId).then(
      () => settle('open'),
      (error: unknown) => {
        if (error instanceof ApiError && (error.status === 404 || error.status === 403)) {
          return settle('gone')
        }
        const held = client.getState().conversations[conversationId]?.window !== undefined
        settle(held ? 'open' : 'unreachable')
        if (current && !held) timer = setTimeout(() => setTries((past) => past + 1), tryAgainAfter)
      },
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [conversationId, settled, tries, online])

  return opened === 'opening' && now.isHeld ? 'open' : opened
}

/** Whether all that is about to be seen is at hand, from before or from an earlier run of the app. */
function lookAt(id: string): { readonly id: string; readonly isHeld: boolean } {
  const mine = client.getState().conversations[id]
  const left = savedPosition(id)
  const isThere = !left || mine?.window?.messages.some(({ seq }) => seq === left.seq)
  return { id, isHeld: mine !== undefined && showsWhatIsNew(mine) && isThere === true }
}

async function openWhereLeft(conversationId: string): Promise<void> {
  await client.openConversation(conversationId)
  const left = savedPosition(conversationId)
  if (left) await client.jumpTo(conversationId, left.seq)
}
