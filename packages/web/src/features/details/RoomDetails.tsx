import { LogOut, UserPlus } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Icon } from '../../ui/Icon.tsx'
import { AddPeopleDialog } from './AddPeopleDialog.tsx'
import { MemberList } from './MemberList.tsx'

export function RoomDetails(props: { conversationId: string; onLeave: () => void }) {
  const { conversationId } = props
  const { t } = useTranslation('chats')
  const room = useStore((state) => state.conversations[conversationId])
  const [adding, setAdding] = useState(false)
  if (!room) return null
  const role = room.membership?.role
  const mayAdd = role === 'owner' || role === 'admin'
  const name = room.name ?? ''
  return (
    <>
      <div className="flex items-center gap-4">
        <Avatar id={conversationId} name={name} kind="room" size={56} />
        <div className="min-w-0">
          <p className="line-clamp-3 text-name font-semi wrap-anywhere">
            <bdi>{name}</bdi>
          </p>
          <p className="text-sm text-ink-2">
            {room.visibility === 'public' ? t('details.public') : t('details.private')}
          </p>
        </div>
      </div>
      {room.topic && (
        <p dir="auto" className="mt-4 text-md wrap-anywhere whitespace-pre-wrap text-ink">
          {room.topic}
        </p>
      )}
      {role !== undefined && (
        <div className="mt-5 flex gap-2 *:flex-1">
          {mayAdd && (
            <Button onClick={() => setAdding(true)}>
              <Icon of={UserPlus} inline />
              {t('details.add')}
            </Button>
          )}
          <Button onClick={props.onLeave}>
            <Icon of={LogOut} inline flip />
            {t('leave.short')}
          </Button>
        </div>
      )}
      <MemberList conversationId={conversationId} count={room.memberCount} />
      <AddPeopleDialog conversationId={conversationId} open={adding} onOpenChange={setAdding} />
    </>
  )
}
