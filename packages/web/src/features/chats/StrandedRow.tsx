import { strandedWrites } from '@roost/sdk'
import { CircleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import type { DialogProps } from '../../ui/Dialog.tsx'
import { Icon } from '../../ui/Icon.tsx'

const StrandedDialog = lazy(() =>
  import('./StrandedDialog.tsx').then((module) => ({ default: module.StrandedDialog })),
)

/** The way to what could not be sent, and has no chat any more in which that would show. */
export function StrandedRow({ focusInstead }: Required<Pick<DialogProps, 'focusInstead'>>) {
  const { t } = useTranslation('timeline')
  const count = useStore((state) => strandedWrites(state).length)
  const [open, setOpen] = useState<boolean | null>(null)
  if (open === true && count === 0) setOpen(false)
  return (
    <>
      {count > 0 && (
        <button
          type="button"
          data-row
          onClick={() => setOpen(true)}
          className="flex h-11 w-full items-center gap-3 rounded-lg px-2 text-start text-danger focus-inside transition-colors select-none hover:bg-hover"
        >
          <span className="grid w-(--size-avatar) shrink-0 place-items-center">
            <Icon of={CircleAlert} />
          </span>
          <span className="flex-1 text-row">{t('failed.notSent')}</span>
          <span className="pe-1 text-time tabular-nums">{formatNumber(count)}</span>
        </button>
      )}
      {open !== null && (
        <Suspense>
          <StrandedDialog open={open} onOpenChange={setOpen} focusInstead={focusInstead} />
        </Suspense>
      )}
    </>
  )
}
