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
  /** Its icon points along the line. */
  readonly flip?: boolean
  /** What it does; nothing of its own where it opens further `items`. */
  readonly onSelect?: () => void
  readonly items?: readonly MenuItem[]
  readonly danger?: boolean
  /** Set apart from the items above it by a line. */
  readonly apart?: boolean
  readonly disabled?: boolean
  /** The key that does the same, as `aria-keyshortcuts` names it, and as the keyboard does if not alike. */
  readonly shortcut?: { readonly key: string; readonly label?: string }
}

/** A function is asked when the menu opens. */
export type MenuItems = readonly MenuItem[] | (() => readonly MenuItem[])

export const loadMenuPopup = () => import('./MenuPopup.tsx')
export const MenuPopup = lazy(() =>
  loadMenuPopup().then((module) => ({ default: module.MenuPopup })),
)

export type TriggerProps = HTMLAttributes<HTMLElement> & { ref?: Ref<HTMLElement> }

/** `trigger` is a button element, such as `<IconButton …/>`; it opens the menu by mouse and keyboard. */
export function Menu(props: {
  trigger: ReactElement<TriggerProps>
  items: MenuItems
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
  const warmUp = () => void loadMenuPopup()
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
