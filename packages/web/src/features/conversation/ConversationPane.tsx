/** One conversation: its head, its messages, where one writes, and what there is to know about it. */
import { pendingMembership, type State } from '@roost/sdk'
import { useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { ArchivedBar } from '../composer/ArchivedBar.tsx'
import { Composer } from '../composer/Composer.tsx'
import { useDetailsCover } from '../details/use-details-cover.ts'
import { Timeline } from '../timeline/Timeline.tsx'
import { TimelineSkeleton } from '../timeline/TimelineSkeleton.tsx'
import { ConnectionBanner } from './ConnectionBanner.tsx'
import { ConversationGone } from './ConversationGone.tsx'
import { ConversationHeader } from './ConversationHeader.tsx'
import { MembershipBar } from './MembershipBar.tsx'
import { isolate, shortName } from './names.ts'
import { PreviewBar } from './PreviewBar.tsx'
import { useDetails } from './use-details.ts'
import { useOpened } from './use-opened.ts'
import { useTypingLine } from './use-second-line.ts'
import { useConversationTitle } from './use-title.ts'
import { useWatchPeople } from './watch-people.ts'

const DetailsPanel = lazy(() =>
  import('../details/DetailsPanel.tsx').then((module) => ({ default: module.DetailsPanel })),
)
const SearchInConversation = lazy(() =>
  import('../search/SearchInConversation.tsx').then((module) => ({
    default: module.SearchInConversation,
  })),
)

export function ConversationPane({ conversationId }: { conversationId: string }) {
  const opened = useOpened(conversationId)
  const known = useStore((state) => state.conversations[conversationId] !== undefined)
  const details = useDetails()
  /** Where one is about to leave: Back may show another chat meanwhile. */
  const [leaving, setLeaving] = useState<string | null>(null)
  const leave = () => setLeaving(conversationId)
  /** Where one is searching: the head of another chat is itself. */
  const [searching, setSearching] = useState<string | null>(null)
  const isSearching = searching === conversationId
  if (searching !== null && !isSearching) setSearching(null)
  const covered = useDetailsCover() && details.shown
  const gone = opened === 'gone' || (opened === 'open' && !known)
  if (gone) return leaving === conversationId ? null : <ConversationGone />
  return (
    <div className="flex min-h-0 flex-1">
      <section inert={covered} className="flex min-w-0 flex-1 flex-col">
        {isSearching && (
          <Suspense>
            <SearchInConversation
              conversationId={conversationId}
              onClose={() => setSearching(null)}
            />
          </Suspense>
        )}
        <div className={isSearching ? 'hidden' : 'contents'}>
          <ConversationHeader
            conversationId={conversationId}
            detailsShown={details.shown}
            onDetails={details.shown ? details.close : details.open}
            onSearch={() => setSearching(conversationId)}
            onLeave={leave}
          />
        </div>
        <ConnectionBanner />
        <Body key={conversationId} conversationId={conversationId} ready={opened === 'open'} />
      </section>
      {details.shown && known && (
        <Suspense>
          <DetailsPanel
            key={conversationId}
            conversationId={conversationId}
            person={details.person}
            onClose={details.close}
            onLeave={leave}
          />
        </Suspense>
      )}
      <LeaveRoom
        conversationId={conversationId}
        open={leaving === conversationId}
        onOpenChange={(open) => setLeaving(open ? conversationId : null)}
      />
    </div>
  )
}

function Body({ conversationId, ready }: { conversationId: string; ready: boolean }) {
  const { t } = useTranslation('timeline')
  const title = useConversationTitle(conversationId)
  const typing = useTypingLine(conversationId) !== null
  const { meId, other, direct, member, join, archived, shown, hasAfter } = useStore((state) => {
    const conversation = state.conversations[conversationId]
    return {
      meId: state.me?.id ?? '',
      other: conversation?.directUserId ?? null,
      direct: conversation?.kind === 'direct',
      member: Boolean(conversation?.membership),
      join: pendingJoin(state, conversationId),
      archived: conversation !== undefined && conversation.archivedAt !== null,
      shown: conversation?.window !== undefined,
      hasAfter: conversation?.window?.hasAfter ?? false,
    }
  })
  useWatchPeople('conversation', other === null || other === meId ? [] : [other])

  const addressee = isolate(direct ? shortName(title) : title)
  const toSelf = other === meId
  return (
    <>
      {ready && shown ? (
        <Timeline conversationId={conversationId} title={title} typing={typing && !hasAfter} />
      ) : (
        <TimelineSkeleton />
      )}
      <MembershipBar conversationId={conversationId} />
      {archived ? (
        <ArchivedBar />
      ) : ready && !member && join !== 'waiting' ? (
        // What was refused is tried again, or put aside, above.
        join === null && <PreviewBar conversationId={conversationId} title={title} />
      ) : (
        <Composer
          conversationId={conversationId}
          meId={meId}
          placeholder={
            toSelf ? t('composer.toSelf') : t('composer.placeholder', { name: addressee })
          }
        />
      )}
    </>
  )
}

/** While it is waiting, what is written goes out behind it. */
function pendingJoin({ outbox }: State, conversationId: string): 'waiting' | 'refused' | null {
  const pending = pendingMembership(outbox, conversationId)
  if (pending?.type !== 'join') return null
  return pending.failed ? 'refused' : 'waiting'
}

function LeaveRoom(props: {
  conversationId: string
  open: boolean
  onOpenChange: (open: boolean) => void
}) {
  const { t } = useTranslation('chats')
  const navigate = useNavigate()
  const title = useConversationTitle(props.conversationId)
  const { isPublic, bequeaths } = useStore((state) => {
    const room = state.conversations[props.conversationId]
    return {
      isPublic: room?.visibility === 'public',
      bequeaths: room?.membership?.role === 'owner' && room.memberCount > 1,
    }
  })
  const leave = async () => {
    // It is off the list at once, and goes when there is a network.
    client
      .leaveRoom(props.conversationId)
      .catch(() => showToast({ text: () => i18next.t('chats:leave.failed') }))
    props.onOpenChange(false)
    await navigate({ to: '/' })
  }
  return (
    <ConfirmDialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={t('leave.title', { title: isolate(title) })}
      description={
        <>
          {isPublic ? t('leave.public') : t('leave.private')}
          {bequeaths && <span className="mt-2 block">{t('leave.owner')}</span>}
        </>
      }
      action={t('leave.action')}
      danger
      onConfirm={() => void leave()}
    />
  )
}
