import { endpoints, limits } from '@roost/protocol'
import { ApiError } from '@roost/sdk'
import { Link, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { linkLook } from '../../ui/link-look.ts'
import { checkLength } from './account-problem.ts'
import { AccountHeading } from './AccountHeading.tsx'
import { useAccountForm } from './use-account-form.ts'

type Stage = 'asking' | 'done' | 'invalid'

/** Where the link of a reset mail, or one that an administrator made, leads. */
export function ResetPassword() {
  const { t } = useTranslation('account')
  const { token } = useParams({ from: '/account-pages/reset/$token' })
  const [stage, setStage] = useState<Stage>('asking')
  if (stage === 'asking') {
    return (
      <>
        <AccountHeading title={t('reset.title')} text={t('reset.text')} />
        <ResetForm token={token} onStage={setStage} />
      </>
    )
  }
  const done = stage === 'done'
  return (
    <>
      <AccountHeading
        title={t(done ? 'reset.doneTitle' : 'reset.invalidTitle')}
        text={t(done ? 'reset.done' : 'reset.invalid')}
        news
      />
      <p className="mt-6 text-md">
        <Link to={done ? '/sign-in' : '/forgot'} replace className={linkLook}>
          {t(done ? 'toSignIn' : 'reset.askAgain')}
        </Link>
      </p>
    </>
  )
}

function ResetForm(props: { token: string; onStage: (stage: Stage) => void }) {
  const { t } = useTranslation('account')
  const account = useAccountForm(
    { password: '' },
    {
      check: ({ password }) => checkLength(password),
      submit: async ({ password }) => {
        try {
          const body = { token: props.token, newPassword: password }
          await client.call(endpoints.resetPassword, { body })
          props.onStage('done')
        } catch (error) {
          if (!(error instanceof ApiError) || error.reason !== 'reset_invalid') throw error
          props.onStage('invalid')
        }
      },
    },
  )
  return (
    <form {...account.form} className="mt-7 flex flex-col gap-5">
      <Field
        {...account.field('password', checkLength)}
        label={t('reset.password')}
        hint={t('passwordHint', { min: limits.passwordMin })}
        type="password"
        autoComplete="new-password"
        required
      />
      {account.general !== null && <FieldError text={account.general} />}
      <Button type="submit" variant="primary" size="lg" busy={account.busy} className="mt-1">
        {t('reset.submit')}
      </Button>
    </form>
  )
}
