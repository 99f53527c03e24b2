import { endpoints } from '@roost/protocol'
import { Link } from '@tanstack/react-router'
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

/** Asks for a mail that resets the password. What it says never tells whether there is an account. */
export function Forgot() {
  const { t } = useTranslation('account')
  const byMail = useStore((state) => state.server?.passwordReset !== 'admin')
  const [sent, setSent] = useState(false)
  const text = !byMail ? (
    <>
      {t('forgot.byAdmin')}
      <WhomToAsk />
    </>
  ) : (
    t(sent ? 'forgot.sent' : 'forgot.text')
  )
  return (
    <>
      <AccountHeading
        title={t(sent ? 'forgot.sentTitle' : 'forgot.title')}
        text={text}
        news={sent}
      />
      {byMail && !sent && <ForgotForm onSent={() => setSent(true)} />}
      {sent && (
        <p className="mt-4 text-md text-ink-2">
          {t('forgot.nothing')}{' '}
          <button type="button" className={linkLook} onClick={() => setSent(false)}>
            {t('forgot.again')}
          </button>
        </p>
      )}
      <p className="mt-6 text-md">
        <Link to="/sign-in" className={linkLook}>
          {t('toSignIn')}
        </Link>
      </p>
    </>
  )
}

function ForgotForm({ onSent }: { onSent: () => void }) {
  const { t } = useTranslation('account')
  const account = useAccountForm(
    { login: '' },
    {
      check: ({ login }) =>
        login.trim() === ''
          ? { field: 'login', text: () => i18next.t('account:error.loginMissing') }
          : null,
      submit: async ({ login }) => {
        await client.call(endpoints.requestPasswordReset, { body: { login: login.trim() } })
        onSent()
      },
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
      {account.general !== null && <FieldError text={account.general} />}
      <Button type="submit" variant="primary" size="lg" busy={account.busy} className="mt-1">
        {t('forgot.submit')}
      </Button>
    </form>
  )
}
