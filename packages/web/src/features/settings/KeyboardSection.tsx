import { useTranslation } from 'react-i18next'

import { writeShortcut } from '../../shell/shortcuts.ts'
import { Kbd } from '../../ui/Kbd.tsx'
import { SettingsGroup } from './SettingsGroup.tsx'

export function KeyboardSection() {
  const { t } = useTranslation(['settings', 'messages'])
  const groups = [
    {
      title: t('keyboard.chats'),
      keys: [
        { label: t('keyboard.search'), press: writeShortcut('search') },
        { label: t('keyboard.newChat'), press: writeShortcut('newChat') },
        { label: t('keyboard.move'), press: '↑ ↓' },
        { label: t('keyboard.menu'), press: t('keys.shiftF10') },
        { label: t('keyboard.close'), press: t('keys.escape') },
        { label: t('keyboard.help'), press: '?' },
      ],
    },
    {
      title: t('keyboard.writing'),
      keys: [
        { label: t('keyboard.send'), press: t('keys.enter') },
        { label: t('keyboard.newLine'), press: t('keys.shiftEnter') },
        { label: t('keyboard.editLast'), press: '↑' },
      ],
    },
    {
      title: t('keyboard.message'),
      keys: [
        { label: t('messages:menu.reply'), press: 'R' },
        { label: t('messages:menu.copy'), press: 'C' },
        { label: t('messages:menu.edit'), press: 'E' },
        { label: t('messages:menu.delete'), press: t('messages:menu.deleteKey') },
      ],
    },
  ]
  return groups.map(({ title, keys }) => (
    <SettingsGroup key={title} title={title}>
      <dl>
        {keys.map(({ label, press }) => (
          <div key={label} className="flex items-center justify-between gap-4 py-2">
            <dt className="text-msg">{label}</dt>
            <dd className="shrink-0">
              <Kbd>{press}</Kbd>
            </dd>
          </div>
        ))}
      </dl>
    </SettingsGroup>
  ))
}
