import { Smile } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { IconButton } from '../../ui/IconButton.tsx'

const loadPopup = () => import('../emoji/EmojiPopup.tsx')
const EmojiPopup = lazy(() => loadPopup().then((module) => ({ default: module.EmojiPopup })))

/** Opens the emoji; what is picked goes where the caret is. */
export function EmojiButton({ onPick }: { onPick: (emoji: string) => void }) {
  const { t } = useTranslation('messages')
  const anchor = useRef<HTMLButtonElement>(null)
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const warmUp = () => void loadPopup()
  const show = (next: boolean) => {
    setOpen(next)
    setWanted(true)
  }
  return (
    <>
      <IconButton
        ref={anchor}
        label={t('emoji.open')}
        icon={Smile}
        aria-haspopup="dialog"
        aria-expanded={open}
        onPointerEnter={warmUp}
        onFocus={warmUp}
        onClick={() => show(!open)}
        className="my-[3px] size-9! rounded-full pointer-coarse:size-10!"
      />
      {wanted && (
        <Suspense>
          <EmojiPopup open={open} onOpenChange={show} anchor={anchor} onPick={onPick} />
        </Suspense>
      )}
    </>
  )
}
