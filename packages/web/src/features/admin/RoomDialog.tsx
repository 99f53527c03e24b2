/** Every act on a room, each behind a dialog that says what it means. */
import { adminEndpoints, limits, type AdminRoom } from '@roost/protocol'
import i18next from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Field } from '../../ui/Field.tsx'
import { isolate } from '../conversation/names.ts'
import { ActDialog } from './ActDialog.tsx'
import { RoomMembersDialog } from './RoomMembersDialog.tsx'

export interface RoomAct {
  readonly kind: 'members' | 'rename' | 'archive' | 'restore' | 'delete'
  readonly room: AdminRoom
}

export function RoomDialog(props: {
  act: RoomAct
  open: boolean
  onClose: () => void
  /** With the room as it is now, or without where the list is to be read again. */
  onChanged: (room?: AdminRoom) => void
}) {
  const { open, onClose, onChanged } = props
  const { kind, room } = props.act
  const { t } = useTranslation('admin')
  const [typed, setTyped] = useState(room.name ?? '')
  const params = { id: room.id }
  const name = isolate(room.name ?? '')
  const update = async (body: { name: string } | { archived: boolean }) =>
    onChanged(await client.call(adminEndpoints.adminUpdateRoom, { params, body }))

  if (kind === 'members') return <RoomMembersDialog room={room} open={open} onClose={onClose} />
  if (kind === 'rename') {
    return (
      <ActDialog
        open={open}
        onClose={onClose}
        title={t('rooms.rename.title', { name })}
        description={t('rooms.rename.text')}
        action={t('rooms.rename.action')}
        onAct={() => update({ name: typed.trim() })}
      >
        <Field
          label={t('rooms.name')}
          value={typed}
          maxLength={limits.roomNameMax}
          autoComplete="off"
          onChange={(event) => setTyped(event.target.value)}
        />
      </ActDialog>
    )
  }
  if (kind === 'delete') {
    return (
      <ActDialog
        open={open}
        onClose={onClose}
        title={t('rooms.delete.title', { name })}
        description={t('rooms.delete.text')}
        action={t('rooms.act.delete')}
        danger
        confirm={room.name ?? ''}
        done={() => i18next.t('admin:rooms.delete.done', { name })}
        onAct={async () => {
          await client.call(adminEndpoints.adminDeleteRoom, { params })
          onChanged()
        }}
      />
    )
  }
  return (
    <ActDialog
      open={open}
      onClose={onClose}
      title={t(`rooms.${kind}.title`, { name })}
      description={t(`rooms.${kind}.text`)}
      action={t(`rooms.act.${kind}`)}
      done={() => i18next.t(`admin:rooms.${kind}.done`, { name })}
      onAct={() => update({ archived: kind === 'archive' })}
    />
  )
}
