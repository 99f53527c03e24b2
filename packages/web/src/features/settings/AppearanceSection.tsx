import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { chooseTheme, storedTheme, themes } from '../../theme.ts'
import { Segmented } from '../../ui/Segmented.tsx'
import { SettingsGroup, SettingsRow } from './SettingsGroup.tsx'

const icons = { system: Monitor, light: Sun, dark: Moon }

export function AppearanceSection() {
  const { t } = useTranslation('settings')
  const [theme, setTheme] = useState(storedTheme)
  return (
    <SettingsGroup>
      <SettingsRow label={t('appearance.theme')} hint={t('appearance.themeHint')}>
        <Segmented
          label={t('appearance.theme')}
          value={theme}
          options={themes.map((value) => ({
            value,
            text: t(`appearance.${value}`),
            icon: icons[value],
          }))}
          onValueChange={(next) => {
            setTheme(next)
            chooseTheme(next)
          }}
        />
      </SettingsRow>
    </SettingsGroup>
  )
}
