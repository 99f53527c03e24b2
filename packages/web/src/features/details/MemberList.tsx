import type { Member, User } from '@roost/protocol'
import { Search } from 'lucide-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { useAfter } from '../../shell/use-after.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { face } from '../../ui/face.ts'
import { Highlight } from '../../ui/Highlight.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { SkeletonRows } from '../../ui/Skeleton.tsx'
import { usePages } from '../chats/use-pages.ts'
import { useSettled } from '../chats/use-settled.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { usePresenceLine } from '../conversation/use-presence-line.ts'
import { useWatchPeople } from '../conversation/watch-people.ts'
import { useSeen } from '../new-chat/use-seen.ts'

type Listed = Member & { user: User }

/** Who is in a room, by name, page by page. `count` is theirs; a change of it reads the list again. */
export function MemberList({ conversationId, count }: { conversationId: string; count: number }) {
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
  useOnChange(count, found.again)
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
      <ul aria-busy={found.loading} className="mt-1">
        {found.items.map((member) => (
          <MemberRow key={member.userId} member={member} query={query} />
        ))}
      </ul>
      {found.loading && <Loading />}
      {found.hasMore && <More onSeen={found.more} />}
      {!found.loading && !found.failed && found.items.length === 0 && (
        <output className="block py-2 text-md text-ink-2">{t('details.noMember')}</output>
      )}
      {found.failed && (
        <p role="alert" className="flex items-center gap-3 py-2 text-md text-ink-2">
          {t('details.failed')}
          <Button size="sm" onClick={found.again}>
            {t('again', { ns: 'rooms' })}
          </Button>
        </p>
      )}
    </section>
  )
}

function MemberRow({ member, query }: { member: Listed; query: string }) {
  const { t } = useTranslation('chats')
  const { userId, user, role } = member
  const me = useStore((state) => state.me?.id === userId)
  const online = useStore((state) => state.presence[userId]?.online ?? false)
  const presence = usePresenceLine(userId)
  return (
    <li className="flex h-12 items-center gap-3 pointer-coarse:h-14">
      <Avatar {...face(user)} size={34} online={online} />
      <span className="min-w-0 flex-1">
        <span className="flex gap-1.5 text-md">
          <OneLine>
            <Highlight text={user.name} query={query} />
          </OneLine>
          {me && <span className="shrink-0 text-ink-2">{t('details.you')}</span>}
        </span>
        <span className="block truncate text-sm text-ink-2">{presence}</span>
      </span>
      {role !== 'member' && (
        <span className="shrink-0 text-sm text-ink-2">{t(`details.role.${role}`)}</span>
      )}
    </li>
  )
}

function useOnChange(value: number, act: () => void): void {
  const known = useRef(value)
  useEffect(() => {
    if (known.current === value) return
    known.current = value
    act()
  }, [value, act])
}

function Loading() {
  const shown = useAfter(300)
  return shown ? <SkeletonRows count={4} /> : null
}

function More({ onSeen }: { onSeen: () => void }) {
  return <div ref={useSeen(onSeen)} className="h-8" />
}
