import { adminEndpoints, type AdminRoom, type User } from '@roost/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { SearchField } from '../../ui/SearchField.tsx'
import { useSettled } from '../chats/use-settled.ts'
import { AdminPage } from './AdminPage.tsx'
import { useHealth } from './health-context.ts'
import { PagerFooter } from './PagerFooter.tsx'
import { RoomDialog, type RoomAct } from './RoomDialog.tsx'
import { roomColumns, RoomRow } from './RoomRow.tsx'
import { Table } from './Table.tsx'
import { useAsked } from './use-asked.ts'
import { pageSize, usePager } from './use-pager.ts'

export type ListedRoom = AdminRoom & { readonly owner: User | undefined }

export function RoomsSection() {
  const { t } = useTranslation('admin')
  const { health, again: readHealth } = useHealth()
  const [query, setQuery] = useState('')
  const settled = useSettled(query)
  const pager = usePager<ListedRoom>(
    useCallback(
      async (cursor) => {
        const { rooms, users, nextCursor } = await client.call(adminEndpoints.adminRooms, {
          query: {
            limit: pageSize,
            ...(settled === '' ? {} : { query: settled }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        })
        const people = new Map(users.map((user) => [user.id, user]))
        const items = rooms.map((room) => ({ ...room, owner: people.get(room.ownerId ?? '') }))
        return { items, nextCursor }
      },
      [settled],
    ),
  )
  const { asked, ask, close } = useAsked<RoomAct>()
  const put = (room: AdminRoom) =>
    pager.change((items) =>
      items.map((other) => (other.id === room.id ? { ...room, owner: other.owner } : other)),
    )
  return (
    <AdminPage
      title={t('rooms.title')}
      tools={
        <SearchField
          className="w-64 max-wide:w-full"
          label={t('rooms.search')}
          value={query}
          onValueChange={setQuery}
        />
      }
    >
      {pager.items.length > 0 && (
        <Table label={t('rooms.title')} columns={roomColumns(t)} busy={pager.loading}>
          {pager.items.map((room) => (
            <RoomRow key={room.id} room={room} query={settled} onAct={ask} />
          ))}
        </Table>
      )}
      <PagerFooter
        pager={pager}
        nothing={t(settled === '' ? 'rooms.none' : 'rooms.nothing')}
        total={settled === '' ? health?.rooms : undefined}
      />
      {asked && (
        <RoomDialog
          key={asked.turn}
          act={asked.what}
          open={asked.open}
          onClose={close}
          onChanged={(room) => {
            if (room) return put(room)
            pager.again()
            readHealth()
          }}
        />
      )}
    </AdminPage>
  )
}
