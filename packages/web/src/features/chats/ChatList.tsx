/** My conversations: looking through them, switching to any of them or of the people, making new ones. */
import { chatList, conversationTitle } from '@roost/sdk'
import { useParams } from '@tanstack/react-router'
import { ChevronLeft, SquarePen } from 'lucide-react'
import { lazy, Suspense, useCallback, useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { writeShortcut } from '../../shell/shortcuts.ts'
import { useAtHome } from '../../shell/use-at-home.ts'
import { useNarrow } from '../../shell/use-narrow.ts'
import { useBackCloses } from '../../ui/back-closes.ts'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { useAfter } from '../../ui/use-after.ts'
import { isNotesToSelf } from '../conversation/use-title.ts'
import { LazyNewChatDialog } from '../new-chat/LazyNewChatDialog.tsx'
import { ResetLinkNotice } from '../profile/ResetLinkNotice.tsx'
import { ArchivedRow } from './ArchivedRow.tsx'
import { ChatFilters } from './ChatFilters.tsx'
import { ChatListHeader } from './ChatListHeader.tsx'
import { ChatRows } from './ChatRows.tsx'
import { chooseChats, isArchived, type Filter } from './choose-chats.ts'
import { EmptyChats } from './EmptyChats.tsx'
import { firstRow, moveAmongRows } from './move-among-rows.ts'
import { StrandedRow } from './StrandedRow.tsx'
import { useListShortcuts } from './use-list-shortcuts.ts'

const Elsewhere = lazy(() =>
  import('./Elsewhere.tsx').then((module) => ({ default: module.Elsewhere })),
)
const ShortcutsDialog = lazy(() =>
  import('../settings/ShortcutsDialog.tsx').then((module) => ({ default: module.ShortcutsDialog })),
)

export function ChatList() {
  const { t } = useTranslation('chats')
  const openId = useParams({ strict: false, select: (params) => params.conversationId })
  const [filter, setFilter] = useState<Filter>('all')
  const [query, setQuery] = useState('')
  const [choosing, setChoosing] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const startChat = useCallback(() => setChoosing(true), [])
  const [help, setHelp] = useState<boolean | null>(null)
  const showHelp = useCallback(() => setHelp(true), [])

  const loaded = useStore((state) => state.conversationsLoaded)
  const { unread, archived, mentions } = useStore((state) => {
    const away = chatList(state).filter(isArchived)
    const unreadChats = chatList(state).filter((chat) => chat.unread > 0 && !isArchived(chat))
    return {
      unread: unreadChats.length,
      archived: away.length,
      mentions: away.some((chat) => chat.mentions > 0),
    }
  })
  const ids = useShownChats(filter, query)
  const searching = query.trim() !== ''

  // What was searched for has been found.
  const [wasOpen, setWasOpen] = useState(openId)
  if (wasOpen !== openId) {
    setWasOpen(openId)
    setQuery('')
  }

  useListShortcuts({ search, startChat, showHelp })
  const atHome = useAtHome()
  const alone = useNarrow() && atHome
  useBackCloses(alone && (searching || filter === 'archived'), () =>
    searching ? setQuery('') : setFilter('all'),
  )

  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape' && query !== '') {
      setQuery('')
      search.current?.focus()
    } else if (event.key === 'Enter' && searching && document.activeElement === search.current) {
      firstRow(scroller)?.click()
    } else if (!moveAmongRows(event, scroller, search.current)) return
    event.preventDefault()
  }

  return (
    <>
      <ChatListHeader onNewChat={startChat} />
      <ResetLinkNotice />
      {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- arrow keys lead from the field to the rows */}
      <div onKeyDown={onKeyDown} className="relative flex min-h-0 flex-1 flex-col">
        <div className="px-3 max-wide:px-4">
          <SearchField
            ref={search}
            label={t('search')}
            value={query}
            onValueChange={setQuery}
            shortcut={writeShortcut('search')}
          />
        </div>
        {searching && <div className="h-2" />}
        {!searching && filter === 'archived' && <ArchiveHead onBack={() => setFilter('all')} />}
        {!searching && filter !== 'archived' && (
          <ChatFilters value={filter} unread={unread} onChange={setFilter} />
        )}
        <div
          ref={setScroller}
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-2 max-wide:pb-24"
        >
          {!loaded && ids.length === 0 ? (
            <Loading />
          ) : (
            <>
              {!searching && filter === 'all' && (
                <StrandedRow focusInstead={() => firstRow(scroller) ?? search.current} />
              )}
              {!searching && filter === 'all' && archived > 0 && (
                <ArchivedRow
                  count={archived}
                  mentions={mentions}
                  onOpen={() => setFilter('archived')}
                />
              )}
              <ChatRows
                key={searching ? 'search' : filter}
                ids={ids}
                query={query}
                openId={openId}
                scroller={scroller}
              />
              {searching && (
                <Suspense>
                  <Elsewhere query={query} shown={ids} />
                </Suspense>
              )}
              {!searching && <EmptyChats filter={filter} count={ids.length} />}
            </>
          )}
        </div>
        <button
          type="button"
          aria-label={t('newChat')}
          title={t('newChat')}
          onClick={startChat}
          className="absolute inset-e-4 bottom-[max(20px,env(safe-area-inset-bottom))] grid size-14 place-items-center rounded-dialog bg-brand text-on-brand shadow-2 active:bg-brand-active wide:hidden"
        >
          <Icon of={SquarePen} />
        </button>
      </div>
      <LazyNewChatDialog open={choosing} onOpenChange={setChoosing} />
      {help !== null && (
        <Suspense>
          <ShortcutsDialog open={help} onOpenChange={setHelp} />
        </Suspense>
      )}
    </>
  )
}

/** In place of the filters: whose list this is, and the way back. */
function ArchiveHead({ onBack }: { onBack: () => void }) {
  const { t } = useTranslation(['chats', 'ui'])
  const back = useRef<HTMLButtonElement>(null)
  useEffect(() => back.current?.focus(), [])
  return (
    <div className="flex items-center gap-1 px-2 pt-1">
      <IconButton ref={back} label={t('ui:back')} icon={ChevronLeft} flip onClick={onBack} />
      <h2 className="text-md font-semi">{t('archived.title')}</h2>
    </div>
  )
}

function useShownChats(filter: Filter, query: string): string[] {
  const { t } = useTranslation('chats')
  const selfTitle = t('self.title')
  return useStore((state) =>
    chooseChats(chatList(state), {
      filter,
      query,
      titleOf: (chat) => (isNotesToSelf(state, chat) ? selfTitle : conversationTitle(state, chat)),
    }).map(({ id }) => id),
  )
}

function Loading() {
  const { t } = useTranslation()
  const shown = useAfter(300)
  return (
    <output className="-mx-2 block">
      <span className="sr-only">{t('loading')}</span>
      {shown && <SkeletonRows count={8} />}
    </output>
  )
}
