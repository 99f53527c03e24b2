import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatTime } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { cn } from '../../ui/cn.ts'
import { usePlainText } from '../messages/use-plain-text.ts'
import { Bubble } from './Bubble.tsx'
import { keyOf, type Post } from './build-rows.ts'
import { FailedActions } from './FailedActions.tsx'
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
}) {
  const { post, first, last, room } = props
  const { t } = useTranslation('timeline')
  const key = keyOf(post)
  const [fresh] = useState(() => props.isFresh(post))
  const mine = useStore((state) => state.me?.id === post.senderId)
  const sender = useName(post.senderId)
  const state = useTickState(post, mine)
  const edited = !('clientId' in post) && post.editedAt !== undefined
  const deleted = !('clientId' in post) && post.deletedAt !== undefined
  const meta: Meta = { at: post.createdAt, edited, state: deleted ? null : state }
  const words = usePlainText(post)
  const reactions = 'clientId' in post ? [] : post.reactions
  const others = room && !mine

  const label = [
    mine ? t('you') : sender,
    deleted ? t('quote.deleted') : words,
    edited && t('edited'),
    formatTime(post.createdAt),
    meta.state && t(`state.${meta.state}`),
  ]
  return (
    <div
      className={cn(
        'relative flex flex-col',
        mine ? 'items-end' : 'items-start',
        others && 'ps-[38px]',
      )}
    >
      <article
        aria-label={label.filter(Boolean).join(', ')}
        className={cn(
          'flex flex-col wide:max-w-[min(var(--w-bubble),78%)]',
          others ? 'max-w-[92%]' : 'max-w-[84%]',
          mine ? 'items-end' : 'items-start',
          fresh && (mine ? 'animate-rise' : 'animate-rise-little'),
        )}
      >
        <Bubble
          post={post}
          mine={mine}
          first={first}
          last={last}
          sender={sender}
          named={others && first}
          meta={meta}
          lit={props.lit}
          onOpenQuote={(seq) => props.onOpenQuote(post, seq)}
        />
        {reactions.length > 0 && <Reactions reactions={reactions} />}
        {meta.state === 'failed' && <FailedActions clientId={key} />}
      </article>
      {others && last && (
        <span aria-hidden className="absolute inset-s-0 bottom-0">
          <Avatar id={post.senderId} name={sender} kind="person" size={30} />
        </span>
      )}
    </div>
  )
})
