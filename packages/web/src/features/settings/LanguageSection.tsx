import i18next from 'i18next'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import {
  chooseLanguage,
  chooseOnDevice,
  languageNames,
  languages,
  type Language,
} from '../../i18n/language.ts'
import { Select } from '../../ui/Select.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { SettingsGroup, SettingsRow } from './SettingsGroup.tsx'

export function LanguageSection() {
  const { t } = useTranslation('settings')
  const locale = useStore((state) => state.me?.locale ?? null)

  const choose = async (choice: Language | 'system') => {
    const next = choice === 'system' ? null : choice
    await chooseOnDevice(next)
    try {
      await client.updateMe({ locale: next })
    } catch {
      showToast({ text: () => i18next.t('settings:language.failed') })
    }
  }
  return (
    <SettingsGroup>
      <SettingsRow label={t('language.language')} hint={t('language.hint')}>
        <Select
          label={t('language.language')}
          value={locale === null ? 'system' : chooseLanguage([locale])}
          options={[
            { value: 'system', text: t('language.system') },
            ...languages.map((value) => ({ value, text: languageNames[value] })),
          ]}
          onValueChange={(choice) => void choose(choice)}
        />
      </SettingsRow>
    </SettingsGroup>
  )
}
