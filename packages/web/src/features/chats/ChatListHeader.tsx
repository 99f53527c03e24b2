import { Link, useNavigate } from '@tanstack/react-router'
import { Ellipsis, Hash, Settings, SquarePen } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { writeShortcut } from '../../shell/shortcuts.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Menu } from '../../ui/Menu.tsx'

/** The name of the house, and the ways out of the list; on a phone they are in a menu. */
export function ChatListHeader({ onNewChat }: { onNewChat: () => void }) {
  const { t } = useTranslation('chats')
  const navigate = useNavigate()
  const openRooms = () => void navigate({ to: '/rooms' })
  const openSettings = () => void navigate({ to: '/settings' })
  return (
    <header className="flex h-(--h-bar) shrink-0 items-center gap-1 ps-4 pe-3 max-wide:pe-2">
      <h1 className="text-lg font-bold max-wide:text-xl">
        <Link to="/" className="flex items-center gap-2.5 rounded-sm pe-1">
          <Mark className="size-7" />
          {t('app', { ns: 'ui' })}
        </Link>
      </h1>
      <span className="flex-1" />
      <span className="flex gap-1 max-wide:hidden">
        <IconButton
          label={t('newChat')}
          icon={SquarePen}
          shortcut={writeShortcut('newChat')}
          onClick={onNewChat}
        />
        <IconButton label={t('rooms')} icon={Hash} onClick={openRooms} />
        <IconButton label={t('settings')} icon={Settings} onClick={openSettings} />
      </span>
      <span className="wide:hidden">
        <Menu
          trigger={<IconButton label={t('menu')} icon={Ellipsis} />}
          items={[
            { label: t('rooms'), icon: Hash, onSelect: openRooms },
            { label: t('settings'), icon: Settings, onSelect: openSettings },
          ]}
        />
      </span>
    </header>
  )
}
