import { endpoints } from '@roost/protocol'
import { useEffect, useState } from 'react'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'

/** What somebody is called of whom nothing else may be known here; null where nobody is found. */
export function useSenderName(id: string): string | null | undefined {
  const known = useStore((state) => state.users[id]?.name)
  const [asked, setAsked] = useState<{ id: string; name: string | null }>()
  const unknown = known === undefined
  useEffect(() => {
    if (!unknown) return undefined
    let wanted = true
    const answer = (name: string | null) => wanted && setAsked({ id, name })
    client.call(endpoints.user, { params: { id } }).then(
      ({ name }) => answer(name),
      () => answer(null),
    )
    return () => {
      wanted = false
    }
  }, [id, unknown])
  return known ?? (asked?.id === id ? asked.name : undefined)
}
