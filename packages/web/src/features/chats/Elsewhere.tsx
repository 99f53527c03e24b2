import { useNavigate } from '@tanstack/react-router'
import { useCallback, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Highlight } from '../../ui/Highlight.tsx'
import { showToast } from '../../ui/Toast.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { rowLook } from './row-look.ts'
import { usePages } from './use-pages.ts'
import { useSettled } from './use-settled.ts'

const most = 20

/** Where none of my chats matches: people to write to, and public rooms to look into. */
export function Elsewhere({ query }: { query: string }) {
  const { t } = useTranslation('chats')
  const settled = useSettled(query)
  const meId = useStore((state) => state.me?.id)
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
  const others = people.items.filter(({ id }) => id !== meId).slice(0, most)
  const found = rooms.items.slice(0, most)
  const waiting = people.loading || rooms.loading || settled !== query

  return (
    <div aria-busy={waiting}>
      {others.length > 0 && (
        <Section title={t('elsewhere.people')}>
          {others.map(({ id, name, username }) => (
            <Result
              key={id}
              query={query}
              id={id}
              kind="person"
              name={name}
              line={username ? `@${username}` : ''}
              open={() => client.openDirect(id)}
            />
          ))}
        </Section>
      )}
      {found.length > 0 && (
        <Section title={t('elsewhere.rooms')}>
          {found.map(({ id, name, topic, memberCount }) => (
            <Result
              key={id}
              query={query}
              id={id}
              kind="room"
              name={name ?? ''}
              line={
                topic ?? t('members', { count: memberCount, number: formatNumber(memberCount) })
              }
              open={() => Promise.resolve(id)}
            />
          ))}
        </Section>
      )}
      {!waiting && others.length + found.length === 0 && (
        <output className="block px-2 pt-4 text-md text-ink-2">
          {people.failed || rooms.failed ? t('elsewhere.failed') : t('elsewhere.nothing')}
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
  id: string
  kind: 'person' | 'room'
  name: string
  line: string
  open: () => Promise<string>
}) {
  const { t } = useTranslation('chats')
  const navigate = useNavigate()
  const open = async () => {
    try {
      const conversationId = await props.open()
      await navigate({ to: '/c/$conversationId', params: { conversationId } })
    } catch {
      showToast({ text: t('openFailed') })
    }
  }
  return (
    <li>
      <button type="button" onClick={() => void open()} className={rowLook(false)}>
        <Avatar id={props.id} name={props.name} kind={props.kind} size="var(--size-avatar)" />
        <span className="min-w-0 flex-1">
          <OneLine className="text-row font-semi text-ink">
            <Highlight text={props.name} query={props.query} />
          </OneLine>
          <OneLine className="text-snippet text-ink-2">{props.line}</OneLine>
        </span>
      </button>
    </li>
  )
}
