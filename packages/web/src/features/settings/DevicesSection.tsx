import { endpoints, type Session } from '@roost/protocol'
import i18next from 'i18next'
import { Monitor, Smartphone } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import { formatFull, formatListTime } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Failed } from '../../ui/Failed.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { LateRows } from '../../ui/Skeleton.tsx'
import { Switch } from '../../ui/Switch.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { usePages } from '../chats/use-pages.ts'
import { isolate } from '../conversation/names.ts'
import { useMinute } from '../conversation/use-minute.ts'
import { deviceName, isPhone } from './device-name.ts'
import { SettingsGroup } from './SettingsGroup.tsx'

const read = async () => ({ items: (await client.call(endpoints.sessions, {})).sessions })

/** Where I am signed in, and the ways to end that: one device, or all but this one. */
export function DevicesSection() {
  const { t } = useTranslation('settings')
  const sessions = usePages<Session>(read)
  /** What is being asked about: one session, or all others. */
  const [asked, setAsked] = useState<Session | 'others' | null>(null)
  const [open, setOpen] = useState(false)
  const [busy, setBusy] = useState(false)
  const name = useDeviceName()
  useReturn(sessions.again)

  const ask = (what: Session | 'others') => {
    setAsked(what)
    setOpen(true)
  }
  const end = async () => {
    if (asked === null) return
    setBusy(true)
    try {
      if (asked === 'others') await client.call(endpoints.endOtherSessions, {})
      else await client.call(endpoints.endSession, { params: { id: asked.id } })
      showToast({
        text: () =>
          i18next.t(asked === 'others' ? 'settings:devices.endedOthers' : 'settings:devices.ended'),
      })
    } catch (error) {
      showToast({ text: () => describeError(error) })
    } finally {
      sessions.again()
      setBusy(false)
      setOpen(false)
    }
  }
  const here = sessions.items.filter(({ current }) => current)
  const others = sessions.items.filter(({ current }) => !current)
  const title =
    asked === null || asked === 'others'
      ? t('devices.askOthers')
      : t('devices.ask', { device: isolate(name(asked)) })
  return (
    <>
      <p className="mt-1.5 text-msg text-ink-2">{t('devices.text')}</p>
      {sessions.loading && sessions.items.length === 0 && <LateRows count={3} />}
      {sessions.failed && (
        <Failed text={t('devices.failed')} again={sessions.again} className="mt-6" />
      )}
      {here.length > 0 && (
        <SettingsGroup title={t('devices.this')}>
          <List sessions={here} />
          <KeepSwitch />
        </SettingsGroup>
      )}
      {others.length > 0 && (
        <SettingsGroup title={t('devices.others', { count: others.length })}>
          <List sessions={others} onEnd={ask} />
          <Button className="mt-4" onClick={() => ask('others')}>
            {t('devices.endOthers')}
          </Button>
        </SettingsGroup>
      )}
      {here.length > 0 && others.length === 0 && (
        <p className="mt-6 text-md text-ink-2">{t('devices.alone')}</p>
      )}
      <ConfirmDialog
        open={open}
        onOpenChange={setOpen}
        title={title}
        description={t('devices.explain')}
        action={t(asked === 'others' ? 'devices.endOthers' : 'devices.end')}
        danger
        busy={busy}
        onConfirm={() => void end()}
      />
    </>
  )
}

/** Whether what is read here may stay on this device: not on one that is everybody's. */
function KeepSwitch() {
  const { t } = useTranslation('settings')
  const [kept, setKept] = useState(() => client.isCacheKept())
  const keep = (on: boolean) => {
    setKept(on)
    client.keepCache(on).catch(() => setKept(client.isCacheKept()))
  }
  return (
    <Switch
      label={t('devices.keep')}
      hint={t('devices.keepHint')}
      checked={kept}
      onCheckedChange={keep}
    />
  )
}

function List(props: { sessions: readonly Session[]; onEnd?: (session: Session) => void }) {
  const { t } = useTranslation('settings')
  const now = useMinute()
  const name = useDeviceName()
  return (
    <ul>
      {props.sessions.map((session) => (
        <li key={session.id} className="flex items-center gap-3.5 py-2.5">
          <Icon of={isPhone(session.device) ? Smartphone : Monitor} className="text-ink-2" />
          <div className="min-w-0 flex-1">
            <p className="text-msg wrap-anywhere">
              <bdi>{name(session)}</bdi>
            </p>
            <p className="text-snippet text-ink-2">
              {session.current ? (
                t('devices.now')
              ) : (
                <time
                  dateTime={new Date(session.lastSeenAt).toISOString()}
                  title={formatFull(session.lastSeenAt)}
                >
                  {t('devices.seen', { when: formatListTime(session.lastSeenAt, now) })}
                </time>
              )}
              {session.address !== null && (
                <>
                  {' · '}
                  <bdi>{session.address}</bdi>
                </>
              )}
            </p>
          </div>
          {props.onEnd && (
            <Button
              size="sm"
              aria-label={t('devices.endNamed', { device: isolate(name(session)) })}
              onClick={() => props.onEnd?.(session)}
            >
              {t('devices.end')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  )
}

function useDeviceName(): (session: Session) => string {
  const { t } = useTranslation('settings')
  return ({ device }) => {
    const found = deviceName(device)
    if (!found) return device.trim() || t('devices.unknown')
    return found.system === null
      ? found.browser
      : t('devices.on', { ...found, system: found.system })
  }
}

/** Reads the list again whenever somebody comes back to this page. */
function useReturn(again: () => void): void {
  useEffect(() => {
    const onVisible = () => document.visibilityState === 'visible' && again()
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [again])
}
