import { useEffect, useState } from 'react'

/**
 * Gives the focus back to what had it when `open` became true, once it is false again or the caller is
 * gone, unless something else has taken the focus meanwhile. Returns what that is.
 */
export function useReturnFocus(open: boolean): Element | null {
  const [opener, setOpener] = useState<Element | null>(null)
  const [wasOpen, setWasOpen] = useState(false)
  if (open !== wasOpen) {
    setWasOpen(open)
    // Read here: in an effect, what opened would have taken the focus already.
    if (open) setOpener(findOpener())
  }
  useEffect(() => {
    if (!open) return undefined
    return () => {
      requestAnimationFrame(() => {
        const lost = document.activeElement === null || document.activeElement === document.body
        if (lost && opener instanceof HTMLElement) opener.focus()
      })
    }
  }, [open, opener])
  return opener
}

/** What has the focus; for an entry of a menu, which goes away with it, the button of that menu. */
function findOpener(): Element | null {
  const active = document.activeElement
  if (!active?.closest('[role=menu]')) return active
  return document.querySelector('[aria-haspopup=menu][aria-expanded=true]') ?? active
}
