import type { Member, User } from '@roost/protocol'
import {
  Crown,
  Ellipsis,
  MessageCircle,
  Shield,
  ShieldOff,
  User as Person,
  UserMinus,
} from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { ContextMenu } from '../../ui/ContextMenu.tsx'
import { face } from '../../ui/face.ts'
import { Highlight } from '../../ui/Highlight.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { useOpenChat } from '../chats/use-open-chat.ts'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { useShowDetails } from '../conversation/use-details.ts'
import { usePresence } from '../conversation/use-presence-line.ts'
import { powersOver, type Power } from './member-powers.ts'

export type Listed = Member & { user: User }

const looks = {
  makeAdmin: { icon: Shield },
  endAdmin: { icon: ShieldOff },
  stepDown: { icon: ShieldOff },
  handOver: { icon: Crown },
  remove: { icon: UserMinus, danger: true, apart: true },
} as const

/** A member of a room: a click shows who they are, the menu what can be done. */
export function MemberRow(props: {
  member: Listed
  query: string
  /** My own role in the room. */
  mine: Member['role'] | undefined
  onPower: (power: Power, member: Listed) => void
}) {
  const { member, mine } = props
  const { userId, user, role } = member
  const { t } = useTranslation('rooms')
  const showDetails = useShowDetails()
  const openChat = useOpenChat()
  const isMe = useStore((state) => state.me?.id === userId)
  const online = useStore((state) => state.presence[userId]?.online ?? false)
  const presence = usePresence(userId)
  const line = presence ?? (user.username ? isolate(`@${user.username}`) : '')

  const items: MenuItem[] = [
    { label: t('member.profile'), icon: Person, onSelect: () => showDetails(userId) },
  ]
  if (!isMe)
    items.push({
      label: t('member.message'),
      icon: MessageCircle,
      onSelect: () => void openChat(userId),
    })
  for (const power of powersOver({ role, isMe }, mine))
    items.push({
      ...looks[power],
      label: t(`member.${power}`),
      onSelect: () => props.onPower(power, member),
    })
  const row = (
    <button
      type="button"
      onClick={() => showDetails(userId)}
      className="flex h-12 w-full items-center gap-3 rounded-lg px-2 pe-10 text-start focus-inside select-none [-webkit-touch-callout:none] hover:bg-hover data-popup-open:bg-hover pointer-coarse:h-14 pointer-coarse:pe-12"
    >
      <Avatar {...face(user)} size={34} online={online} />
      <span className="min-w-0 flex-1">
        <span className="flex gap-1.5 text-md">
          <OneLine>
            <Highlight text={user.name} query={props.query} />
          </OneLine>
          {isMe && <span className="shrink-0 text-ink-2">{t('member.you')}</span>}
        </span>
        <OneLine className="text-sm text-ink-2">{line}</OneLine>
      </span>
      {role !== 'member' && (
        <span className="shrink-0 text-sm text-ink-2">{t(`member.role.${role}`)}</span>
      )}
    </button>
  )
  return (
    <div className="group relative">
      <ContextMenu target={row} items={items} />
      <span className="absolute inset-e-0.5 top-1/2 -translate-y-1/2">
        <Menu
          trigger={
            <IconButton
              label={t('member.menu', { name: isolate(user.name) })}
              icon={Ellipsis}
              className="opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 hover:bg-selected data-popup-open:opacity-100 pointer-coarse:opacity-100"
            />
          }
          items={items}
        />
      </span>
    </div>
  )
}
