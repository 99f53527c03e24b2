import { limits } from '@roost/protocol'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'

import { formatDay, formatNumber } from '../../i18n/format.ts'
import { useByMinute } from '../conversation/use-minute.ts'

/** The day on which what follows was written. */
export const DaySeparator = memo(function DaySeparator({ day }: { day: number }) {
  const name = useByMinute((now) => formatDay(day, now))
  // The day is a word of the language.
  useTranslation('timeline')
  return (
    <p className="text-center text-date font-semi text-ink-2">
      <time dateTime={new Date(day).toISOString()}>{name}</time>
    </p>
  )
})

/** Stands above what was unread when the chat was opened. */
export const UnreadDivider = memo(function UnreadDivider({ count }: { count: number }) {
  const { t } = useTranslation('timeline')
  const text =
    count > limits.unreadMax
      ? t('unreadMore', { count: formatNumber(limits.unreadMax) })
      : t('unread', { count })
  return (
    <p className="flex items-center gap-4 text-date font-semi text-brand-text">
      <span aria-hidden className="h-px flex-1 bg-brand" />
      {text}
      <span aria-hidden className="h-px flex-1 bg-brand" />
    </p>
  )
})
