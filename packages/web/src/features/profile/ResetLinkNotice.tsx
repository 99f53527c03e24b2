import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { describeError } from '../../client/describe-error.ts'
import { useStore } from '../../client/use-store.ts'
import { formatFull } from '../../i18n/format.ts'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { showToast } from '../../ui/Toast.tsx'

/** Tells that an administrator could get into this account, until that has been taken note of. */
export function ResetLinkNotice() {
  const { t } = useTranslation('profile')
  const madeAt = useStore((state) => state.me?.resetLinkMadeAt ?? null)
  const [busy, setBusy] = useState(false)
  if (madeAt === null) return null
  const acknowledge = async () => {
    setBusy(true)
    try {
      await client.updateMe({ resetLinkSeen: true })
    } catch (error) {
      showToast({ text: () => describeError(error) })
    } finally {
      setBusy(false)
    }
  }
  return (
    <section
      aria-label={t('resetLink.title')}
      className="mx-3 mb-3 flex gap-3 rounded-lg bg-mention-bg p-3 text-own-ink"
    >
      <Icon of={KeyRound} inline className="mt-0.5" />
      <div className="min-w-0 flex-1">
        <p className="text-md">{t('resetLink.text', { time: formatFull(madeAt) })}</p>
        <Button
          size="sm"
          busy={busy}
          className="mt-2 border-own-meta text-own-ink"
          onClick={() => void acknowledge()}
        >
          {t('resetLink.seen')}
        </Button>
      </div>
    </section>
  )
}
