import { endpoints, type Message, type User } from '@roost/protocol'
import { ApiError } from '@roost/sdk'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'

import { client } from '../../client/client.ts'
import { queryOf, type Filters } from './search-filters.ts'

export interface Hit {
  readonly message: Message
  readonly sender: User | undefined
}

interface Found {
  readonly key: string
  readonly status: 'loading' | 'ready' | 'failed'
  readonly hits: readonly Hit[]
  readonly nextCursor: string | undefined
  /** False while older messages are still being indexed. */
  readonly complete: boolean
}

/** The last search of this page, for whoever comes back from one of its hits. */
let last: Found | null = null

/** The messages that match, newest first, page by page. What was found stays while more is read. */
export function useHits(filters: Filters, options: { limit?: number; keep?: boolean } = {}) {
  const { limit, keep = false } = options
  const me = client.getState().me?.id ?? ''
  const query = useMemo(() => queryOf(filters), [filters])
  const key = JSON.stringify([me, limit, query])
  const [found, setFound] = useState<Found>(() =>
    keep && last?.key === key ? last : { ...nothing, key: '' },
  )
  const wanted = useRef(0)
  const busy = useRef(false)

  const read = useCallback(
    (cursor: string | undefined) => {
      const mine = ++wanted.current
      busy.current = true
      const answered = (change: (past: Found) => Found) => {
        if (wanted.current !== mine) return
        busy.current = false
        setFound(change)
      }
      client
        .call(endpoints.search, {
          query: {
            ...query,
            ...(limit === undefined ? {} : { limit }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        })
        .then(
          ({ messages, users, complete, nextCursor }) => {
            const people = new Map(users.map((user) => [user.id, user]))
            const hits = messages.map((message) => ({
              message,
              sender: people.get(message.senderId),
            }))
            answered((past) => ({
              key,
              status: 'ready',
              hits: cursor === undefined ? hits : [...past.hits, ...hits],
              nextCursor,
              complete,
            }))
          },
          // In a chat that is not mine, or not there any more, there is nothing to be found.
          (error) =>
            answered((past) =>
              error instanceof ApiError && error.code === 'not_found'
                ? { ...nothing, key, status: 'ready' }
                : { ...past, key, status: 'failed' },
            ),
        )
    },
    [key, query, limit],
  )

  const idle = query.query === ''
  const fresh = found.key === key && found.status !== 'loading'
  const current = useRef(fresh)
  useLayoutEffect(() => {
    current.current = fresh
  })
  useEffect(() => {
    if (!idle && !current.current) read(undefined)
    return () => {
      wanted.current += 1
      busy.current = false
    }
  }, [idle, read])
  useEffect(() => {
    if (keep) last = found
  }, [keep, found])

  const { nextCursor } = found
  return {
    idle,
    hits: idle ? none : found.hits,
    loading: !idle && !fresh,
    failed: fresh && found.status === 'failed',
    complete: found.complete,
    hasMore: fresh && found.status === 'ready' && nextCursor !== undefined,
    more: () => {
      if (!busy.current && nextCursor !== undefined) read(nextCursor)
    },
    again: () => read(undefined),
  }
}

const none: readonly Hit[] = []
const nothing: Omit<Found, 'key'> = {
  status: 'loading',
  hits: none,
  nextCursor: undefined,
  complete: true,
}
