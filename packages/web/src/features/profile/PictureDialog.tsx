import { lazy, Suspense, useEffect, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Dialog } from '../../ui/Dialog.tsx'

const load = () => import('./PictureEditor.tsx')
const PictureEditor = lazy(() => load().then((module) => ({ default: module.PictureEditor })))

export interface PictureUse {
  /** People are round, rooms soft squares. */
  readonly shape: 'round' | 'soft'
  /** What is shown now. */
  readonly face: ReactNode
  readonly onSave: (picture: Blob) => Promise<void>
  /** Absent where there is no picture to remove. */
  readonly onRemove?: (() => Promise<void>) | undefined
}

/** Chooses a picture of a person or a room, or takes it away. What cuts it out loads with it. */
export function PictureDialog(
  props: PictureUse & { open: boolean; onOpenChange: (open: boolean) => void },
) {
  const { t } = useTranslation('profile')
  const { open, onOpenChange, ...use } = props
  useEffect(() => {
    // Together with the dialog, not after it.
    if (open) void load()
  }, [open])
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('picture.title')}>
      <Suspense fallback={<div className="h-96" />}>
        <PictureEditor {...use} onDone={() => onOpenChange(false)} />
      </Suspense>
    </Dialog>
  )
}
