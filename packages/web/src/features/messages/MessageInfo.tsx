/** What there is to know about a message: when, who has got and read it, and who reacted how. */
import { endpoints, type Message, type Receipt, type User } from '@roost/protocol'
import { useEffect, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatFull } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Tick } from '../../ui/Tick.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { useProfile } from '../details/use-profile.ts'

interface Reactor {
  readonly emoji: string
  readonly userId: string
}

export function MessageInfo(props: { message: Message; open: boolean; onClose: () => void }) {
  const { message } = props
  const { t } = useTranslation('messages')
  const { mine, small, others, receipts } = useStore(({ me, conversations }) => {
    const conversation = conversations[message.conversationId]
    return {
      mine: me?.id === message.senderId,
      small: Object.keys(conversation?.receipts ?? {}).length > 0,
      others: (conversation?.memberCount ?? 1) - 1,
      receipts: conversation?.receipts,
    }
  })
  const { seq } = message
  const marks = Object.values<Receipt>(receipts ?? {})
  const read = marks.filter(({ readSeq }) => readSeq >= seq)
  const got = marks.filter(({ readSeq, deliveredSeq }) => readSeq < seq && deliveredSeq >= seq)
  const waiting = others - read.length - got.length
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={t('info.title')}
    >
      <div
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be scrolled by keyboard
        tabIndex={0}
        className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 pb-5 focus-inside"
      >
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-md">
          <Fact name={t('info.sent')} at={message.createdAt} />
          {message.editedAt !== undefined && <Fact name={t('info.edited')} at={message.editedAt} />}
        </dl>
        {mine && small && (
          <>
            <People
              title={t('info.read')}
              mark={<Tick state="read" />}
              userIds={read.map(({ userId }) => userId)}
            />
            <People
              title={t('info.delivered')}
              mark={<Tick state="delivered" />}
              userIds={got.map(({ userId }) => userId)}
            />
            {waiting > 0 && (
              <p className="text-md text-ink-2">{t('info.waiting', { count: waiting })}</p>
            )}
          </>
        )}
        {mine && !small && others > 0 && <p className="text-md text-ink-2">{t('info.large')}</p>}
        {message.reactions.length > 0 && <Reactors message={message} />}
      </div>
    </Dialog>
  )
}

function Fact({ name, at }: { name: string; at: number }) {
  return (
    <>
      <dt className="text-ink-2">{name}</dt>
      <dd>
        <time dateTime={new Date(at).toISOString()}>{formatFull(at)}</time>
      </dd>
    </>
  )
}

function People(props: { title: string; mark: ReactNode; userIds: readonly string[] }) {
  if (props.userIds.length === 0) return null
  return (
    <section>
      <h3 className="mb-1 flex items-center gap-2 text-sm font-semi text-ink-2">
        {props.title}
        <span aria-hidden>{props.mark}</span>
      </h3>
      <ul>
        {props.userIds.map((id) => (
          <Person key={id} userId={id} />
        ))}
      </ul>
    </section>
  )
}

function Person({ userId }: { userId: string }) {
  const user = useStore((state) => state.users[userId])
  return user ? <PersonRow user={user} /> : <Newcomer userId={userId} />
}

/** Somebody of whom this device has seen no message yet. */
function Newcomer({ userId }: { userId: string }) {
  const { profile } = useProfile(userId)
  return <PersonRow user={profile ?? undefined} />
}

/** The names come with the answer: of a large room, not everybody is known here. */
function Reactors({ message }: { message: Message }) {
  const { t } = useTranslation('messages')
  const [found, setFound] = useState<{ list: readonly Reactor[]; users: readonly User[] }>()
  const [failed, setFailed] = useState(false)
  const { id, reactions } = message
  useEffect(() => {
    let current = true
    client.call(endpoints.reactions, { params: { id }, query: { limit: 100 } }).then(
      ({ reactions: list, users }) => {
        if (!current) return
        setFound({ list, users })
        setFailed(false)
      },
      () => current && setFailed(true),
    )
    return () => {
      current = false
    }
  }, [id, reactions])
  return (
    <section>
      <h3 className="mb-1 text-sm font-semi text-ink-2">{t('info.reactions')}</h3>
      {failed && <p className="text-md text-ink-2">{t('info.failed')}</p>}
      <ul>
        {found?.list.map(({ emoji, userId }) => (
          <PersonRow
            key={`${emoji} ${userId}`}
            user={found.users.find((user) => user.id === userId)}
            emoji={emoji}
          />
        ))}
      </ul>
    </section>
  )
}

function PersonRow({ user, emoji }: { user: User | undefined; emoji?: string }) {
  const { t } = useTranslation('timeline')
  const own = useStore((state) => state.me?.id === user?.id)
  const name = user?.name ?? t('someone')
  return (
    <li className="flex min-h-11 items-center gap-3">
      <Avatar id={user?.id ?? ''} name={name} picture={user?.picture} kind="person" size={32} />
      <OneLine className="flex-1 text-md">{own ? t('you') : name}</OneLine>
      {emoji !== undefined && <span className="text-[20px]/none">{emoji}</span>}
    </li>
  )
}
