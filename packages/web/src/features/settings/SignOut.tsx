import { useNavigate } from '@tanstack/react-router'
import { LogOut } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { Icon } from '../../ui/Icon.tsx'
import { showToast } from '../../ui/Toast.tsx'

const ConfirmDialog = lazy(() =>
  import('../../ui/ConfirmDialog.tsx').then((module) => ({ default: module.ConfirmDialog })),
)

/** Ends the session; asks first when something written here would be lost. */
export function SignOut({ className }: { className: string }) {
  const { t } = useTranslation('settings')
  const navigate = useNavigate()
  const unsent = useStore((state) => state.outbox.length)
  const [asking, setAsking] = useState<'never' | 'open' | 'closed'>('never')
  const [busy, setBusy] = useState(false)

  const leave = async () => {
    setBusy(true)
    try {
      await client.signOut()
      // Whoever signs in next begins at the beginning, not in these settings.
      await navigate({ to: '/sign-in', replace: true })
    } catch {
      showToast({ text: t('leave.failed') })
      setBusy(false)
      setAsking('closed')
    }
  }
  return (
    <>
      <button
        type="button"
        disabled={busy}
        className={className}
        onClick={() => (unsent > 0 ? setAsking('open') : void leave())}
      >
        <Icon of={LogOut} flip />
        {t('signOut')}
      </button>
      {asking !== 'never' && (
        <Suspense>
          <ConfirmDialog
            open={asking === 'open'}
            onOpenChange={(open) => setAsking(open ? 'open' : 'closed')}
            title={t('leave.title')}
            description={t('leave.unsent', { count: unsent })}
            action={t('leave.anyway')}
            danger
            busy={busy}
            onConfirm={() => void leave()}
          />
        </Suspense>
      )}
    </>
  )
}
