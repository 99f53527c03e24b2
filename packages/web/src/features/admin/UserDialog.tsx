/** Every act on an account, each behind a dialog that says what it means. */
import { adminEndpoints, limits, type AdminUser } from '@roost/protocol'
import i18next from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Field } from '../../ui/Field.tsx'
import { RadioRow } from '../../ui/RadioRow.tsx'
import { isolate } from '../conversation/names.ts'
import { ActDialog } from './ActDialog.tsx'
import { ResetLinkDialog } from './ResetLinkDialog.tsx'

export interface UserAct {
  readonly kind:
    | 'rename'
    | 'resetLink'
    | 'signOut'
    | 'promote'
    | 'demote'
    | 'disable'
    | 'enable'
    | 'delete'
  readonly user: AdminUser
}

interface DialogProps {
  readonly user: AdminUser
  readonly open: boolean
  readonly onClose: () => void
  /** With the account as it is now, or without where the list is to be read again. */
  readonly onChanged: (user?: AdminUser) => void
}

export function UserDialog({ act, ...rest }: Omit<DialogProps, 'user'> & { act: UserAct }) {
  const props = { ...rest, user: act.user }
  switch (act.kind) {
    case 'rename':
      return <RenameDialog {...props} />
    case 'resetLink':
      return <ResetLinkDialog {...props} />
    case 'delete':
      return <DeleteDialog {...props} />
    case 'signOut':
      return <SignOutDialog {...props} />
    default:
      return <UpdateDialog {...props} kind={act.kind} />
  }
}

const updates = {
  promote: { change: { role: 'admin' }, danger: false },
  demote: { change: { role: 'user' }, danger: false },
  disable: { change: { disabled: true }, danger: true },
  enable: { change: { disabled: false }, danger: false },
} as const

function UpdateDialog(props: DialogProps & { kind: keyof typeof updates }) {
  const { kind, user } = props
  const { t } = useTranslation('admin')
  const name = isolate(user.name)
  const { change, danger } = updates[kind]
  return (
    <ActDialog
      open={props.open}
      onClose={props.onClose}
      title={t(`users.${kind}.title`, { name })}
      description={t(`users.${kind}.text`)}
      action={t(`users.act.${kind}`)}
      danger={danger}
      done={() => i18next.t(`admin:users.${kind}.done`, { name })}
      onAct={async () => {
        const params = { id: user.id }
        props.onChanged(await client.call(adminEndpoints.adminUpdateUser, { params, body: change }))
      }}
    />
  )
}

function SignOutDialog(props: DialogProps) {
  const { user } = props
  const { t } = useTranslation('admin')
  const name = isolate(user.name)
  return (
    <ActDialog
      open={props.open}
      onClose={props.onClose}
      title={t('users.signOut.title', { name })}
      description={t('users.signOut.text')}
      action={t('users.signOut.action')}
      done={() => i18next.t('admin:users.signOut.done', { name })}
      onAct={async () => {
        await client.call(adminEndpoints.adminSignOutUser, { params: { id: user.id } })
      }}
    />
  )
}

function RenameDialog(props: DialogProps) {
  const { user } = props
  const { t } = useTranslation('admin')
  const [name, setName] = useState(user.name)
  return (
    <ActDialog
      open={props.open}
      onClose={props.onClose}
      title={t('users.rename.title', { name: isolate(user.name) })}
      description={t('users.rename.text')}
      action={t('users.rename.action')}
      onAct={async () => {
        const body = { name: name.trim() }
        const params = { id: user.id }
        props.onChanged(await client.call(adminEndpoints.adminUpdateUser, { params, body }))
      }}
    >
      <Field
        label={t('users.name')}
        value={name}
        maxLength={limits.displayNameMax}
        autoComplete="off"
        onChange={(event) => setName(event.target.value)}
      />
    </ActDialog>
  )
}

function DeleteDialog(props: DialogProps) {
  const { user } = props
  const { t } = useTranslation('admin')
  const [messages, setMessages] = useState<'keep' | 'delete'>('keep')
  const name = isolate(user.name)
  return (
    <ActDialog
      open={props.open}
      onClose={props.onClose}
      title={t('users.delete.title', { name })}
      description={t('users.delete.text')}
      action={t('users.act.delete')}
      danger
      confirm={user.username ?? user.name}
      done={() => i18next.t('admin:users.delete.done', { name })}
      onAct={async () => {
        const params = { id: user.id }
        await client.call(adminEndpoints.adminDeleteUser, { params, body: { messages } })
        props.onChanged()
      }}
    >
      <fieldset className="-mx-2">
        <legend className="sr-only">{t('users.delete.messages')}</legend>
        {(['keep', 'delete'] as const).map((choice) => (
          <RadioRow
            key={choice}
            name="messages"
            label={t(`users.delete.${choice}`)}
            hint={t(`users.delete.${choice}Hint`)}
            checked={messages === choice}
            onChoose={() => setMessages(choice)}
          />
        ))}
      </fieldset>
    </ActDialog>
  )
}
