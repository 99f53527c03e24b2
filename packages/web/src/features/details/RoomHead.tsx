import type { ConversationState } from '@roost/sdk'
import { Pencil } from 'lucide-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { EditablePicture } from '../profile/EditablePicture.tsx'
import { maySteer } from './member-powers.ts'
import { RoomForm } from './RoomForm.tsx'

/** What a room looks like and is about; for those who steer it, also where that is changed. */
export function RoomHead({ room }: { room: ConversationState }) {
  const { t } = useTranslation(['rooms', 'chats'])
  const [editing, setEditing] = useState(false)
  const pencil = useRef<HTMLButtonElement>(null)
  const may = maySteer(room)
  const name = room.name ?? ''
  const faceAt = (size: number) => (
    <Avatar id={room.id} name={name} kind="room" picture={room.picture} size={size} />
  )
  if (editing && may) {
    return (
      <RoomForm
        room={room}
        onDone={() => {
          setEditing(false)
          requestAnimationFrame(() => pencil.current?.focus())
        }}
      />
    )
  }
  return (
    <>
      <div className="flex items-center gap-4">
        {may ? (
          <EditablePicture
            shape="soft"
            size={56}
            faceAt={faceAt}
            onSave={(picture) => client.setRoomPicture(room.id, picture)}
            onRemove={
              room.picture === null ? undefined : () => client.setRoomPicture(room.id, null)
            }
          />
        ) : (
          faceAt(56)
        )}
        <div className="min-w-0 flex-1">
          <p className="text-name font-semi wrap-anywhere">
            <bdi>{name}</bdi>
          </p>
          <p className="text-sm text-ink-2">
            {t(room.visibility === 'public' ? 'chats:details.public' : 'chats:details.private')}
          </p>
        </div>
        {may && (
          <IconButton
            ref={pencil}
            label={t('edit.action')}
            icon={Pencil}
            onClick={() => setEditing(true)}
            className="-me-2 self-start"
          />
        )}
      </div>
      {room.topic && (
        <p className="mt-4 text-md wrap-anywhere whitespace-pre-wrap text-ink">
          <bdi>{room.topic}</bdi>
        </p>
      )}
      {room.archivedAt !== null && (
        <p className="mt-4 rounded-md bg-hover px-3 py-2 text-md text-ink-2">
          {t('edit.archived')}
        </p>
      )}
    </>
  )
}
