import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { linkLook } from '../../ui/link-look.ts'
import { AccountHeading } from './AccountHeading.tsx'
import { useAccountForm } from './use-account-form.ts'

export function SignIn() {
  const { t } = useTranslation('account')
  const server = useStore((state) => state.server)
  const [anyway, setAnyway] = useState(false)
  if (server?.needsSetup && !anyway) {
    return (
      <>
        <AccountHeading title={t('setupNeeded.title')} text={t('setupNeeded.text')} />
        <Button className="mt-7" onClick={() => setAnyway(true)}>
          {t('signIn.anyway')}
        </Button>
      </>
    )
  }
  return (
    <>
      <AccountHeading title={server?.name ?? 'Roost'} text={t('signIn.text')} />
      <SignInForm />
      <p className="mt-6 text-md text-ink-2">
        {server?.signUp === 'open' ? (
          <>
            {t('signIn.toSignUp')}{' '}
            <Link to="/sign-up" search={true} className={linkLook}>
              {t('signIn.toSignUpLink')}
            </Link>
          </>
        ) : (
          server && t('signIn.closed')
        )}
      </p>
    </>
  )
}

function SignInForm() {
  const { t } = useTranslation('account')
  const account = useAccountForm(
    { login: '', password: '' },
    {
      check: ({ login, password }) => {
        if (login.trim() === '') return { field: 'login', text: t('error.loginMissing') }
        if (password === '') return { field: 'password', text: t('error.passwordMissing') }
        return null
      },
      submit: ({ login, password }) => client.signIn({ login: login.trim(), password }),
    },
  )
  return (
    <form {...account.form} className="mt-7 flex flex-col gap-5">
      <Field
        {...account.field('login')}
        label={t('login')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Field
        {...account.field('password')}
        label={t('password')}
        type="password"
        autoComplete="current-password"
        required
      />
      {account.general !== null && <FieldError text={account.general} />}
      <Button type="submit" variant="primary" size="lg" busy={account.busy} className="mt-1">
        {t('signIn.submit')}
      </Button>
    </form>
  )
}
