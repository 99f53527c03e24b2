import { Camera } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { Icon } from '../../ui/Icon.tsx'
import { PictureDialog, type PictureUse } from './PictureDialog.tsx'

/** A face that can be changed: the whole of it is the button, a camera at its corner says so. */
export function EditablePicture(
  props: Omit<PictureUse, 'face'> & { faceAt: (size: number) => ReactNode; size: number },
) {
  const { t } = useTranslation('profile')
  const [open, setOpen] = useState(false)
  const { faceAt, size, ...use } = props
  return (
    <>
      <span className="group relative inline-block shrink-0">
        {faceAt(size)}
        <span
          aria-hidden
          className="absolute -inset-e-1 -bottom-1 grid size-7 place-items-center rounded-full border border-line bg-bg text-ink-2 transition-colors group-hover:bg-hover group-hover:text-ink"
        >
          <Icon of={Camera} inline />
        </span>
        <button
          type="button"
          aria-label={t('picture.change')}
          title={t('picture.change')}
          onClick={() => setOpen(true)}
          className={`absolute inset-0 ${use.shape === 'round' ? 'rounded-full' : 'rounded-[30%]'}`}
        />
      </span>
      <PictureDialog {...use} face={faceAt(144)} open={open} onOpenChange={setOpen} />
    </>
  )
}
