import { systemContent, type Message } from '@roost/protocol'
import type { TFunction } from 'i18next'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { isolate } from '../conversation/names.ts'

/** What happened in a conversation, as a sentence in the middle of the timeline. */
export const SystemLine = memo(function SystemLine({ message }: { message: Message }) {
  const text = useSystemText(message)
  return <p className="mx-auto max-w-md text-center text-sm text-balance text-ink-2">{text}</p>
})

export function useSystemText(message: Message): string {
  const { t } = useTranslation('timeline')
  const target = targetOf(message)
  const names = useStore((state) => ({
    me: state.me?.id,
    actor: state.users[message.senderId]?.name,
    target: target === undefined ? undefined : state.users[target]?.name,
  }))
  return systemText(t, message, names)
}

interface Names {
  readonly me: string | undefined
  readonly actor: string | undefined
  readonly target: string | undefined
}

/** Who it was done to, when that is someone else than who did it. */
function targetOf(message: Message): string | undefined {
  const content = systemContent.safeParse(message.content)
  const userId = content.success ? content.data.userId : undefined
  return userId === message.senderId ? undefined : userId
}

function systemText(t: TFunction<'timeline'>, message: Message, names: Names): string {
  const content = systemContent.safeParse(message.content)
  // A kind of event newer than this program: the server's own words.
  if (!content.success) return message.body
  const { action } = content.data
  const actor = isolate(names.actor ?? t('someone'))
  const byMe = message.senderId === names.me
  const targetId = targetOf(message)
  if (targetId === undefined || (action !== 'added' && action !== 'removed')) {
    return byMe ? t(`system.${action}.you`) : t(`system.${action}.other`, { actor })
  }
  const target = isolate(names.target ?? t('someone'))
  if (byMe) return t(`system.${action}.youOther`, { target })
  if (targetId === names.me) return t(`system.${action}.otherYou`, { actor })
  return t(`system.${action}.otherOther`, { actor, target })
}
