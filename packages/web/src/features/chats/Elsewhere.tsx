import { useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { face } from '../../ui/face.ts'
import { Highlight } from '../../ui/Highlight.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { FoundMessages } from '../search/FoundMessages.tsx'
import { useHits } from '../search/use-hits.ts'
import { rowLook } from './row-look.ts'
import { useOpenChat } from './use-open-chat.ts'
import { usePages } from './use-pages.ts'
import { useSettled } from './use-settled.ts'

/** Beside chats that match, a few are enough; without any, more are welcome. */
const few = 5
const most = 20

/** Below the chats that match: people to write to, public rooms to look into, and messages. */
export function Elsewhere({ query, shown }: { query: string; shown: readonly string[] }) {
  const { t } = useTranslation('chats')
  const navigate = useNavigate()
  const openChat = useOpenChat()
  const settled = useSettled(query)
  const meId = useStore((state) => state.me?.id)
  const partners = useStore(({ conversations }) =>
    shown.map((id) => conversations[id]?.directUserId ?? id),
  )
  const people = usePages(
    useCallback(async () => {
      if (settled === '') return { items: [] }
      return { items: (await client.findUsers({ query: settled })).users }
    }, [settled]),
  )
  const rooms = usePages(
    useCallback(async () => {
      if (settled === '') return { items: [] }
      return { items: (await client.findRooms({ query: settled })).rooms }
    }, [settled]),
  )
  const messages = useHits(
    useMemo(() => ({ q: settled }), [settled]),
    { limit: few },
  )
  const count = shown.length > 0 ? few : most
  const isNew = ({ id }: { id: string }) => id !== meId && !partners.includes(id)
  const others = people.items.filter(isNew).slice(0, count)
  const found = rooms.items.filter(isNew).slice(0, count)
  const waiting = people.loading || rooms.loading || messages.loading || settled !== query
  const nothing = shown.length + others.length + found.length + messages.hits.length === 0

  return (
    <div aria-busy={waiting}>
      {others.length > 0 && (
        <Section title={t('elsewhere.people')}>
          {others.map((user) => (
            <Result
              key={user.id}
              query={query}
              face={face(user)}
              line={user.username ? `@${user.username}` : ''}
              onOpen={() => void openChat(user.id)}
            />
          ))}
        </Section>
      )}
      {found.length > 0 && (
        <Section title={t('elsewhere.rooms')}>
          {found.map(({ id, name, topic, memberCount, picture }) => (
            <Result
              key={id}
              query={query}
              face={{ id, name: name ?? '', picture, kind: 'room' }}
              line={
                topic ?? t('members', { count: memberCount, number: formatNumber(memberCount) })
              }
              onOpen={() =>
                void navigate({ to: '/c/$conversationId', params: { conversationId: id } })
              }
            />
          ))}
        </Section>
      )}
      <FoundMessages hits={messages.hits} query={settled} hasMore={messages.hasMore} />
      {!waiting && nothing && (
        <output className="block px-2 pt-4 text-md text-ink-2">
          {people.failed || rooms.failed || messages.failed
            ? t('elsewhere.failed')
            : t('elsewhere.nothing')}
        </output>
      )}
    </div>
  )
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <h2 className="px-2 pt-3 pb-1 text-sm font-semi text-ink-2">{title}</h2>
      <ul>{children}</ul>
    </section>
  )
}

function Result(props: {
  query: string
  face: { id: string; name: string; kind: 'person' | 'room'; picture: string | null }
  line: string
  onOpen: () => void
}) {
  return (
    <li>
      <button type="button" data-row onClick={props.onOpen} className={rowLook(false)}>
        <Avatar {...props.face} size="var(--size-avatar)" />
        <span className="min-w-0 flex-1">
          <OneLine className="text-row font-semi text-ink">
            <Highlight text={props.face.name} query={props.query} />
          </OneLine>
          <OneLine className="text-snippet text-ink-2">{props.line}</OneLine>
        </span>
      </button>
    </li>
  )
}
