import type { Message } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { formatNumber } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'

/** What others think of a message: chips that overlap the lower edge of its bubble. */
export function Reactions({ reactions }: { reactions: Message['reactions'] }) {
  const { t } = useTranslation('timeline')
  return (
    <ul
      aria-label={t('reactions')}
      className="relative mx-2 -mt-[5px] flex flex-wrap gap-1 text-sm tabular-nums"
    >
      {reactions.map(({ emoji, count, mine }) => (
        <li
          key={emoji}
          className={cn(
            'inline-flex h-6 items-center gap-1 rounded-full px-1.5 ring-2 ring-bg',
            mine ? 'bg-mention-bg font-semi text-own-ink' : 'bg-other text-ink-2',
          )}
        >
          <span className="text-[15px]/none">{emoji}</span>
          {count > 1 && formatNumber(count)}
        </li>
      ))}
    </ul>
  )
}
