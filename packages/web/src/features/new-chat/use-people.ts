import { fold, type User } from '@roost/protocol'
import { useCallback } from 'react'

import { client } from '../../client/client.ts'
import { usePages } from '../chats/use-pages.ts'
import { useSettled } from '../chats/use-settled.ts'

/** Until the server has answered, those who are here already are gone through. */
function fits({ name, username }: User, query: string): boolean {
  const wanted = fold(query.trim())
  return fold(name).includes(wanted) || fold(username ?? '').includes(wanted)
}

/** Everyone whose name matches, a page at a time. The same function in every render. */
export type FindPeople = (options: {
  query?: string
  cursor?: string
}) => Promise<{ users: readonly User[]; nextCursor?: string | undefined }>

const findUsers: FindPeople = (options) => client.findUsers(options)

/** Everyone whom `find` finds by the name, page by page, without those named in `except`. */
export function usePeople(
  query: string,
  except: ReadonlySet<string>,
  find: FindPeople = findUsers,
) {
  const settled = useSettled(query)
  const found = usePages<User>(
    useCallback(
      async (cursor) => {
        const page = await find({
          ...(settled === '' ? {} : { query: settled }),
          ...(cursor === undefined ? {} : { cursor }),
        })
        return { items: page.users, nextCursor: page.nextCursor }
      },
      [settled, find],
    ),
  )
  const waiting = found.loading || settled.trim() !== query.trim()
  // Whoever has just been written to moves up between two pages, and is in both.
  const once = new Map(found.items.map((user) => [user.id, user]))
  const people = [...once.values()].filter(
    (user) => !except.has(user.id) && (!waiting || fits(user, query)),
  )
  return { ...found, people, waiting }
}
