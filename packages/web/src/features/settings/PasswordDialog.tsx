import { endpoints, limits } from '@roost/protocol'
import i18next from 'i18next'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field } from '../../ui/Field.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { checkLength } from '../account/account-problem.ts'
import { useAccountForm } from '../account/use-account-form.ts'
import { DialogForm } from './DialogForm.tsx'

export function PasswordDialog(props: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('settings')
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onClose}
      title={t('account.changePassword')}
      description={t('account.passwordHint')}
    >
      <PasswordForm onClose={props.onClose} />
    </Dialog>
  )
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['settings', 'account'])
  const account = useAccountForm(
    { currentPassword: '', password: '' },
    {
      check: (values) =>
        values.currentPassword === ''
          ? { field: 'currentPassword', text: () => i18next.t('account:error.passwordMissing') }
          : checkLength(values.password),
      submit: async ({ currentPassword, password }) => {
        await client.call(endpoints.changePassword, {
          body: { currentPassword, newPassword: password },
        })
        showToast({ text: () => i18next.t('settings:account.passwordChanged') })
        onClose()
      },
    },
  )
  return (
    <DialogForm account={account} action={t('account.changePassword')} onCancel={onClose}>
      <Field
        {...account.field('currentPassword')}
        label={t('account.currentPassword')}
        type="password"
        autoComplete="current-password"
      />
      <Field
        {...account.field('password', checkLength)}
        label={t('account.newPassword')}
        hint={t('account:passwordHint', { min: limits.passwordMin })}
        type="password"
        autoComplete="new-password"
      />
    </DialogForm>
  )
}
