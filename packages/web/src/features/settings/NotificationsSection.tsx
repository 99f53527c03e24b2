import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Switch } from '../../ui/Switch.tsx'
import { getSound, setSound } from '../messages/sound.ts'
import { SettingsGroup } from './SettingsGroup.tsx'

export function NotificationsSection() {
  const { t } = useTranslation('settings')
  const [sound, setOn] = useState(getSound)
  return (
    <SettingsGroup title={t('notifications.device')}>
      <Switch
        label={t('notifications.sound')}
        hint={t('notifications.soundHint')}
        checked={sound}
        onCheckedChange={(on) => {
          setSound(on)
          setOn(on)
        }}
      />
    </SettingsGroup>
  )
}
