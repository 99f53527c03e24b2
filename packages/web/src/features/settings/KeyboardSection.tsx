import { useTranslation } from 'react-i18next'

import { writeShortcut } from '../../shell/shortcuts.ts'
import { Kbd } from '../../ui/Kbd.tsx'
import { SettingsGroup, SettingsRow } from './SettingsGroup.tsx'

export function KeyboardSection() {
  const { t } = useTranslation('settings')
  const groups = [
    {
      title: t('keyboard.chats'),
      keys: [
        { label: t('keyboard.search'), press: writeShortcut('search') },
        { label: t('keyboard.newChat'), press: writeShortcut('newChat') },
        { label: t('keyboard.close'), press: t('keys.escape') },
      ],
    },
    {
      title: t('keyboard.writing'),
      keys: [
        { label: t('keyboard.send'), press: t('keys.enter') },
        { label: t('keyboard.newLine'), press: t('keys.shiftEnter') },
      ],
    },
  ]
  return groups.map(({ title, keys }) => (
    <SettingsGroup key={title} title={title}>
      {keys.map(({ label, press }) => (
        <SettingsRow key={label} label={label}>
          <Kbd>{press}</Kbd>
        </SettingsRow>
      ))}
    </SettingsGroup>
  ))
}
