/** Owns what is on screen before and around the routes: start, session changes, language, title. */
import { RouterProvider } from '@tanstack/react-router'
import { useEffect } from 'react'

import { useStore } from './client/use-store.ts'
import { followAccount } from './i18n/language.ts'
import { router } from './router.tsx'
import { Starting } from './shell/Starting.tsx'
import { useBack } from './shell/use-back.ts'
import { useKeyboardRoom } from './shell/use-keyboard-room.ts'
import { useTitle } from './shell/use-title.ts'
import { ToastRegion } from './ui/Toast.tsx'

export function App() {
  const session = useStore((state) => state.session)
  const locale = useStore((state) => state.me?.locale)

  useBack(router.history)
  useKeyboardRoom()

  useEffect(() => {
    // Undefined: nobody is signed in, and the language stays as it is.
    if (locale !== undefined) void followAccount(locale)
  }, [locale])

  // The guards in router.tsx read the session: have them read it again when it changes.
  useEffect(() => {
    if (session !== 'starting') void router.invalidate()
  }, [session])

  if (session === 'starting') return <Starting />
  return (
    <>
      <WindowTitle />
      <RouterProvider router={router} />
      <ToastRegion />
    </>
  )
}

/** By itself, so that a message that arrives does not draw everything anew. */
function WindowTitle() {
  useTitle()
  return null
}
