import { ChevronDown } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { UnreadBadge } from '../../ui/Badge.tsx'
import { Icon } from '../../ui/Icon.tsx'

/** Back to the newest message, or to the reply one came from. Counts what is waiting there. */
export function JumpButton(props: { count: number; back: boolean; onJump: () => void }) {
  const { t } = useTranslation('timeline')
  const name = props.back
    ? t('jump.back')
    : props.count > 0
      ? t('jump.unread', { count: props.count })
      : t('jump.newest')
  return (
    <div className="absolute inset-e-[max(16px,calc((100%-var(--w-column))/2-58px))] bottom-4 animate-fade-in">
      <button
        type="button"
        aria-label={name}
        title={name}
        onClick={props.onJump}
        className="grid size-[42px] place-items-center rounded-full bg-raised text-ink shadow-1 hover:bg-hover-up pointer-coarse:size-11"
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
  )
}
