import { useNavigate, useRouterState } from '@tanstack/react-router'
import { useEffect, type RefObject } from 'react'

import { isShortcut } from '../../shell/shortcuts.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The chat list is to begin with its search. */
    search?: true | undefined
  }
}

const typedInto = 'input, textarea, select, [contenteditable]'

/** The keys that lead to the chat list from anywhere beside it, unless a dialog is in the way. */
export function useListShortcuts(options: {
  search: RefObject<HTMLInputElement | null>
  startChat: () => void
  showHelp: () => void
}): void {
  const { search, startChat, showHelp } = options
  const navigate = useNavigate()
  const wanted = useRouterState({ select: ({ location }) => location.state.search ?? false })
  useEffect(() => {
    if (wanted) search.current?.focus()
  }, [wanted, search])
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { target } = event
      if (target instanceof Element && target.closest('[role$=dialog]')) return
      if (isShortcut(event, 'newChat')) startChat()
      else if (isShortcut(event, 'search')) {
        // On a phone the field is on the page of the list.
        if (!search.current?.checkVisibility()) void navigate({ to: '/' })
        requestAnimationFrame(() => search.current?.select())
      } else if (event.key === '?' && !(target instanceof Element && target.closest(typedInto)))
        showHelp()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [navigate, search, startChat, showHelp])
}

/** The way to that search from screens without the list. */
export function useSearchFromAfar(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest('[role$=dialog]')) return
      if (!isShortcut(event, 'search')) return
      event.preventDefault()
      void navigate({ to: '/', state: { search: true } })
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [navigate])
}
