import type { ConversationState } from '@roost/sdk'
import { Ellipsis, Link, LogOut, Trash2, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { chatMenu } from '../chats/chat-menu.ts'
import { MuteButton } from '../chats/MuteButton.tsx'
import { LazyInviteDialog } from '../invites/InviteButton.tsx'
import { AddPeopleDialog } from './AddPeopleDialog.tsx'
import { DeleteRoomDialog } from './DeleteRoomDialog.tsx'
import { isSteering, maySteer } from './member-powers.ts'

/** What a member does with a room. The two that are wanted most are buttons, the rest is in a menu. */
export function RoomActions(props: { room: ConversationState; onLeave: () => void }) {
  const { room, onLeave } = props
  const { t } = useTranslation(['rooms', 'chats'])
  const [open, setOpen] = useState<'add' | 'invite' | 'delete' | null>(null)
  const role = room.membership?.role
  if (role === undefined) return null
  const may = maySteer(room)
  const close = () => setOpen(null)

  const items = (): MenuItem[] => {
    const own = chatMenu(room.id, 'mute')
    const list: MenuItem[] = may
      ? [{ label: t('chats:details.add'), icon: UserPlus, onSelect: () => setOpen('add') }]
      : []
    list.push(...own.map((item, index) => (index === 0 && may ? { ...item, apart: true } : item)))
    if (isSteering(role))
      list.push({
        label: t('chats:leave.action'),
        icon: LogOut,
        flip: true,
        onSelect: onLeave,
        danger: true,
        apart: true,
      })
    if (role === 'owner')
      list.push({
        label: t('delete.action'),
        icon: Trash2,
        onSelect: () => setOpen('delete'),
        danger: true,
      })
    return list
  }
  return (
    <div className="mt-5 flex gap-2 [&>.button]:min-w-0 [&>.button]:flex-1">
      <MuteButton conversationId={room.id} />
      {may && (
        <Button onClick={() => setOpen('invite')}>
          <Icon of={Link} inline />
          {t('invite.action')}
        </Button>
      )}
      {!isSteering(role) && (
        <Button onClick={onLeave}>
          <Icon of={LogOut} inline flip />
          {t('chats:leave.short')}
        </Button>
      )}
      <Menu
        trigger={
          <IconButton
            label={t('chats:menu')}
            icon={Ellipsis}
            className="border border-line-strong text-ink"
          />
        }
        items={items}
      />
      <AddPeopleDialog conversationId={room.id} open={open === 'add'} onOpenChange={close} />
      <LazyInviteDialog conversationId={room.id} open={open === 'invite'} onOpenChange={close} />
      <DeleteRoomDialog
        conversationId={room.id}
        name={room.name ?? ''}
        open={open === 'delete'}
        onOpenChange={close}
      />
    </div>
  )
}
