import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { linkLook } from '../../ui/link-look.ts'
import { AccountHeading } from './AccountHeading.tsx'
import { NewAccountForm } from './NewAccountForm.tsx'
import { WhomToAsk } from './WhomToAsk.tsx'

export function SignUp() {
  const { t } = useTranslation('account')
  const server = useStore((state) => state.server)
  if (server?.needsSetup)
    return <AccountHeading title={t('setupNeeded.title')} text={t('setupNeeded.text')} />
  const policy = server?.signUp ?? 'open'
  return (
    <>
      <AccountHeading
        title={server?.name ?? 'Roost'}
        text={
          <>
            {t(`signUp.${policy}`)}
            {policy !== 'open' && <WhomToAsk />}
          </>
        }
      />
      {policy === 'open' && (
        <NewAccountForm
          submitLabel={t('signUp.submit')}
          onSubmit={(account) => client.signUp(account)}
        />
      )}
      <p className="mt-6 text-md text-ink-2">
        {t('signUp.toSignIn')}{' '}
        <Link to="/sign-in" search={true} className={linkLook}>
          {t('signUp.toSignInLink')}
        </Link>
      </p>
    </>
  )
}
