import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { SideHead } from '../../shell/SideHead.tsx'
import { cn } from '../../ui/cn.ts'
import { Icon } from '../../ui/Icon.tsx'
import { useHealth } from './health-context.ts'
import { sections, type SectionId } from './sections.ts'
import { findWarnings } from './warnings.ts'

export function AdminNav({ current }: { current: SectionId }) {
  const { t } = useTranslation(['admin', 'settings'])
  const { health } = useHealth()
  const server = useStore((state) => state.server)
  const counts: Partial<Record<SectionId, number>> = health
    ? { users: health.users, rooms: health.rooms }
    : {}
  return (
    <>
      <SideHead title={t('title')} />
      <ul className="min-h-0 flex-1 overflow-y-auto px-2 pt-1">
        {sections.map(({ id, icon }) => (
          <li key={id}>
            <Link
              to="/admin/$section"
              params={{ section: id }}
              aria-current={id === current ? 'page' : undefined}
              className={cn(
                'flex min-h-(--h-line) items-center gap-3 rounded-lg px-3 text-row no-underline focus-inside transition-colors',
                'hover:bg-hover active:bg-selected',
                id === current && 'wide:bg-selected wide:font-semi',
              )}
            >
              <Icon of={icon} />
              <span className="min-w-0 flex-1">{t(`${id}.title`)}</span>
              {counts[id] !== undefined && (
                <span className="text-md font-regular text-ink-2 tabular-nums">
                  {formatNumber(counts[id])}
                </span>
              )}
              {id === 'health' && health && findWarnings(health).length > 0 && (
                <span className="size-2.5 rounded-full bg-brand">
                  <span className="sr-only">{t('health.attention')}</span>
                </span>
              )}
            </Link>
          </li>
        ))}
      </ul>
      <p className="shrink-0 px-5 pt-3 pb-4 text-date text-ink-2">
        {t('settings:footer', { version: server?.version ?? '', host: location.host })}
      </p>
    </>
  )
}
