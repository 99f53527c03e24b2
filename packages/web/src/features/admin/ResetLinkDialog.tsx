import { adminEndpoints, type AdminUser, type ResetLink } from '@roost/protocol'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { formatFull } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { CopyField } from '../../ui/CopyField.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { FieldError } from '../../ui/Field.tsx'
import { isolate } from '../conversation/names.ts'
import { resetAddress } from './reset-link.ts'
import { useTask } from './use-task.ts'

/** Whoever has such a link has the account: it is said before, and the person is told. */
export function ResetLinkDialog(props: { user: AdminUser; open: boolean; onClose: () => void }) {
  const { user } = props
  const { t } = useTranslation(['admin', 'ui'])
  const task = useTask()
  const [link, setLink] = useState<ResetLink | null>(null)
  const name = isolate(user.name)
  const make = () =>
    task.run(async () => {
      setLink(await client.call(adminEndpoints.adminResetLink, { params: { id: user.id } }))
    })
  return (
    <Dialog
      small
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={t('users.resetLink.title', { name })}
      description={t(link ? 'users.resetLink.made' : 'users.resetLink.text', { name })}
      footer={
        link ? (
          <Button onClick={props.onClose}>{t('ui:close')}</Button>
        ) : (
          <>
            <Button variant="quiet" onClick={props.onClose}>
              {t('ui:cancel')}
            </Button>
            <Button variant="primary" busy={task.busy} onClick={() => void make()}>
              {t('users.resetLink.action')}
            </Button>
          </>
        )
      }
    >
      {(link !== null || task.problem !== null) && (
        <div className="px-5 pt-4">
          {link && <ResetLinkField link={link} />}
          {task.problem !== null && <FieldError text={task.problem} />}
        </div>
      )}
    </Dialog>
  )
}

/** The link, this once, and until when it works. */
export function ResetLinkField({ link }: { link: ResetLink }) {
  const { t } = useTranslation('admin')
  return (
    <>
      <CopyField label={t('users.resetLink.label')} value={resetAddress(link)} />
      <p className="mt-2 text-sm text-ink-2">
        {t('users.resetLink.until', { time: formatFull(link.expiresAt) })}
      </p>
    </>
  )
}
