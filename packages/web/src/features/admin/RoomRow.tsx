import type { TFunction } from 'i18next'
import { Archive, ArchiveRestore, Ellipsis, PencilLine, Trash2, Users } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { formatFull, formatListTime, formatNumber } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Highlight } from '../../ui/Highlight.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { Menu, type MenuItem } from '../../ui/Menu.tsx'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { useMinute } from '../conversation/use-minute.ts'
import type { RoomAct } from './RoomDialog.tsx'
import type { ListedRoom } from './RoomsSection.tsx'
import { Cell, NameCell, Row, type Column } from './Table.tsx'

const wide = {
  owner: 'w-48 max-panel:hidden',
  visibility: 'w-28 max-wide:hidden',
  members: 'w-28 text-end max-wide:hidden',
  state: 'w-28 max-panel:hidden',
  active: 'w-32 max-wide:hidden',
  menu: 'w-13',
}

export function roomColumns(t: TFunction<'admin'>): Column[] {
  return [
    { text: t('rooms.name') },
    { text: t('rooms.owner'), className: wide.owner },
    { text: t('rooms.visibility'), className: wide.visibility },
    { text: t('rooms.members'), className: `${wide.members} text-end!` },
    { text: t('rooms.state'), className: `${wide.state} ps-6!` },
    { text: t('rooms.active'), className: wide.active },
    { text: t('list.actions'), className: wide.menu, silent: true },
  ]
}

export function RoomRow(props: { room: ListedRoom; query: string; onAct: (act: RoomAct) => void }) {
  const { room } = props
  const { t } = useTranslation('admin')
  const now = useMinute()
  const name = room.name ?? ''
  const archived = room.archivedAt !== null
  const act = (kind: RoomAct['kind']) => () => props.onAct({ kind, room })
  const items: MenuItem[] = [
    { label: t('rooms.act.members'), icon: Users, onSelect: act('members') },
    { label: t('rooms.act.rename'), icon: PencilLine, onSelect: act('rename') },
    archived
      ? { label: t('rooms.act.restore'), icon: ArchiveRestore, onSelect: act('restore') }
      : { label: t('rooms.act.archive'), icon: Archive, onSelect: act('archive') },
    {
      label: t('rooms.act.delete'),
      icon: Trash2,
      onSelect: act('delete'),
      danger: true,
      apart: true,
    },
  ]
  const count = { count: room.memberCount, number: formatNumber(room.memberCount) }
  const state = t(archived ? 'rooms.states.archived' : 'rooms.states.active')
  return (
    <Row faint={archived}>
      <NameCell
        picture={<Avatar id={room.id} name={name} kind="room" size={32} picture={room.picture} />}
        name={<Highlight text={name} query={props.query} />}
        second={[
          t(`rooms.${room.visibility}`),
          t('rooms.memberCount', count),
          archived ? state : null,
        ]}
      />
      <Cell className={wide.owner}>
        <OneLine>{room.owner?.name ?? t('rooms.noOwner')}</OneLine>
      </Cell>
      <Cell className={wide.visibility}>{t(`rooms.${room.visibility}`)}</Cell>
      <Cell className={`${wide.members} tabular-nums`}>{formatNumber(room.memberCount)}</Cell>
      <Cell className={`${wide.state} ps-6!`}>{state}</Cell>
      <Cell className={wide.active}>
        <time
          dateTime={new Date(room.lastActivityAt).toISOString()}
          title={formatFull(room.lastActivityAt)}
        >
          {formatListTime(room.lastActivityAt, now)}
        </time>
      </Cell>
      <td className="text-end">
        <Menu
          trigger={
            <IconButton label={t('rooms.actionsOn', { name: isolate(name) })} icon={Ellipsis} />
          }
          items={items}
        />
      </td>
    </Row>
  )
}
