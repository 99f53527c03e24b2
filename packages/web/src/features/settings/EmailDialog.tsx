import i18next from 'i18next'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { useAccountForm } from '../account/use-account-form.ts'
import { DialogForm } from './DialogForm.tsx'

/** Says where mail about the account goes from now on. It takes the password, since mail can reset it. */
export function EmailDialog(props: { open: boolean; email: string; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'account'])
  return (
    <Dialog open={props.open} onOpenChange={props.onClose} title={t('account.changeEmail')}>
      <EmailForm {...props} />
    </Dialog>
  )
}

function EmailForm({ email, onClose }: { email: string; onClose: () => void }) {
  const { t } = useTranslation(['settings', 'account'])
  const account = useAccountForm(
    { email: '', currentPassword: '' },
    {
      check: (values) => {
        if (values.email.trim() === '')
          return { field: 'email', text: () => i18next.t('account:error.emailMissing') }
        if (values.currentPassword === '')
          return {
            field: 'currentPassword',
            text: () => i18next.t('account:error.passwordMissing'),
          }
        return null
      },
      submit: async (values) => {
        await client.changeEmail({ email: values.email.trim(), password: values.currentPassword })
        showToast({ text: () => i18next.t('settings:account.emailChanged') })
        onClose()
      },
    },
  )
  return (
    <DialogForm account={account} action={t('save')} onCancel={onClose}>
      <Field
        {...account.field('email')}
        label={t('account.newEmail')}
        hint={t('account.emailNow', { email })}
        type="email"
        autoComplete="email"
      />
      <Field
        {...account.field('currentPassword')}
        label={t('account.passwordToConfirm')}
        type="password"
        autoComplete="current-password"
      />
    </DialogForm>
  )
}
