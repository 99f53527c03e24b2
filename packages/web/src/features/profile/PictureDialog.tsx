import { lazy, Suspense, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Dialog } from '../../ui/Dialog.tsx'

const PictureEditor = lazy(() =>
  import('./PictureEditor.tsx').then((module) => ({ default: module.PictureEditor })),
)

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
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('picture.title')}>
      <Suspense fallback={<div className="h-96" />}>
        <PictureEditor {...use} onDone={() => onOpenChange(false)} />
      </Suspense>
    </Dialog>
  )
}
