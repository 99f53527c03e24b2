import { lazy, Suspense, useState } from 'react'

import { keyOf, type Post } from '../timeline/build-rows.ts'
import { toggleReaction } from './commands.ts'
import { closeOverlay, useOverlay, type Overlay } from './overlay.ts'

export const loadMessageMenu = () => import('./MessageMenu.tsx')
const MessageMenu = lazy(() => loadMessageMenu().then(({ MessageMenu: it }) => ({ default: it })))
const MessageInfo = lazy(() =>
  import('./MessageInfo.tsx').then(({ MessageInfo: it }) => ({ default: it })),
)
const EmojiPopup = lazy(() =>
  import('../emoji/EmojiPopup.tsx').then(({ EmojiPopup: it }) => ({ default: it })),
)

/** What is open about one of these messages; it closes with grace, and with its message. */
export function MessageOverlays(props: { conversationId: string; posts: readonly Post[] }) {
  const overlay = useOverlay(props.conversationId)
  const [last, setLast] = useState<Overlay | null>(null)
  if (overlay && overlay !== last) setLast(overlay)
  const shown = overlay ?? last
  const post = shown && props.posts.find((one) => keyOf(one) === shown.key)
  if (!shown || !post) return null
  const open = overlay !== null
  const close = () => closeOverlay(shown)
  return (
    <Suspense key={`${shown.key} ${shown.type}`}>
      {shown.type === 'menu' && (
        <MessageMenu overlay={shown} post={post} open={open} onClose={close} />
      )}
      {shown.type === 'picker' && !('clientId' in post) && (
        <EmojiPopup
          open={open}
          onOpenChange={(next) => !next && close()}
          anchor={shown.opener ?? document.body}
          onPick={(emoji) => toggleReaction(post, emoji)}
        />
      )}
      {shown.type === 'info' && !('clientId' in post) && (
        <MessageInfo message={post} open={open} onClose={close} />
      )}
    </Suspense>
  )
}
