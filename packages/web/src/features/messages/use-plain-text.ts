import { useMemo } from 'react'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { mentionedAmong, writePlain, type Mentioned } from './plain-text.ts'

interface Written {
  readonly body: string
  readonly mentions?: readonly string[] | undefined
}

const none: readonly string[] = []

export function useMentioned(ids: readonly string[] = none): Mentioned {
  const users = useStore((state) => ids.flatMap((id) => state.users[id] ?? []))
  return useMemo(() => mentionedAmong(users), [users])
}

/** What a message says, for places of one line. */
export function usePlainText({ body, mentions }: Written): string {
  const mentioned = useMentioned(mentions)
  return useMemo(() => writePlain(body, mentioned), [body, mentioned])
}

/** The same outside of a component, with the names as they are now. */
export function plainText({ body, mentions = none }: Written): string {
  const { users } = client.getState()
  return writePlain(body, mentionedAmong(mentions.flatMap((id) => users[id] ?? [])))
}
