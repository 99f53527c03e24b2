import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef, useState } from 'react'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'

/** How many rows before an end of the loaded stretch the next page is fetched. */
const ahead = 15
const tryAgainAfter = 3_000

/** Loads older and newer messages as the view comes near them. */
export function usePaging(options: {
  conversationId: string
  virtualizer: Virtualizer<HTMLDivElement, HTMLDivElement>
  count: number
  hasBefore: boolean
  hasAfter: boolean
}): void {
  const { conversationId, count, hasBefore, hasAfter } = options
  const { range } = options.virtualizer
  const online = useStore((state) => state.connection.status === 'online')
  const busy = useRef(false)
  /** How many loads have ended: each may have to be followed by another. */
  const [loads, setLoads] = useState(0)
  const before = hasBefore && range !== null && range.startIndex < ahead
  const after = hasAfter && range !== null && range.endIndex >= count - ahead

  useEffect(() => {
    if (busy.current || (!before && !after)) return
    let timer: ReturnType<typeof setTimeout> | undefined
    busy.current = true
    const load = before ? client.loadBefore(conversationId) : client.loadAfter(conversationId)
    const goOn = () => setLoads((past) => past + 1)
    load
      .finally(() => (busy.current = false))
      // A jump meanwhile leaves another stretch, which this page was not for.
      .then(goOn, () => {
        timer = setTimeout(goOn, tryAgainAfter)
      })
    return () => clearTimeout(timer)
  }, [conversationId, before, after, count, online, loads])
}
