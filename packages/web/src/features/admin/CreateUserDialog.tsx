import { adminEndpoints, type ResetLink } from '@roost/protocol'
import i18next from 'i18next'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Field, FieldError } from '../../ui/Field.tsx'
import { RadioRow } from '../../ui/RadioRow.tsx'
import { useAccountForm } from '../account/use-account-form.ts'
import { isolate } from '../conversation/names.ts'
import { ResetLinkField } from './ResetLinkDialog.tsx'

interface Created {
  readonly name: string
  readonly link: ResetLink | undefined
}

interface CreateProps {
  readonly open: boolean
  readonly mayChooseRole: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly onCreated: () => void
}

/** Makes an account for someone, and shows the link by which they choose their password. */
export function CreateUserDialog(props: CreateProps) {
  const [turn, setTurn] = useState(0)
  const [wasOpen, setWasOpen] = useState(props.open)
  if (props.open !== wasOpen) {
    setWasOpen(props.open)
    if (props.open) setTurn(turn + 1)
  }
  return <OneCreation key={turn} {...props} />
}

function OneCreation(props: CreateProps) {
  const { t } = useTranslation(['admin', 'ui'])
  const formId = useId()
  const [created, setCreated] = useState<Created | null>(null)
  const [busy, setBusy] = useState(false)
  const name = isolate(created?.name ?? '')
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={created ? t('users.new.doneTitle', { name }) : t('users.create')}
      description={created ? t('users.new.done', { name }) : t('users.new.text')}
      footer={
        created ? (
          <Button variant="secondary" onClick={() => props.onOpenChange(false)}>
            {t('ui:close')}
          </Button>
        ) : (
          <>
            <Button variant="quiet" onClick={() => props.onOpenChange(false)}>
              {t('ui:cancel')}
            </Button>
            <Button variant="primary" type="submit" form={formId} busy={busy}>
              {t('users.new.action')}
            </Button>
          </>
        )
      }
    >
      <div className="px-5 pt-2 pb-5">
        {created ? (
          created.link && <ResetLinkField link={created.link} />
        ) : (
          <NewUserForm
            id={formId}
            mayChooseRole={props.mayChooseRole}
            onBusy={setBusy}
            onCreated={(made) => {
              setCreated(made)
              props.onCreated()
            }}
          />
        )}
      </div>
    </Dialog>
  )
}

function NewUserForm(props: {
  id: string
  mayChooseRole: boolean
  onBusy: (busy: boolean) => void
  onCreated: (created: Created) => void
}) {
  const { t } = useTranslation(['admin', 'account'])
  const [role, setRole] = useState<'user' | 'admin'>('user')
  const account = useAccountForm(
    { name: '', username: '', email: '' },
    {
      check: ({ username, email }) => {
        if (username.trim() === '')
          return { field: 'username', text: () => i18next.t('account:error.usernameMissing') }
        if (email.trim() === '')
          return { field: 'email', text: () => i18next.t('account:error.emailMissing') }
        return null
      },
      submit: async (values) => {
        props.onBusy(true)
        try {
          const username = values.username.trim()
          const name = values.name.trim() || username
          const body = { username, name, email: values.email.trim() }
          const { user, resetLink } = await client.call(adminEndpoints.adminCreateUser, {
            body: props.mayChooseRole ? { ...body, role } : body,
          })
          props.onCreated({ name: user.name, link: resetLink })
        } finally {
          props.onBusy(false)
        }
      },
    },
  )
  return (
    <form {...account.form} id={props.id} className="flex flex-col gap-4">
      <Field {...account.field('name')} label={t('users.new.name')} autoComplete="off" />
      <Field
        {...account.field('username')}
        label={t('account:username')}
        hint={t('account:usernameHint')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        required
      />
      <Field
        {...account.field('email')}
        label={t('account:email')}
        type="email"
        autoComplete="off"
        required
      />
      {props.mayChooseRole && (
        <fieldset className="-mx-2">
          <legend className="px-2 pb-1 text-sm font-semi">{t('users.role')}</legend>
          {(['user', 'admin'] as const).map((choice) => (
            <RadioRow
              key={choice}
              name="role"
              label={t(`users.roles.${choice}`)}
              hint={t(`users.new.${choice}Hint`)}
              checked={role === choice}
              onChoose={() => setRole(choice)}
            />
          ))}
        </fieldset>
      )}
      {account.general !== null && <FieldError text={account.general} />}
    </form>
  )
}
