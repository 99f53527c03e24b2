/** Owns what is offered for completion while a name is being typed. */
import { fold, type User } from '@roost/protocol'
import { useEffect, useState } from 'react'

import { client } from '../../client/client.ts'
import { findShortcodes } from '../emoji/find-shortcodes.ts'
import { loadShortcodes } from '../emoji/shortcodes.ts'
import type { Token } from './find-token.ts'

export type Suggestion =
  | { readonly key: string; readonly insert: string; readonly user: User }
  | { readonly key: string; readonly insert: string; readonly emoji: string; readonly code: string }

const most = 8
const settle = 120
/** Everybody who was ever offered: of a large room, the others are not known here. */
const offered = new Map<string, User>()
const none: readonly Suggestion[] = []

/** Members of the conversation, or emoji. Keeps what it has until there is something better. */
export function useSuggestions(conversationId: string, token: Token | null): readonly Suggestion[] {
  const [found, setFound] = useState<{ type: Token['type']; list: readonly Suggestion[] }>()
  const type = token?.type
  const query = token?.query ?? ''

  useEffect(() => {
    if (!type) return undefined
    let current = true
    const take = (list: readonly Suggestion[]) => current && setFound({ type, list })
    const timer = setTimeout(
      () => {
        const search = type === 'mention' ? findPeople(conversationId, query) : findEmoji(query)
        search.then(take, () => take(none))
      },
      type === 'mention' && query !== '' ? settle : 0,
    )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [conversationId, type, query])

  if (!token || found?.type !== token.type) return none
  return found.list.filter((one) => still(one, query))
}

/** Whether what was found for an earlier query fits this one. */
function still(suggestion: Suggestion, query: string): boolean {
  if ('code' in suggestion) return true
  const { name, username } = suggestion.user
  const wanted = fold(query)
  return fold(name).includes(wanted) || fold(username ?? '').includes(wanted)
}

async function findPeople(conversationId: string, query: string): Promise<readonly Suggestion[]> {
  const { me, users, conversations } = client.getState()
  const other = conversations[conversationId]?.directUserId ?? null
  const direct = conversations[conversationId]?.kind === 'direct'
  const people = direct
    ? [other === null ? undefined : users[other]]
    : (await client.findMembers(conversationId, query === '' ? {} : { query })).members.map(
        ({ user }) => user,
      )
  return people.flatMap((user) => {
    if (!user || user.username === null || user.id === me?.id) return []
    offered.set(user.id, user)
    return { key: user.id, insert: `@${user.username} `, user }
  })
}

async function findEmoji(query: string): Promise<readonly Suggestion[]> {
  const matches = findShortcodes(await loadShortcodes(), query, most)
  return matches.map(({ emoji, code }) => ({ key: emoji, insert: `${emoji} `, emoji, code }))
}

export function offeredPeople(): Iterable<User> {
  return offered.values()
}
