import { useNavigate } from '@tanstack/react-router'
import { useEffect, type RefObject } from 'react'

import { isShortcut } from '../../shell/shortcuts.ts'

/** The keys that lead to the chat list from anywhere in the app, unless a dialog is in the way. */
export function useListShortcuts(options: {
  search: RefObject<HTMLInputElement | null>
  startChat: () => void
}): void {
  const { search, startChat } = options
  const navigate = useNavigate()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest('[role$=dialog]')) return
      if (isShortcut(event, 'newChat')) startChat()
      else if (isShortcut(event, 'search')) {
        // On a phone the field is on the page of the list.
        if (!search.current?.checkVisibility()) void navigate({ to: '/' })
        requestAnimationFrame(() => search.current?.select())
      } else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [navigate, search, startChat])
}
