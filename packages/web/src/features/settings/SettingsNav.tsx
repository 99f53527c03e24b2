import { Link } from '@tanstack/react-router'
import { Lock } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { SideHead } from '../../shell/SideHead.tsx'
import { Avatar } from '../../ui/Avatar.tsx'
import { cn } from '../../ui/cn.ts'
import { face } from '../../ui/face.ts'
import { Icon } from '../../ui/Icon.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { sections } from './sections.ts'
import { SignOut } from './SignOut.tsx'

const rowLook =
  'flex min-h-(--h-line) items-center gap-3 rounded-lg px-3 text-row transition-colors focus-inside'

export function SettingsNav({ current }: { current: (typeof sections)[number]['id'] }) {
  const { t } = useTranslation('settings')
  const me = useStore((state) => state.me)
  const server = useStore((state) => state.server)
  return (
    <>
      <SideHead title={t('title')} />
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pt-4">
        {me && (
          <div className="mb-4 flex items-center gap-3 px-2">
            <Avatar {...face(me)} size={52} />
            <span className="min-w-0">
              <OneLine className="text-name font-semi">{me.name}</OneLine>
              {me.username !== null && (
                <OneLine className="text-snippet text-ink-2">@{me.username}</OneLine>
              )}
            </span>
          </div>
        )}
        <ul>
          {sections.map(({ id, icon }) => (
            <li key={id}>
              <Link
                to="/settings/$section"
                params={{ section: id }}
                aria-current={id === current ? 'page' : undefined}
                className={cn(
                  rowLook,
                  'no-underline hover:bg-hover active:bg-selected',
                  id === current && 'wide:bg-selected wide:font-semi',
                )}
              >
                <Icon of={icon} />
                {t(`${id}.title`)}
              </Link>
            </li>
          ))}
          {me && me.role !== 'user' && (
            <li>
              <Link
                to="/admin"
                className={cn(rowLook, 'no-underline hover:bg-hover active:bg-selected')}
              >
                <Icon of={Lock} />
                {t('administration')}
              </Link>
            </li>
          )}
        </ul>
      </div>
      <div className="shrink-0 px-2 pb-4">
        <SignOut className={cn(rowLook, 'w-full text-start hover:bg-hover active:bg-selected')} />
        <p className="px-3 pt-3 text-date text-ink-2">
          {t('footer', { version: server?.version ?? '', host: location.host })}
        </p>
      </div>
    </>
  )
}
