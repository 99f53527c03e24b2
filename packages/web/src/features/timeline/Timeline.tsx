/** The messages of one conversation, of which only those near the view are in the document. */
import { useLayoutEffect, useMemo, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { cn } from '../../ui/cn.ts'
import { MessageOverlays } from '../messages/MessageOverlays.tsx'
import { Announcer } from './Announcer.tsx'
import { buildRows } from './build-rows.ts'
import { EmptyTimeline } from './EmptyTimeline.tsx'
import { FloatingDate } from './FloatingDate.tsx'
import { JumpButton } from './JumpButton.tsx'
import { TimelineRow } from './TimelineRow.tsx'
import { TypingBubble } from './TypingBubble.tsx'
import { useDivider } from './use-divider.ts'
import { useFresh } from './use-fresh.ts'
import { useGestures } from './use-gestures.ts'
import { useJumps } from './use-jumps.ts'
import { useLinkedMessage } from './use-linked-message.ts'
import { useMessageKeys } from './use-message-keys.ts'
import { useNextMention } from './use-next-mention.ts'
import { usePaging } from './use-paging.ts'
import { usePosts } from './use-posts.ts'
import { useReadMarks } from './use-read-marks.ts'
import { useTimelineScroll } from './use-timeline-scroll.ts'
import { dayAtTop, isAway } from './view.ts'

const justNow = 1_000

export function Timeline(props: { conversationId: string; title: string; typing: boolean }) {
  const { conversationId, typing } = props
  const { t } = useTranslation('timeline')
  const { posts, hasBefore, hasAfter } = usePosts(conversationId)
  const { meId, room, unread } = useStore((state) => ({
    meId: state.me?.id ?? '',
    room: state.conversations[conversationId]?.kind === 'room',
    unread: state.conversations[conversationId]?.unread ?? 0,
  }))
  const divider = useDivider(conversationId)
  const rows = useMemo(
    () => buildRows({ posts, hasBefore, divider, meId }),
    [posts, hasBefore, divider, meId],
  )

  const scroller = useRef<HTMLDivElement>(null)
  const scroll = useTimelineScroll({ conversationId, scroller, rows, hasBefore, hasAfter, typing })
  const { virtualizer, stick } = scroll
  const markSeen = useReadMarks({ conversationId, virtualizer, rows })
  const jumps = useJumps({ conversationId, posts, hasAfter, scrollTo: scroll.scrollTo })
  const isFresh = useFresh(posts, stick)
  usePaging({ conversationId, virtualizer, count: rows.length, hasBefore, hasAfter })

  useLinkedMessage(jumps.jumpToSeq)

  const { jumpToNewest } = jumps
  useSent(conversationId, jumpToNewest)

  const onScroll = () => {
    scroll.noticeScroll()
    if (stick.current) jumps.forgetOrigins()
    markSeen()
  }
  const onKeyDown = useMessageKeys({ virtualizer, rows, scroller, ...jumps })
  const latest = useRef(posts)
  useLayoutEffect(() => {
    latest.current = posts
  }, [posts])
  useGestures(scroller, latest)

  const items = virtualizer.getVirtualItems()
  const away = hasAfter || isAway(virtualizer)
  const mention = useNextMention(conversationId)
  return (
    <div className="relative min-h-0 flex-1">
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- its keys go through all messages, not only those in the document */}
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t('label', { title: props.title })}
        tabIndex={0}
        onScroll={onScroll}
        onWheel={scroll.noticeWheel}
        onKeyDown={onKeyDown}
        className="h-full [scrollbar-gutter:stable_both-edges] overflow-x-hidden overflow-y-auto overscroll-contain focus-inside [overflow-anchor:none]"
      >
        {/* A few messages stand at the bottom, next to where the answer is written; not where more follow. */}
        <div className={cn('flex min-h-full flex-col', !hasAfter && 'justify-end')}>
          <div
            className="relative mx-auto w-full max-w-[calc(var(--w-column)+40px)] shrink-0"
            style={{ height: virtualizer.getTotalSize() }}
          >
            {hasBefore && (
              <div
                aria-hidden
                className="absolute inset-s-2.5 top-4 h-[37px] w-56 rounded-bubble bg-skeleton/60 wide:inset-s-5"
              />
            )}
            <div
              className="absolute inset-x-2.5 wide:inset-x-5"
              style={{ top: items[0]?.start ?? 0 }}
            >
              {items.map((item) => {
                const row = rows[item.index]
                return (
                  row && (
                    <TimelineRow
                      key={item.key}
                      ref={virtualizer.measureElement}
                      index={item.index}
                      row={row}
                      room={room}
                      lit={jumps.lit === item.key}
                      isFresh={isFresh}
                      onOpenQuote={jumps.openQuote}
                      onUnfold={scroll.letGo}
                    />
                  )
                )
              })}
            </div>
            {typing && (
              <div className="absolute inset-x-2.5 bottom-3 wide:inset-x-5">
                <TypingBubble />
              </div>
            )}
          </div>
        </div>
      </div>
      {posts.length === 0 && !hasBefore && !hasAfter && (
        <EmptyTimeline conversationId={conversationId} title={props.title} />
      )}
      <FloatingDate day={dayAtTop(virtualizer, rows)} shown={virtualizer.isScrolling && away} />
      {(away || jumps.canReturn) && (
        <JumpButton
          count={unread}
          back={jumps.canReturn}
          onJump={jumps.jumpBack}
          onMention={mention === null ? undefined : () => jumps.jumpToSeq(mention)}
        />
      )}
      <MessageOverlays conversationId={conversationId} posts={posts} />
      <Announcer posts={posts} hasAfter={hasAfter} meId={meId} />
    </div>
  )
}

/** What I send is where I want to look. */
function useSent(conversationId: string, onSent: () => void): void {
  const newest = useStore((state) =>
    state.outbox.findLast(
      (entry) => entry.type === 'send' && entry.conversationId === conversationId,
    ),
  )
  const known = useRef(newest?.clientId)
  useLayoutEffect(() => {
    if (newest?.clientId === known.current) return
    known.current = newest?.clientId
    // One that could not go out may become the newest again: it was not sent just now.
    if (newest && Date.now() - newest.createdAt < justNow) onSent()
  }, [newest, onSent])
}
