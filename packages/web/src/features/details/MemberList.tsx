import type { ConversationState } from '@roost/sdk'
import { Search } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { formatNumber } from '../../i18n/format.ts'
import { IconButton } from '../../ui/IconButton.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { LongList } from '../../ui/LongList.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { usePages } from '../chats/use-pages.ts'
import { useSettled } from '../chats/use-settled.ts'
import { useWatchPeople } from '../conversation/watch-people.ts'
import { MemberRow, type Listed } from './MemberRow.tsx'
import { useMemberPowers } from './use-member-powers.tsx'

/** Who is in a room, by name, page by page. It is read again when somebody comes, goes or changes role. */
export function MemberList({ room }: { room: ConversationState }) {
  const { id: conversationId, memberCount: count, lastMessage } = room
  const { t } = useTranslation('chats')
  const [searching, setSearching] = useState(false)
  const [query, setQuery] = useState('')
  const settled = useSettled(query)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (searching) field.current?.focus()
  }, [searching])
  const found = usePages<Listed>(
    useCallback(
      async (cursor) => {
        const page = await client.findMembers(conversationId, {
          ...(settled === '' ? {} : { query: settled }),
          ...(cursor === undefined ? {} : { cursor }),
        })
        return { items: page.members, nextCursor: page.nextCursor }
      },
      [conversationId, settled],
    ),
  )
  const deed = lastMessage?.kind === 'system' ? lastMessage.seq : 0
  useOnChange(`${count} ${deed}`, found.again)
  const powers = useMemberPowers(conversationId, found.again)
  useWatchPeople(
    'details',
    found.items.slice(0, 60).map(({ userId }) => userId),
  )

  return (
    <section aria-label={t('details.members')} className="mt-6">
      <div className="flex items-center justify-between">
        <h3 className="text-md font-semi">
          {t('members', { count, number: formatNumber(count) })}
        </h3>
        <IconButton
          label={t('details.findMember')}
          icon={Search}
          pressed={searching}
          className="-me-2"
          onClick={() => {
            setSearching(!searching)
            setQuery('')
          }}
        />
      </div>
      {searching && (
        <SearchField
          ref={field}
          className="mt-1 mb-2"
          label={t('details.findMember')}
          value={query}
          onValueChange={setQuery}
        />
      )}
      <LongList
        items={found.items}
        keyOf={({ userId }) => userId}
        height={48}
        open={found.hasMore}
        busy={found.loading}
        className="-mx-2 mt-1"
      >
        {(member) => (
          <MemberRow
            member={member}
            query={query}
            mine={room.membership?.role}
            onPower={powers.use}
          />
        )}
      </LongList>
      <ListEnd
        list={found}
        rows={4}
        failed={t('details.failed')}
        nothing={t('details.noMember')}
        className="py-2"
      />
      {powers.question}
    </section>
  )
}

function useOnChange(value: string, act: () => void): void {
  const known = useRef(value)
  useEffect(() => {
    if (known.current === value) return
    known.current = value
    act()
  }, [value, act])
}
