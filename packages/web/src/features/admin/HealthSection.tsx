import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { formatFull, formatNumber } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { useAfter } from '../../ui/use-after.ts'
import { SettingsGroup, SettingsRow } from '../settings/SettingsGroup.tsx'
import { AdminPage } from './AdminPage.tsx'
import { formatBytes } from './format-bytes.ts'
import { useHealth } from './health-context.ts'
import { findWarnings } from './warnings.ts'

/** How the server is doing, in figures and, where something wants doing, in words. */
export function HealthSection() {
  const { t } = useTranslation('admin')
  const { health, failed, again } = useHealth()
  return (
    <AdminPage
      title={t('health.title')}
      tools={<Button onClick={again}>{t('health.refresh')}</Button>}
    >
      <div className="max-w-(--w-page)">
        {failed && (
          <p role="alert" className="mt-4 text-md text-danger">
            {t('health.failed')}
          </p>
        )}
        {health ? <Figures health={health} /> : !failed && <Waiting />}
      </div>
    </AdminPage>
  )
}

function Waiting() {
  const { t } = useTranslation()
  const shown = useAfter(300)
  return <output className="mt-4 block text-md text-ink-2">{shown && t('loading')}</output>
}

function Figures({ health }: { health: NonNullable<ReturnType<typeof useHealth>['health']> }) {
  const { t } = useTranslation('admin')
  const warnings = findWarnings(health)
  const yes = (on: boolean) => t(on ? 'health.set' : 'health.notSet')
  return (
    <>
      {warnings.length > 0 && (
        <ul className="mt-5 border-t border-line">
          {warnings.map((warning) => (
            <li key={warning} className="flex gap-3 border-b border-line py-3.5 text-md">
              <Icon of={TriangleAlert} className="text-brand-text" />
              <span className="min-w-0 flex-1">
                <span className="block font-semi">{t(`health.warnings.${warning}`)}</span>
                <span className="block text-snippet text-ink-2">
                  {t(`health.warnings.${warning}Text`)}
                </span>
              </span>
            </li>
          ))}
        </ul>
      )}
      <SettingsGroup title={t('health.groups.server')}>
        <Figure label={t('health.version')}>{health.version}</Figure>
        <Figure label={t('health.startedAt')}>
          <time dateTime={new Date(health.startedAt).toISOString()}>
            {formatFull(health.startedAt)}
          </time>
        </Figure>
        <Figure label={t('health.origin')}>
          <bdi className="wrap-anywhere">{health.origin ?? t('health.notSet')}</bdi>
        </Figure>
        <Figure label={t('health.mail')}>{yes(health.mail)}</Figure>
        <Figure label={t('health.memory')}>{formatBytes(health.memoryBytes)}</Figure>
      </SettingsGroup>
      <SettingsGroup title={t('health.groups.storage')}>
        <Figure label={t('health.database')} hint={t(`health.databases.${health.database}`)}>
          {formatBytes(health.databaseBytes)}
        </Figure>
        <Figure label={t('health.files')}>{formatBytes(health.filesBytes)}</Figure>
        {health.freeBytes !== null && (
          <Figure label={t('health.free')}>{formatBytes(health.freeBytes)}</Figure>
        )}
      </SettingsGroup>
      <SettingsGroup title={t('health.groups.people')}>
        <Figure
          label={t('health.users')}
          hint={
            health.disabledUsers > 0
              ? t('health.disabledUsers', {
                  count: health.disabledUsers,
                  number: formatNumber(health.disabledUsers),
                })
              : undefined
          }
        >
          {formatNumber(health.users)}
        </Figure>
        <Figure label={t('health.online')} hint={t('health.onlineHint')}>
          {formatNumber(health.onlineUsers)}
        </Figure>
        <Figure label={t('health.sockets')}>{formatNumber(health.openSockets)}</Figure>
        <Figure label={t('health.rooms')}>{formatNumber(health.rooms)}</Figure>
        <Figure label={t('health.messages')}>{formatNumber(health.messages)}</Figure>
        <Figure label={t('health.search')} hint={t('health.searchHint')}>
          {health.searchPending === 0 ? t('health.searchDone') : formatNumber(health.searchPending)}
        </Figure>
      </SettingsGroup>
    </>
  )
}

function Figure(props: { label: string; hint?: ReactNode; children: ReactNode }) {
  return (
    <SettingsRow label={props.label} {...(props.hint === undefined ? {} : { hint: props.hint })}>
      <span className="text-msg text-ink-2 tabular-nums">{props.children}</span>
    </SettingsRow>
  )
}
