import { Ellipsis, Info, LogOut, PanelRight, Search } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { cn } from '../../ui/cn.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { BackButton } from './BackButton.tsx'
import { ConversationAvatar } from './ConversationAvatar.tsx'
import { OneLine } from './OneLine.tsx'
import { useStatusLine, useTypingLine } from './use-second-line.ts'
import { useConversationTitle } from './use-title.ts'

/** Who one is talking to, what they are doing, and the way to more about them. */
export function ConversationHeader(props: {
  conversationId: string
  detailsShown: boolean
  onSearch: () => void
  onDetails: () => void
  onLeave: () => void
}) {
  const { conversationId } = props
  const { t } = useTranslation(['chats', 'search'])
  const title = useConversationTitle(conversationId)
  const typing = useTypingLine(conversationId)
  const status = useStatusLine(conversationId)
  const room = useStore((state) => state.conversations[conversationId]?.kind === 'room')
  const member = useStore((state) => Boolean(state.conversations[conversationId]?.membership))
  const detailsLabel = room ? t('details.room') : t('details.person')

  const items: MenuItem[] = [
    { label: t('search:inChat'), icon: Search, onSelect: props.onSearch },
    { label: detailsLabel, icon: Info, onSelect: props.onDetails },
  ]
  if (room && member) {
    items.push({
      label: t('leave.action'),
      icon: LogOut,
      flip: true,
      onSelect: props.onLeave,
      danger: true,
      apart: true,
    })
  }
  return (
    <header className="flex h-(--h-bar) shrink-0 items-center gap-1 border-b border-line ps-1 pe-2 wide:ps-5 wide:pe-4">
      <BackButton />
      <div className="relative flex min-w-0 flex-1 items-center gap-3 self-stretch">
        <ConversationAvatar conversationId={conversationId} size={38} />
        <div className="min-w-0">
          <h1 className="flex text-name font-semi">
            <button
              type="button"
              aria-label={t('details.open', { title })}
              onClick={props.onDetails}
              className="min-w-0 outline-none after:absolute after:inset-x-[-8px] after:inset-y-1 after:rounded-md focus-visible:after:outline-2 focus-visible:after:outline-focus"
            >
              <OneLine>{title}</OneLine>
            </button>
          </h1>
          <p className={cn('truncate text-sm', typing ? 'text-brand-text' : 'text-ink-2')}>
            {typing ?? status}
          </p>
        </div>
      </div>
      <IconButton
        label={t('search:inChat')}
        icon={Search}
        onClick={props.onSearch}
        className={room && member ? 'max-wide:hidden' : undefined}
      />
      <IconButton
        label={detailsLabel}
        icon={PanelRight}
        flip
        pressed={props.detailsShown}
        onClick={props.onDetails}
        className="hidden wide:inline-grid"
      />
      {room && member && (
        <Menu trigger={<IconButton label={t('menu')} icon={Ellipsis} />} items={items} />
      )}
      {!(room && member) && (
        <IconButton
          label={detailsLabel}
          icon={Info}
          onClick={props.onDetails}
          className="wide:hidden"
        />
      )}
    </header>
  )
}
