/** My conversations, newest first: looking through them, and the ways to new ones. */
import { chatList, conversationTitle } from '@roost/sdk'
import { useParams } from '@tanstack/react-router'
import { SquarePen } from 'lucide-react'
import { useCallback, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { writeShortcut } from '../../shell/shortcuts.ts'
import { useAfter } from '../../shell/use-after.ts'
import { Icon } from '../../ui/Icon.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { isNotesToSelf } from '../conversation/use-title.ts'
import { NewChatDialog } from '../new-chat/NewChatDialog.tsx'
import { ChatFilters } from './ChatFilters.tsx'
import { ChatListHeader } from './ChatListHeader.tsx'
import { ChatRows } from './ChatRows.tsx'
import { chooseChats, type Filter } from './choose-chats.ts'
import { Elsewhere } from './Elsewhere.tsx'
import { EmptyChats } from './EmptyChats.tsx'
import { firstRow, moveAmongRows } from './move-among-rows.ts'
import { useListShortcuts } from './use-list-shortcuts.ts'

export function ChatList() {
  const { t } = useTranslation('chats')
  const openId = useParams({ strict: false, select: (params) => params.conversationId })
  const [filter, setFilter] = useState<Filter>('all')
  const [query, setQuery] = useState('')
  const [choosing, setChoosing] = useState(false)
  const search = useRef<HTMLInputElement>(null)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const startChat = useCallback(() => setChoosing(true), [])

  const loaded = useStore((state) => state.conversationsLoaded)
  const unread = useStore((state) => chatList(state).filter((chat) => chat.unread > 0).length)
  const ids = useShownChats(filter, query)
  const searching = query.trim() !== ''

  // What was searched for has been found.
  const [wasOpen, setWasOpen] = useState(openId)
  if (wasOpen !== openId) {
    setWasOpen(openId)
    setQuery('')
  }

  useListShortcuts({ search, startChat })

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
        {searching ? (
          <div className="h-2" />
        ) : (
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
              <ChatRows
                key={searching ? 'search' : filter}
                ids={ids}
                query={query}
                openId={openId}
                scroller={scroller}
              />
              {searching && ids.length === 0 && <Elsewhere query={query} />}
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
      <NewChatDialog open={choosing} onOpenChange={setChoosing} />
    </>
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
