import { Link, useSearch } from '@tanstack/react-router'
import i18next from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { linkLook } from '../../ui/link-look.ts'
import { AccountHeading } from './AccountHeading.tsx'
import { useAccountForm } from './use-account-form.ts'
import { WhomToAsk } from './WhomToAsk.tsx'

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
      <NewHere />
    </>
  )
}

/** How one comes by an account here: the invite that led to this page, or what the server allows. */
function NewHere() {
  const { t } = useTranslation('account')
  const server = useStore((state) => state.server)
  const back = useSearch({ from: '/signed-out', select: (search) => search.return })
  if (!server) return null
  const invite = back?.startsWith('/invite/') ? back : undefined
  return (
    <p className="mt-6 text-md text-ink-2">
      {invite !== undefined || server.signUp === 'open' ? (
        <>
          {t('signIn.toSignUp')}{' '}
          <Link
            to={invite ?? '/sign-up'}
            search={invite === undefined ? true : {}}
            className={linkLook}
          >
            {t('signIn.toSignUpLink')}
          </Link>
        </>
      ) : (
        <>
          {t(server.signUp === 'invite' ? 'signIn.byInvite' : 'signIn.closed')}
          <WhomToAsk />
        </>
      )}
    </p>
  )
}

function SignInForm() {
  const { t } = useTranslation('account')
  const account = useAccountForm(
    { login: '', password: '' },
    {
      check: ({ login, password }) => {
        if (login.trim() === '')
          return { field: 'login', text: () => i18next.t('account:error.loginMissing') }
        if (password === '')
          return { field: 'password', text: () => i18next.t('account:error.passwordMissing') }
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
        aside={
          <Link to="/forgot" className={linkLook}>
            {t('signIn.forgot')}
          </Link>
        }
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
