import type { Health } from '@roost/protocol'
import { createContext, useContext } from 'react'

/** How the server is doing, read once for the whole administration and again now and then. */
export interface HealthNews {
  readonly health: Health | null
  readonly failed: boolean
  readonly again: () => void
}

export const HealthContext = createContext<HealthNews>({
  health: null,
  failed: false,
  again: () => {},
})

export function useHealth(): HealthNews {
  return useContext(HealthContext)
}
