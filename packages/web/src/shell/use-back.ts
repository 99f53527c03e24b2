import type { RouterHistory } from '@tanstack/react-router'
import { useEffect } from 'react'

import { closeTopmost, followOpen } from '../ui/back-closes.ts'

type Blocker = Parameters<RouterHistory['block']>[0]

const closing: Blocker = {
  blockerFn: ({ action }) => action === 'BACK' && closeTopmost(),
  enableBeforeUnload: false,
}

/** Has the browser's Back close what is open above the page before it leaves the page. */
export function useBack(history: RouterHistory): void {
  useEffect(() => {
    let unblock: (() => void) | undefined
    const unfollow = followOpen((some) => {
      unblock?.()
      unblock = some ? history.block(closing) : undefined
    })
    return () => {
      unfollow()
      unblock?.()
    }
  }, [history])
}
