import { AtSign } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { formatNumber } from '../i18n/format.ts'
import { cn } from './cn.ts'
import { Glyph } from './Glyph.tsx'

const most = 99

/** How many messages wait. Nothing at zero; "99+" above that. `muted` is grey. */
export function UnreadBadge({ count, muted = false }: { count: number; muted?: boolean }) {
  const { t } = useTranslation()
  if (count === 0) return null
  const many = count > most
  return (
    <Glyph
      name={many ? t('badge.more', { count: most }) : t('badge.unread', { count })}
      className={cn(
        'inline-grid h-5 min-w-5 shrink-0 place-items-center rounded-full px-1.5 text-xs font-semi tabular-nums',
        muted ? 'bg-muted text-on-muted' : 'bg-unread text-on-unread',
      )}
    >
      {many ? `${formatNumber(most)}+` : formatNumber(count)}
    </Glyph>
  )
}

/** Someone wrote to me by name. */
export function MentionBadge() {
  const { t } = useTranslation()
  return (
    <Glyph
      name={t('badge.mention')}
      className="inline-grid size-5 shrink-0 place-items-center rounded-full bg-unread text-on-unread"
    >
      <AtSign aria-hidden className="size-3.5" strokeWidth={2} />
    </Glyph>
  )
}
