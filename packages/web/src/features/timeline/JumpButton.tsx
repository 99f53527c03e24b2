import { AtSign, ChevronDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { UnreadBadge } from '../../ui/Badge.tsx'
import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'

/**
 * Back to the newest message, or to the reply one came from. Counts what is waiting there. Above it,
 * while there is one, the way to the next message that names me.
 */
export function JumpButton(props: {
  count: number
  back: boolean
  onJump: () => void
  onMention?: (() => void) | undefined
}) {
  const { t } = useTranslation('timeline')
  const name = props.back
    ? t('jump.back')
    : props.count > 0
      ? t('jump.unread', { count: props.count })
      : t('jump.newest')
  return (
    <div className="absolute inset-e-[max(16px,calc((100%-var(--w-column))/2-58px))] bottom-4 animate-fade-in">
      {props.onMention && (
        <button
          type="button"
          aria-label={t('jump.mention')}
          title={t('jump.mention')}
          onClick={props.onMention}
          className={cn(look, 'mb-5 text-brand-text')}
        >
          <Icon of={AtSign} />
        </button>
      )}
      <div className="relative">
        <button
          type="button"
          aria-label={name}
          title={name}
          onClick={props.onJump}
          className={cn(look, 'text-ink')}
        >
          <Icon of={ChevronDown} />
        </button>
        {props.count > 0 && (
          <span
            aria-hidden
            className="pointer-events-none absolute inset-x-0 -top-2.5 flex justify-center"
          >
            <UnreadBadge count={props.count} />
          </span>
        )}
      </div>
    </div>
  )
}

const look =
  'grid size-[42px] place-items-center rounded-full bg-raised shadow-1 hover:bg-hover-up pointer-coarse:size-11'
