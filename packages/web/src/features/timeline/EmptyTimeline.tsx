import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Wire } from '../../ui/EmptyState.tsx'
import { isolate, shortName } from '../conversation/names.ts'

/** What a chat says in which nobody has said anything. A room has at least the line of its beginning. */
export function EmptyTimeline(props: { conversationId: string; title: string }) {
  const { t } = useTranslation('timeline')
  const other = useStore((state) => state.conversations[props.conversationId]?.directUserId ?? null)
  const toSelf = useStore((state) => state.me?.id === other)
  if (other === null) return null
  return (
    <div className="pointer-events-none absolute inset-0 flex flex-col overflow-hidden">
      <div className="h-[22%] shrink-0" />
      <Wire column="max-w-[460px]" />
      <div className="px-6">
        <div className="mx-auto max-w-[460px] pt-8">
          <p className="text-lg font-semi">
            {toSelf ? t('empty.self.title') : t('empty.direct.title')}
          </p>
          <p className="mt-1 text-md text-ink-2">
            {toSelf
              ? t('empty.self.text')
              : t('empty.direct.text', { name: isolate(shortName(props.title)) })}
          </p>
        </div>
      </div>
    </div>
  )
}
