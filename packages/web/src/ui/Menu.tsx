/**
 * Owns the button that opens a menu. The menu itself is large and loads when first wanted, so that it
 * costs nothing on the way to the first screen.
 */
import {
  cloneElement,
  lazy,
  Suspense,
  useRef,
  useState,
  type HTMLAttributes,
  type KeyboardEvent,
  type ReactElement,
  type Ref,
} from 'react'

import type { LucideIcon } from './Icon.tsx'

export interface MenuItem {
  readonly label: string
  readonly icon?: LucideIcon
  readonly onSelect: () => void
  readonly danger?: boolean
  /** Set apart from the items above it by a line. */
  readonly apart?: boolean
  readonly disabled?: boolean
  readonly shortcut?: string
}

const loadPopup = () => import('./MenuPopup.tsx')
const MenuPopup = lazy(() => loadPopup().then((module) => ({ default: module.MenuPopup })))

type TriggerProps = HTMLAttributes<HTMLElement> & { ref?: Ref<HTMLElement> }

/** `trigger` is a button element, such as `<IconButton …/>`; it opens the menu by mouse and keyboard. */
export function Menu(props: {
  trigger: ReactElement<TriggerProps>
  items: readonly MenuItem[]
  align?: 'start' | 'end'
  onOpenChange?: (open: boolean) => void
}) {
  const anchor = useRef<HTMLElement>(null)
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const show = (next: boolean) => {
    setWanted(true)
    setOpen(next)
    props.onOpenChange?.(next)
  }
  const warmUp = () => void loadPopup()
  return (
    <>
      {cloneElement(props.trigger, {
        ref: anchor,
        'aria-haspopup': 'menu',
        'aria-expanded': open,
        ...(open ? { 'data-popup-open': '' } : {}),
        onPointerEnter: warmUp,
        onFocus: warmUp,
        onClick: () => show(!open),
        onKeyDown: (event: KeyboardEvent) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
          event.preventDefault()
          show(true)
        },
      })}
      {wanted && (
        <Suspense>
          <MenuPopup
            open={open}
            onOpenChange={show}
            anchor={anchor}
            items={props.items}
            align={props.align ?? 'end'}
          />
        </Suspense>
      )}
    </>
  )
}
