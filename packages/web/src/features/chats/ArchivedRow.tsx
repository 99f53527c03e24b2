import { Archive } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { formatNumber } from '../../i18n/format.ts'
import { Icon } from '../../ui/Icon.tsx'

/** The way to the chats that were put away: how many they are, and whether one of them names me. */
export function ArchivedRow(props: { count: number; mentions: boolean; onOpen: () => void }) {
  const { t } = useTranslation('chats')
  return (
    <button
      type="button"
      data-row
      onClick={props.onOpen}
      className="flex h-11 w-full items-center gap-3 rounded-lg px-2 text-start text-ink-2 focus-inside transition-colors select-none hover:bg-hover"
    >
      <span className="grid w-(--size-avatar) shrink-0 place-items-center">
        <Icon of={Archive} />
      </span>
      <span className="flex-1 text-row">{t('archived.title')}</span>
      <span className="pe-1 text-time tabular-nums">
        {props.mentions && <span className="me-1.5 font-semi text-brand-text">@</span>}
        {formatNumber(props.count)}
      </span>
    </button>
  )
}
