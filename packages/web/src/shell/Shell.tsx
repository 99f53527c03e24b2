import { Outlet } from '@tanstack/react-router'

import { ChatList } from '../features/chats/ChatList.tsx'
import { useChime } from '../features/messages/use-chime.ts'
import { useTranslation } from '../i18n/translate.ts'
import { Frame } from './Frame.tsx'
import { useAtHome } from './use-at-home.ts'

/** The chat list beside whatever the address names. */
export function Shell() {
  const { t } = useTranslation('ui')
  useChime()
  const atHome = useAtHome()
  return (
    <Frame
      side={<ChatList />}
      sideLabel={t('nav.chats')}
      pane={<Outlet />}
      showing={atHome ? 'side' : 'pane'}
    />
  )
}
