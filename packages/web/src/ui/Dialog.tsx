import { lazy, Suspense, useState, type ReactNode, type RefObject } from 'react'

import { useReturnFocus } from './use-return-focus.ts'

const DialogPopup = lazy(() =>
  import('./DialogPopup.tsx').then((module) => ({ default: module.DialogPopup })),
)

export interface DialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly title: string
  readonly description?: ReactNode
  readonly children?: ReactNode
  readonly footer?: ReactNode
  readonly small?: boolean
  readonly initialFocus?: RefObject<HTMLElement | null>
  /** Where the focus goes if what opened it is gone. */
  readonly focusInstead?: () => HTMLElement | null | undefined
}

/**
 * A modal dialog: it traps focus, closes on Escape and gives focus back. On a phone it fills the
 * screen, unless it is `small`. Children scroll between the title and the footer. What it is made of
 * loads when it first opens; render it closed, so that it can also close with grace.
 */
export function Dialog(props: DialogProps) {
  const [wanted, setWanted] = useState(props.open)
  if (props.open && !wanted) setWanted(true)
  const opener = useReturnFocus(props.open)
  if (!wanted) return null
  return (
    <Suspense>
      <DialogPopup {...props} opener={opener} />
    </Suspense>
  )
}
