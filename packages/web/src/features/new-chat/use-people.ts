import type { User } from '@roost/protocol'
import { useCallback } from 'react'

import { client } from '../../client/client.ts'
import { usePages } from '../chats/use-pages.ts'
import { useSettled } from '../chats/use-settled.ts'

/** Everyone whose name matches, page by page, without those named in `except`. */
export function usePeople(query: string, except: ReadonlySet<string>) {
  const settled = useSettled(query)
  const found = usePages<User>(
    useCallback(
      async (cursor) => {
        const page = await client.findUsers({
          ...(settled === '' ? {} : { query: settled }),
          ...(cursor === undefined ? {} : { cursor }),
        })
        return { items: page.users, nextCursor: page.nextCursor }
      },
      [settled],
    ),
  )
  const people = found.items.filter(({ id }) => !except.has(id))
  return { ...found, people, waiting: found.loading || settled !== query }
}
