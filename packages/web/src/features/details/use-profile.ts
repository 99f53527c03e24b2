import { endpoints, type Profile } from '@roost/protocol'
import { useCallback } from 'react'

import { client } from '../../client/client.ts'
import { usePages } from '../chats/use-pages.ts'

/** What somebody says about themselves; null until it is known. */
export function useProfile(userId: string): {
  profile: Profile | null
  failed: boolean
  again: () => void
} {
  const { items, failed, again } = usePages<Profile>(
    useCallback(
      async () => ({ items: [await client.call(endpoints.user, { params: { id: userId } })] }),
      [userId],
    ),
  )
  return { profile: items.find(({ id }) => id === userId) ?? null, failed, again }
}
