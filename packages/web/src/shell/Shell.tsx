import { Outlet } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { ChatList } from '../features/chats/ChatList.tsx'
import { useChime } from '../features/messages/use-chime.ts'
import { Frame } from './Frame.tsx'
import { useAtHome } from './use-at-home.ts'

/** The chat list beside whatever the address names. */
export function Shell() {
  const { t } = useTranslation()
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
