import { endpoints, type Message } from '@roost/protocol'
import i18next from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { isolate } from '../conversation/names.ts'

/** So many are named; of more, how many there are is said. */
const most = 12

interface Asked {
  readonly reactions: Message['reactions']
  readonly names: ReadonlyMap<string, readonly string[]>
}

/** Who reacted how, by name. Asked for when somebody looks, and again when it has changed. */
export function useReactors({ id, reactions }: Message) {
  const { t } = useTranslation('timeline')
  const [asked, setAsked] = useState<Asked>()
  const ask = () => {
    if (asked?.reactions === reactions) return
    const answered = (next: Asked | undefined) =>
      setAsked((past) => (past?.reactions === reactions ? next : past))
    setAsked({ reactions, names: asked?.names ?? new Map() })
    client.call(endpoints.reactions, { params: { id }, query: { limit: 100 } }).then(
      ({ reactions: list, users }) => {
        const { me } = client.getState()
        const names = new Map<string, string[]>()
        for (const { emoji, userId } of list) {
          const name = users.find((user) => user.id === userId)?.name ?? t('someone')
          const own = userId === me?.id
          names.set(emoji, [...(names.get(emoji) ?? []), own ? t('you') : isolate(name)])
        }
        answered({ reactions, names })
      },
      // The count alone says enough; the next look asks again.
      () => answered(undefined),
    )
  }
  /** "👍, 3: You, Nora and Jonas" */
  const describe = (emoji: string, count: number): string => {
    const names = asked?.names.get(emoji) ?? []
    if (names.length === 0) return t('reaction.count', { emoji, count })
    const more = Math.max(count, names.length) - most
    const shown = names.slice(0, most)
    if (more > 0) shown.push(t('reaction.more', { count: more }))
    const list = new Intl.ListFormat(i18next.language).format(shown)
    return t('reaction.who', { emoji, names: list })
  }
  return { ask, describe }
}
