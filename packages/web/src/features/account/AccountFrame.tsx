import { Outlet } from '@tanstack/react-router'
import { Globe, SunMoon } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { chooseLanguage, chooseOnDevice, languageNames, languages } from '../../i18n/language.ts'
import { chooseTheme, storedTheme, themes } from '../../theme.ts'
import { Wire } from '../../ui/EmptyState.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { Mark } from '../../ui/Mark.tsx'
import { Select } from '../../ui/Select.tsx'

/** What surrounds every screen before signing in: the wire above, this server and this device below. */
export function AccountFrame() {
  return (
    <div className="flex h-dvh flex-col overflow-y-auto bg-bg">
      <div className="max-h-36 min-h-12 flex-1 wide:max-h-[17.5vh]" />
      <Wire column="max-w-(--w-account)" flock />
      <main className="flex-1 px-6 pt-8 pb-10">
        <div className="mx-auto max-w-(--w-account)">
          <Outlet />
        </div>
      </main>
      <Footer />
    </div>
  )
}

function Footer() {
  const { t, i18n } = useTranslation(['account', 'settings'])
  const [theme, setTheme] = useState(storedTheme)
  return (
    <footer className="flex flex-wrap items-center gap-x-4 gap-y-1 px-6 pb-4 text-md text-ink-2 wide:px-7">
      <span className="inline-flex items-center gap-2 font-semi text-ink">
        <Mark className="size-5" />
        Roost
      </span>
      <span className="max-wide:hidden">{t('at', { host: location.host })}</span>
      <span className="grow" />
      <Select
        bare
        label={t('theme')}
        icon={<Icon of={SunMoon} inline />}
        value={theme}
        options={themes.map((value) => ({ value, text: t(`settings:appearance.${value}`) }))}
        onValueChange={(next) => {
          setTheme(next)
          chooseTheme(next)
        }}
      />
      <Select
        bare
        label={t('language')}
        icon={<Icon of={Globe} inline />}
        value={chooseLanguage([i18n.language])}
        options={languages.map((value) => ({ value, text: languageNames[value] }))}
        onValueChange={(language) => void chooseOnDevice(language)}
      />
    </footer>
  )
}
