import { useTranslation } from 'react-i18next'

import { formatNumber } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'
import type { Filter } from './choose-chats.ts'

const filters = ['all', 'unread', 'rooms'] as const

export function ChatFilters(props: {
  value: Filter
  /** How many chats have something unread. */
  unread: number
  onChange: (filter: Filter) => void
}) {
  const { t } = useTranslation('chats')
  return (
    <fieldset className="flex gap-1 px-3 pt-2 pb-2 max-wide:px-4">
      <legend className="sr-only">{t('filter.label')}</legend>
      {filters.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={props.value === filter}
          onClick={() => props.onChange(filter)}
          className={cn(
            'hit h-[26px] rounded-md px-2.5 text-sm tabular-nums transition-colors max-wide:h-8 max-wide:px-3 max-wide:text-md',
            props.value === filter
              ? 'bg-selected font-semi text-ink'
              : 'text-ink-2 hover:bg-hover hover:text-ink',
          )}
        >
          {t(`filter.${filter}`)}
          {filter === 'unread' && props.unread > 0 && ` ${formatNumber(props.unread)}`}
        </button>
      ))}
    </fieldset>
  )
}
