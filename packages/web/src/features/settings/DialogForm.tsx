import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '../../ui/Button.tsx'
import { DialogActions } from '../../ui/DialogActions.tsx'
import { FieldError } from '../../ui/Field.tsx'
import type { useAccountForm } from '../account/use-account-form.ts'

/** The fields of an account form in a dialog, what is wrong with all of it, and its buttons. */
export function DialogForm(props: {
  account: Pick<ReturnType<typeof useAccountForm>, 'form' | 'busy' | 'general'>
  action: string
  onCancel: () => void
  children: ReactNode
}) {
  const { t } = useTranslation()
  const { account } = props
  return (
    <form {...account.form} className="flex flex-1 flex-col">
      <div className="flex flex-col gap-5 px-5 pt-2 pb-6">
        {props.children}
        {account.general !== null && <FieldError text={account.general} />}
      </div>
      <DialogActions>
        <Button variant="quiet" onClick={props.onCancel}>
          {t('cancel')}
        </Button>
        <Button variant="primary" type="submit" busy={account.busy}>
          {props.action}
        </Button>
      </DialogActions>
    </form>
  )
}
