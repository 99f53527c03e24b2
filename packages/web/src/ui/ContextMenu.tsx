/**
 * Owns the menu of something that is not a button: by right click, long press, and the menu key or
 * Shift+F10. Like every menu it loads when first wanted.
 */
import { cloneElement, Suspense, useRef, useState, type ReactElement } from 'react'

import { loadMenuPopup, MenuPopup, type MenuItems, type TriggerProps } from './Menu.tsx'
import type { Place } from './MenuPopup.tsx'
import { useLongPress } from './use-long-press.ts'

/** `target` is what the menu is about, such as a row; the focus comes back to it. */
export function ContextMenu(props: { target: ReactElement<TriggerProps>; items: MenuItems }) {
  const anchor = useRef<HTMLElement>(null)
  const [open, setOpen] = useState(false)
  const [wanted, setWanted] = useState(false)
  const [place, setPlace] = useState<Place | null>(null)
  const show = (at: Place | null) => {
    setPlace(at)
    setWanted(true)
    setOpen(true)
  }
  const press = useLongPress((x, y) => show(placeAt(x, y)))
  const { target } = props
  return (
    <>
      {cloneElement(target, {
        ...press,
        ref: anchor,
        ...(open ? { 'data-popup-open': '' } : {}),
        onContextMenu: (event) => {
          event.preventDefault()
          // The menu key clicks nowhere.
          show(event.button === 2 ? placeAt(event.clientX, event.clientY) : null)
        },
        onFocus: (event) => {
          target.props.onFocus?.(event)
          void loadMenuPopup()
        },
        onKeyDown: (event) => {
          target.props.onKeyDown?.(event)
          if (event.key !== 'ContextMenu' && !(event.key === 'F10' && event.shiftKey)) return
          event.preventDefault()
          show(null)
        },
      })}
      {wanted && (
        <Suspense>
          <MenuPopup
            open={open}
            onOpenChange={setOpen}
            anchor={anchor}
            place={place}
            items={props.items}
            align="start"
          />
        </Suspense>
      )}
    </>
  )
}

function placeAt(x: number, y: number): Place {
  const rect = new DOMRect(x, y, 0, 0)
  return { getBoundingClientRect: () => rect }
}
