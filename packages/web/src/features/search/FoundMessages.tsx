import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { linkLook } from '../../ui/link-look.ts'
import { HitRow } from './HitRow.tsx'
import type { Hit } from './use-hits.ts'

/** The newest messages that match, below the chats that do, and the way to all of them. */
export function FoundMessages(props: { hits: readonly Hit[]; query: string; hasMore: boolean }) {
  const { hits, query } = props
  const { t } = useTranslation('search')
  if (hits.length === 0) return null
  return (
    <section aria-label={t('messages')}>
      <div className="flex items-baseline justify-between px-2 pt-3 pb-1 text-sm">
        <h2 className="font-semi text-ink-2">{t('messages')}</h2>
        <Link to="/search" search={{ q: query.trim() }} className={linkLook}>
          {t(props.hasMore ? 'all' : 'filter')}
        </Link>
      </div>
      <ul>
        {hits.map((hit) => (
          <li key={hit.message.id}>
            <HitRow hit={hit} query={query} narrow />
          </li>
        ))}
      </ul>
    </section>
  )
}
