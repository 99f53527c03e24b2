import { Bell, BellOff } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { useMinute } from '../conversation/use-minute.ts'
import { muteItem } from './chat-menu.ts'

/** Silences a chat for a while, or ends the silence. */
export function MuteButton({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation('chats')
  const now = useMinute()
  const muted = useStore(
    (state) => (state.conversations[conversationId]?.membership?.mutedUntil ?? 0) > now,
  )
  if (muted) {
    return (
      <Button onClick={() => muteItem(conversationId).onSelect?.()}>
        <Icon of={Bell} inline />
        {t('action.unmute')}
      </Button>
    )
  }
  return (
    <Menu
      align="start"
      trigger={
        <Button>
          <Icon of={BellOff} inline />
          {t('action.mute')}
        </Button>
      }
      items={() => muteItem(conversationId).items ?? []}
    />
  )
}
