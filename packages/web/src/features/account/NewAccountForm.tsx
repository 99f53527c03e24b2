import { limits, type SignUp } from '@roost/protocol'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'

import { Button } from '../../ui/Button.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { checkLength, type AccountProblem } from './account-problem.ts'
import { useAccountForm } from './use-account-form.ts'

/** The fields of a new account, for signing up and for the owner's. */
export function NewAccountForm(props: {
  submitLabel: string
  onSubmit: (account: SignUp) => Promise<void>
}) {
  const { t } = useTranslation('account')
  const check = (values: SignUp): AccountProblem | null => {
    if (values.username.trim() === '')
      return { field: 'username', text: () => i18next.t('account:error.usernameMissing') }
    if (values.email.trim() === '')
      return { field: 'email', text: () => i18next.t('account:error.emailMissing') }
    return checkLength(values.password)
  }
  const account = useAccountForm(
    { name: '', username: '', email: '', password: '' },
    {
      check,
      submit: (values) => {
        const username = values.username.trim()
        const name = values.name.trim() || username
        return props.onSubmit({ ...values, username, name, email: values.email.trim() })
      },
    },
  )
  return (
    <form {...account.form} className="mt-7 flex flex-col gap-5">
      <Field
        {...account.field('name')}
        label={t('name')}
        hint={t('nameHint')}
        autoComplete="name"
      />
      <Field
        {...account.field('username')}
        label={t('username')}
        hint={t('usernameHint')}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Field
        {...account.field('email')}
        label={t('email')}
        hint={t('emailHint')}
        type="email"
        autoComplete="email"
        required
      />
      <Field
        {...account.field('password', checkLength)}
        label={t('password')}
        hint={t('passwordHint', { min: limits.passwordMin })}
        type="password"
        autoComplete="new-password"
        required
      />
      {account.general !== null && <FieldError text={account.general} />}
      <Button type="submit" variant="primary" size="lg" busy={account.busy} className="mt-1">
        {props.submitLabel}
      </Button>
    </form>
  )
}
