import { endpoints, type In, type Message, type User } from '@roost/protocol'
import { ApiError } from '@roost/sdk'
import { useCallback, useEffect, useMemo, useState } from 'react'

import { client } from '../../client/client.ts'
import type { Page } from '../chats/paging.ts'
import { useRawPages } from '../chats/use-pages.ts'
import { queryOf, type Filters } from './search-filters.ts'

export interface Hit {
  readonly message: Message
  readonly sender: User | undefined
}

interface Hits extends Page {
  readonly hits: readonly Hit[]
  /** False while older messages are still being indexed. */
  readonly complete: boolean
}

/** The last search of this page, for whoever comes back from one of its hits. */
let last: { readonly key: string; readonly pages: readonly Hits[] } | null = null

/**
 * The messages that match, newest first, page by page. What was found stays while more is read.
 * @param filters the same object for as long as the search is the same
 */
export function useHits(filters: Filters, options: { limit?: number; keep?: boolean } = {}) {
  const { limit, keep = false } = options
  const query = useMemo(
    () => ({ ...queryOf(filters), ...(limit === undefined ? {} : { limit }) }),
    [filters, limit],
  )
  const load = useCallback(
    (cursor: string | undefined) =>
      search({ ...query, ...(cursor === undefined ? {} : { cursor }) }),
    [query],
  )
  const key = JSON.stringify([client.getState().me?.id, query])
  const idle = query.query === ''
  const [known] = useState(() => (keep && last?.key === key ? last.pages : undefined))
  const { pages, ...found } = useRawPages(idle ? null : load, known)
  useEffect(() => {
    if (keep && !idle && !found.loading) last = { key, pages }
  }, [keep, idle, found.loading, key, pages])

  const hits = useMemo(() => pages.flatMap((page) => page.hits), [pages])
  return { ...found, idle, hits: idle ? none : hits, complete: pages.at(-1)?.complete ?? true }
}

async function search(query: In<typeof endpoints.search>['query']): Promise<Hits> {
  try {
    const { messages, users, complete, nextCursor } = await client.call(endpoints.search, { query })
    const people = new Map(users.map((user) => [user.id, user]))
    const hits = messages.map((message) => ({ message, sender: people.get(message.senderId) }))
    return { hits, complete, nextCursor }
  } catch (error) {
    // In a chat that is not mine, or not there any more, there is nothing to be found.
    if (error instanceof ApiError && error.code === 'not_found')
      return { hits: none, complete: true }
    throw error
  }
}

const none: readonly Hit[] = []
