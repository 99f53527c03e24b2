import { Link, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { linkLook } from '../../ui/link-look.ts'
import { AccountHeading } from './AccountHeading.tsx'
import { NewAccountForm } from './NewAccountForm.tsx'

/** Where the link that an empty server prints leads. */
export function SetUp() {
  const { t } = useTranslation('account')
  const { token } = useSearch({ from: '/signed-out/setup' })
  const needed = useStore((state) => state.server?.needsSetup ?? true)
  if (!needed) {
    return (
      <>
        <AccountHeading title={t('setUp.title')} text={t('setUp.done')} />
        <p className="mt-6 text-md">
          <Link to="/sign-in" className={linkLook}>
            {t('signUp.toSignInLink')}
          </Link>
        </p>
      </>
    )
  }
  if (token === undefined)
    return <AccountHeading title={t('setUp.title')} text={t('setUp.noToken')} />
  return (
    <>
      <AccountHeading title={t('setUp.title')} text={t('setUp.text')} />
      <NewAccountForm
        submitLabel={t('setUp.submit')}
        onSubmit={(account) => client.setUp({ ...account, token })}
      />
    </>
  )
}
