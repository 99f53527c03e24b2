/** What there is to know about a conversation: beside it on a wide screen, over it on a narrow one. */
import { ChevronLeft, X } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { useShowDetails } from '../conversation/use-details.ts'
import { detailsCover, useDetailsCover } from './use-details-cover.ts'

const PersonDetails = lazy(() =>
  import('./PersonDetails.tsx').then((module) => ({ default: module.PersonDetails })),
)
const RoomDetails = lazy(() =>
  import('./RoomDetails.tsx').then((module) => ({ default: module.RoomDetails })),
)

export function DetailsPanel(props: {
  conversationId: string
  /** Shows this person instead of the conversation. */
  person?: string | undefined
  onClose: () => void
  onLeave: () => void
}) {
  const { t } = useTranslation('chats')
  const showDetails = useShowDetails()
  const covers = useDetailsCover()
  const { kind, other } = useStore((state) => {
    const conversation = state.conversations[props.conversationId]
    return { kind: conversation?.kind, other: conversation?.directUserId ?? null }
  })
  if (kind === 'room' && props.person === undefined) {
    return (
      <Panel title={t('details.room')} onClose={props.onClose}>
        <RoomDetails conversationId={props.conversationId} onLeave={props.onLeave} />
      </Panel>
    )
  }
  const userId = props.person ?? other
  return (
    <Panel
      title={t('details.person')}
      onClose={props.onClose}
      // Where it covers the chat, closing is the way back.
      onBack={kind === 'room' && !covers ? () => showDetails() : undefined}
    >
      {userId !== null && (
        <PersonDetails
          key={userId}
          userId={userId}
          conversationId={userId === other ? props.conversationId : null}
        />
      )}
    </Panel>
  )
}

function Panel(props: {
  title: string
  onClose: () => void
  onBack?: (() => void) | undefined
  children: ReactNode
}) {
  const { t } = useTranslation()
  const close = useRef<HTMLButtonElement>(null)
  const { onClose } = props
  useEffect(() => {
    const opener = document.activeElement
    if (detailsCover()) close.current?.focus()
    return () => {
      if (opener instanceof HTMLElement && opener.isConnected) opener.focus()
    }
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return
    // What opens over the panel is no part of it, though its keys come by here.
    if (!(event.target instanceof Node && event.currentTarget.contains(event.target))) return
    event.preventDefault()
    onClose()
  }
  return (
    <>
      <div
        aria-hidden
        onClick={onClose}
        className="absolute inset-0 animate-fade-in bg-scrim max-wide:hidden panel:hidden"
      />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- Escape closes it from anywhere inside */}
      <aside
        aria-label={props.title}
        onKeyDown={onKeyDown}
        className="absolute inset-y-0 inset-e-0 flex w-full animate-slide-in flex-col bg-bg wide:w-(--w-panel) wide:border-s wide:border-line wide:shadow-2 panel:static panel:shrink-0 panel:animate-none panel:shadow-none"
      >
        <header className="flex h-(--h-bar) shrink-0 items-center gap-2 border-b border-line ps-5 pe-2 wide:pe-4">
          {props.onBack && (
            <IconButton
              label={t('back')}
              icon={ChevronLeft}
              flip
              onClick={props.onBack}
              className="-ms-3"
            />
          )}
          <h2 className="min-w-0 flex-1 truncate text-name font-semi">{props.title}</h2>
          <IconButton ref={close} label={t('close')} icon={X} onClick={onClose} />
        </header>
        <div
          data-scroller
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pt-6 pb-6"
        >
          <Suspense>{props.children}</Suspense>
        </div>
      </aside>
    </>
  )
}
