import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { EmailDialog } from './EmailDialog.tsx'
import { PasswordDialog } from './PasswordDialog.tsx'
import { SettingsGroup, SettingsRow } from './SettingsGroup.tsx'

/** What one signs in with. */
export function AccountSection() {
  const { t } = useTranslation('settings')
  const email = useStore((state) => state.me?.email ?? '')
  const [changing, setChanging] = useState<'email' | 'password' | null>(null)
  const close = () => setChanging(null)
  return (
    <>
      <SettingsGroup>
        <SettingsRow
          label={t('account.email')}
          hint={
            <>
              <span className="block wrap-anywhere text-ink">
                <bdi>{email}</bdi>
              </span>
              {t('account.emailHint')}
            </>
          }
        >
          <Button aria-label={t('account.changeEmail')} onClick={() => setChanging('email')}>
            {t('change')}
          </Button>
        </SettingsRow>
        <SettingsRow label={t('account.password')} hint={t('account.passwordHint')}>
          <Button aria-label={t('account.changePassword')} onClick={() => setChanging('password')}>
            {t('change')}
          </Button>
        </SettingsRow>
      </SettingsGroup>
      <EmailDialog open={changing === 'email'} email={email} onClose={close} />
      <PasswordDialog open={changing === 'password'} onClose={close} />
    </>
  )
}
