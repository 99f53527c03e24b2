import type { State } from '@roost/sdk'
import { useRef, useSyncExternalStore } from 'react'

import { client } from './client.ts'
import { sameParts } from './same-parts.ts'

const subscribe = (listener: () => void) => client.subscribe(listener)

/**
 * Reads from the store and renders again when what was read changes. The selector may build an object
 * or an array: it counts as changed only when one of its parts has.
 */
export function useStore<T>(select: (state: State) => T): T {
  const last = useRef<{ value: T } | null>(null)
  const read = () => {
    const value = select(client.getState())
    if (last.current && sameParts(last.current.value, value)) return last.current.value
    last.current = { value }
    return value
  }
  return useSyncExternalStore(subscribe, read)
}
