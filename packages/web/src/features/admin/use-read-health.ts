import { adminEndpoints, type Health } from '@roost/protocol'
import { useCallback, useEffect, useMemo, useState } from 'react'

import { client } from '../../client/client.ts'
import type { HealthNews } from './health-context.ts'

const every = 15_000

/** Reads how the server is doing, and keeps doing so while somebody is looking. */
export function useReadHealth(): HealthNews {
  const [health, setHealth] = useState<Health | null>(null)
  const [failed, setFailed] = useState(false)
  const again = useCallback(() => {
    client.call(adminEndpoints.adminHealth, {}).then(
      (found) => {
        setHealth(found)
        setFailed(false)
      },
      () => setFailed(true),
    )
  }, [])
  useEffect(() => {
    again()
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') again()
    }, every)
    return () => clearInterval(timer)
  }, [again])
  return useMemo(() => ({ health, failed, again }), [health, failed, again])
}
