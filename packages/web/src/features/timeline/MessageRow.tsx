import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatTime } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cn } from '../../ui/cn.ts'
import { MessageTools } from '../messages/MessageTools.tsx'
import { useHasOverlay } from '../messages/overlay.ts'
import { canRetry } from '../messages/permissions.ts'
import { usePlainText } from '../messages/use-plain-text.ts'
import { Bubble } from './Bubble.tsx'
import { keyOf, type Post } from './build-rows.ts'
import { FailedActions, FailedChange } from './FailedActions.tsx'
import type { Meta } from './MessageMeta.tsx'
import { Reactions } from './Reactions.tsx'
import { useName } from './use-name.ts'
import { useTickState } from './use-tick-state.ts'

/** A message in its row. Drawn again only when it, its place in the group or its tick changes. */
export const MessageRow = memo(function MessageRow(props: {
  post: Post
  first: boolean
  last: boolean
  room: boolean
  lit: boolean
  /** Whether a message has just appeared, and may move. Asked once. */
  isFresh: (post: Post) => boolean
  onOpenQuote: (from: Post, seq: number) => void
  onUnfold: () => void
}) {
  const { post, first, last, room } = props
  const { t } = useTranslation('timeline')
  const [pointed, setPointed] = useState(false)
  const [focused, setFocused] = useState(false)
  const key = keyOf(post)
  const [fresh] = useState(() => props.isFresh(post))
  const mine = useStore((state) => state.me?.id === post.senderId)
  const sender = useName(post.senderId)
  const state = useTickState(post, mine)
  const edited = !('clientId' in post) && post.editedAt !== undefined
  const deleted = !('clientId' in post) && post.deletedAt !== undefined
  const meta: Meta = { at: post.createdAt, edited, state: deleted ? null : state }
  const words = usePlainText(post)
  const stored = 'clientId' in post ? null : post
  const others = room && !mine
  const open = useHasOverlay(key)

  const label = [
    mine ? t('you') : sender,
    deleted ? t('quote.deleted') : words,
    edited && t('edited'),
    formatTime(post.createdAt),
    meta.state && t(`state.${meta.state}`),
  ]
  return (
    <div
      onPointerEnter={({ pointerType }) => pointerType === 'mouse' && setPointed(true)}
      onPointerLeave={() => setPointed(false)}
      onFocus={({ target }) => setFocused(target.matches(':focus-visible'))}
      onBlur={() => setFocused(false)}
      className={cn(
        '@container relative flex touch-pan-y flex-col',
        mine ? 'items-end' : 'items-start',
        others && 'ps-[38px]',
      )}
    >
      <article
        tabIndex={-1}
        data-message={key}
        aria-label={label.filter(Boolean).join(', ')}
        className={cn(
          'flex flex-col rounded-bubble transition-[translate] duration-fast wide:max-w-[min(var(--w-bubble),78%)] pointer-coarse:select-none',
          others ? 'max-w-[92%]' : 'max-w-[84%]',
          mine ? 'items-end' : 'items-start',
          fresh && (mine ? 'animate-rise' : 'animate-rise-little'),
        )}
      >
        <div className="relative max-w-full">
          <Bubble
            post={post}
            mine={mine}
            first={first}
            last={last}
            sender={sender}
            named={others && first}
            room={room}
            meta={meta}
            lit={props.lit}
            onOpenQuote={(seq) => props.onOpenQuote(post, seq)}
            onUnfold={props.onUnfold}
          />
          {(pointed || focused || open) && !deleted && <MessageTools post={post} mine={mine} />}
        </div>
        {stored && stored.reactions.length > 0 && <Reactions message={stored} />}
        {canRetry(post) && <FailedActions post={post} />}
        {stored && <FailedChange messageId={key} />}
      </article>
      {others && last && (
        <span aria-hidden className="absolute inset-s-0 bottom-0">
          <SenderAvatar userId={post.senderId} name={sender} />
        </span>
      )}
    </div>
  )
})

function SenderAvatar({ userId, name }: { userId: string; name: string }) {
  const picture = useStore((state) => state.users[userId]?.picture)
  return <Avatar id={userId} name={name} kind="person" picture={picture} size={30} />
}
