/** The public rooms of this server: finding one, looking into it, joining it. */
import type { RoomListing } from '@roost/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Button } from '../../ui/Button.tsx'
import { EmptyState } from '../../ui/EmptyState.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { LongList } from '../../ui/LongList.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { usePages } from '../chats/use-pages.ts'
import { useSettled } from '../chats/use-settled.ts'
import { BackButton } from '../conversation/BackButton.tsx'
import { LazyNewChatDialog } from '../new-chat/LazyNewChatDialog.tsx'
import { RoomRow } from './RoomRow.tsx'

export function RoomDirectory() {
  const { t } = useTranslation('rooms')
  const [query, setQuery] = useState('')
  const [making, setMaking] = useState(false)
  const settled = useSettled(query)
  const rooms = usePages<RoomListing>(
    useCallback(
      async (cursor) => {
        const page = await client.findRooms({
          ...(settled === '' ? {} : { query: settled }),
          ...(cursor === undefined ? {} : { cursor }),
        })
        return { items: page.rooms, nextCursor: page.nextCursor }
      },
      [settled],
    ),
  )
  const none = !rooms.loading && !rooms.failed && rooms.items.length === 0
  const create = () => setMaking(true)

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-(--h-bar) shrink-0 items-center gap-1 border-b border-line ps-1 pe-3 wide:ps-6 wide:pe-4">
        <BackButton />
        <h1 className="min-w-0 flex-1 truncate text-lg font-semi">{t('directory.title')}</h1>
        {!(none && settled === '') && (
          <Button variant="primary" onClick={create}>
            {t('directory.create')}
          </Button>
        )}
      </header>
      {none && settled === '' ? (
        <EmptyState title={t('directory.emptyTitle')} text={t('directory.emptyText')}>
          <Button variant="primary" className="mt-6" onClick={create}>
            {t('directory.create')}
          </Button>
        </EmptyState>
      ) : (
        <div data-scroller className="min-h-0 flex-1 overflow-y-auto overscroll-contain">
          <div className="mx-auto max-w-(--w-list) px-4 py-4 wide:px-6">
            <SearchField label={t('directory.search')} value={query} onValueChange={setQuery} />
            <LongList
              items={rooms.items}
              keyOf={({ id }) => id}
              height={64}
              open={rooms.hasMore}
              label={t('directory.list')}
              busy={rooms.loading}
              className="-mx-2 mt-3"
            >
              {(room) => <RoomRow room={room} query={query} />}
            </LongList>
            <ListEnd
              list={rooms}
              rows={6}
              failed={t('directory.failed')}
              nothing={t('directory.nothing')}
            />
          </div>
        </div>
      )}
      <LazyNewChatDialog room open={making} onOpenChange={setMaking} />
    </div>
  )
}
