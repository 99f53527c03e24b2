import type { Message } from '@roost/protocol'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'
import { toggleReaction } from '../messages/commands.ts'
import { canRespond } from '../messages/permissions.ts'
import { useReactors } from './use-reactors.ts'

/** What people think of a message: chips that overlap the lower edge of its bubble. */
export function Reactions({ message }: { message: Message }) {
  const { t } = useTranslation('timeline')
  const may = useStore((state) => canRespond(state, message))
  const { ask, describe } = useReactors(message)
  return (
    <ul
      aria-label={t('reactions')}
      className="relative mx-2 -mt-[5px] flex flex-wrap gap-1 text-sm tabular-nums"
    >
      {message.reactions.map(({ emoji, count, mine = false }) => (
        <li key={emoji}>
          <button
            type="button"
            aria-pressed={mine}
            aria-disabled={!may || undefined}
            aria-label={describe(emoji, count)}
            title={describe(emoji, count)}
            onPointerEnter={ask}
            onFocus={ask}
            onClick={() => may && toggleReaction(message, emoji)}
            className={cn(
              'hit inline-flex h-6 items-center gap-1 rounded-full px-1.5 ring-2 ring-bg select-none aria-disabled:cursor-default',
              mine ? 'bg-mention-bg font-semi text-own-ink' : 'bg-other text-ink-2',
              may && !mine && 'hover:bg-selected hover:text-ink',
            )}
          >
            <span className="text-[15px]/none">{emoji}</span>
            {count > 1 && formatNumber(count)}
          </button>
        </li>
      ))}
    </ul>
  )
}
