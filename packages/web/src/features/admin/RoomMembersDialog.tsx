import { adminEndpoints, type AdminRoom, type Member, type User } from '@roost/protocol'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { formatNumber } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { Highlight } from '../../ui/Highlight.tsx'
import { ListEnd } from '../../ui/ListEnd.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { usePages } from '../chats/use-pages.ts'
import { useSettled } from '../chats/use-settled.ts'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'

/** Who is in a room. To look at only: who comes and goes is the room's own affair. */
export function RoomMembersDialog(props: { room: AdminRoom; open: boolean; onClose: () => void }) {
  const { room } = props
  const { t } = useTranslation('admin')
  const count = { count: room.memberCount, number: formatNumber(room.memberCount) }
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.onClose()}
      title={t('rooms.membersOf', { name: isolate(room.name ?? '') })}
      description={t('rooms.memberCount', count)}
    >
      <Members roomId={room.id} />
    </Dialog>
  )
}

function Members({ roomId }: { roomId: string }) {
  const { t } = useTranslation('admin')
  const [query, setQuery] = useState('')
  const settled = useSettled(query)
  const found = usePages<Member & { user: User }>(
    useCallback(
      async (cursor) => {
        const page = await client.call(adminEndpoints.adminRoomMembers, {
          params: { id: roomId },
          query: {
            ...(settled === '' ? {} : { query: settled }),
            ...(cursor === undefined ? {} : { cursor }),
          },
        })
        return { items: page.members, nextCursor: page.nextCursor }
      },
      [roomId, settled],
    ),
  )
  return (
    <>
      <SearchField
        className="mx-5 mt-1 mb-2 shrink-0"
        label={t('rooms.findMember')}
        value={query}
        onValueChange={setQuery}
      />
      <div
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls can be scrolled by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto px-5 pb-4 focus-inside wide:min-h-72"
      >
        <ul aria-busy={found.loading}>
          {found.items.map(({ userId, role, user }) => (
            <li key={userId} className="flex h-13 items-center gap-3">
              <Avatar id={userId} name={user.name} kind="person" size={34} picture={user.picture} />
              <span className="min-w-0 flex-1">
                <OneLine className="text-md">
                  <Highlight text={user.name} query={settled} />
                </OneLine>
                {user.username !== null && (
                  <OneLine className="text-sm text-ink-2">@{user.username}</OneLine>
                )}
              </span>
              {role !== 'member' && (
                <span className="shrink-0 text-sm text-ink-2">{t(`rooms.roles.${role}`)}</span>
              )}
            </li>
          ))}
        </ul>
        <ListEnd list={found} rows={6} failed={t('list.failed')} nothing={t('rooms.noMember')} />
      </div>
    </>
  )
}
