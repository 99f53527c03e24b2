import { Link } from '@tanstack/react-router'
import { BellOff, ChevronDown, Pin } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatFull, formatListTime } from '../../i18n/format.ts'
import { MentionBadge, UnreadBadge } from '../../ui/Badge.tsx'
import { cn } from '../../ui/cn.ts'
import { ContextMenu } from '../../ui/ContextMenu.tsx'
import { Highlight } from '../../ui/Highlight.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu } from '../../ui/Menu.tsx'
import { ConversationAvatar } from '../conversation/ConversationAvatar.tsx'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { useByMinute } from '../conversation/use-minute.ts'
import { useConversationTitle } from '../conversation/use-title.ts'
import { chatMenu } from './chat-menu.ts'
import { rowLook } from './row-look.ts'
import { Snippet } from './Snippet.tsx'
import { useLastPost } from './use-last-post.ts'

/** A conversation in the list. It reads its own part of the store, so that news redraw one row. */
export const ChatRow = memo(function ChatRow(props: {
  conversationId: string
  query: string
  selected: boolean
  /** The one row of the list that Tab reaches; arrow keys reach the others. */
  reachable: boolean
}) {
  const { conversationId, selected } = props
  const { t } = useTranslation('chats')
  const title = useConversationTitle(conversationId)
  const last = useLastPost(conversationId)
  const { createdAt, unread, mentions, pinned, mutedUntil } = useStore((state) => {
    const conversation = state.conversations[conversationId]
    const membership = conversation?.membership
    return {
      createdAt: conversation?.createdAt ?? 0,
      unread: conversation?.unread ?? 0,
      mentions: conversation?.mentions ?? 0,
      pinned: Boolean(membership?.pinnedAt),
      mutedUntil: membership?.mutedUntil ?? 0,
    }
  })
  const at = last?.createdAt ?? createdAt
  const time = useByMinute((now) => formatListTime(at, now))
  const muted = useByMinute((now) => mutedUntil > now)
  const loud = unread > 0 && !muted
  const items = () => chatMenu(conversationId)
  const row = (
    <Link
      data-row
      to="/c/$conversationId"
      params={{ conversationId }}
      preload={false}
      tabIndex={props.reachable ? 0 : -1}
      aria-current={selected ? 'page' : undefined}
      draggable={false}
      className={rowLook(selected)}
    >
      <ConversationAvatar conversationId={conversationId} size="var(--size-avatar)" presence />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <OneLine className="text-row font-semi text-ink">
            <Highlight text={title} query={props.query} />
          </OneLine>
          {muted && (
            <>
              <Icon of={BellOff} inline className="self-center text-ink-2" />
              <span className="sr-only">{t('muted')}</span>
            </>
          )}
          <time
            dateTime={new Date(at).toISOString()}
            title={formatFull(at)}
            className={cn(
              'ms-auto shrink-0 text-time',
              loud ? 'font-semi text-brand-text' : 'text-ink-2',
            )}
          >
            {time}
          </time>
        </span>
        <span className="flex items-center gap-1 wide:group-hover:pe-8 wide:group-has-[button:focus-visible]:pe-8">
          <Snippet conversationId={conversationId} last={last} loud={loud} open={selected} />
          {pinned && <Icon of={Pin} inline className="text-ink-2" />}
          {mentions > 0 && <MentionBadge />}
          <UnreadBadge count={unread} muted={muted} />
          {pinned && <span className="sr-only">{t('pinned')}</span>}
        </span>
      </span>
    </Link>
  )
  return (
    <div className="group relative">
      <ContextMenu target={row} items={items} />
      <span className="absolute inset-e-1 bottom-1 hidden wide:block pointer-coarse:hidden">
        <Menu
          trigger={
            <IconButton
              label={t('action.menu', { title: isolate(title) })}
              icon={ChevronDown}
              tabIndex={props.reachable ? 0 : -1}
              className="size-8! opacity-0 group-hover:opacity-100 hover:bg-selected focus-visible:opacity-100 data-popup-open:opacity-100"
            />
          }
          items={items}
        />
      </span>
    </div>
  )
})
