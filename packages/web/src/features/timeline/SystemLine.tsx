import type { Message } from '@roost/protocol'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { systemText, targetOf } from './system-text.ts'

/** What happened in a conversation, as a sentence in the middle of the timeline. */
export const SystemLine = memo(function SystemLine({ message }: { message: Message }) {
  const text = useSystemText(message)
  return (
    <p className="mx-auto max-w-md text-center text-sm text-balance wrap-anywhere text-ink-2">
      {text}
    </p>
  )
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
