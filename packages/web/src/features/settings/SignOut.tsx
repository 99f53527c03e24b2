import { unsentCount } from '@roost/sdk'
import { useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { LogOut } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { forgetDrafts } from '../composer/use-draft.ts'
import { finishDeletions } from '../messages/deletions.ts'

/** Ends the session; asks first when something written here would be lost. */
export function SignOut({ className }: { className: string }) {
  const { t } = useTranslation('settings')
  const navigate = useNavigate()
  const meId = useStore((state) => state.me?.id)
  const unsent = useStore(unsentCount)
  const [asking, setAsking] = useState(false)
  const [busy, setBusy] = useState(false)

  const begin = async () => {
    setBusy(true)
    await finishDeletions()
    if (unsentCount(client.getState()) === 0) return leave()
    setBusy(false)
    setAsking(true)
  }
  const leave = async () => {
    setBusy(true)
    try {
      await client.signOut()
      if (meId !== undefined) forgetDrafts(meId)
      // Whoever signs in next begins at the beginning, not in these settings.
      await navigate({ to: '/sign-in', replace: true })
    } catch {
      showToast({ text: () => i18next.t('settings:leave.failed') })
      setBusy(false)
      setAsking(false)
    }
  }
  return (
    <>
      <button type="button" disabled={busy} className={className} onClick={() => void begin()}>
        <Icon of={LogOut} flip />
        {t('signOut')}
      </button>
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title={t('leave.title')}
        description={t('leave.unsent', { count: unsent })}
        action={t('leave.anyway')}
        danger
        busy={busy}
        onConfirm={() => void leave()}
      />
    </>
  )
}
