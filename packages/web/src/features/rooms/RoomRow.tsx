import type { RoomListing } from '@roost/protocol'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { Button } from '../../ui/Button.tsx'
import { Highlight } from '../../ui/Highlight.tsx'
import { isolate } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'

/** A public room: its name leads into it; the button joins it, or opens it when I am in it. */
export function RoomRow({ room, query }: { room: RoomListing; query: string }) {
  const { t } = useTranslation('rooms')
  const navigate = useNavigate()
  const joined = useStore(
    (state) => room.joined || Boolean(state.conversations[room.id]?.membership),
  )
  const name = room.name ?? ''
  const params = { conversationId: room.id }
  const enter = async () => {
    // The room tells what becomes of it, now or when there is a network again.
    if (!joined) void client.joinRoom(room.id)
    await navigate({ to: '/c/$conversationId', params })
  }
  return (
    <div className="flex min-h-(--h-row) items-center gap-3 rounded-lg px-2 py-2 hover:bg-hover">
      <Avatar
        id={room.id}
        name={name}
        kind="room"
        picture={room.picture}
        size="var(--size-avatar)"
      />
      <div className="min-w-0 flex-1">
        <Link
          to="/c/$conversationId"
          params={params}
          preload={false}
          className="block rounded-xs text-row font-semi hover:underline"
        >
          <OneLine>
            <Highlight text={name} query={query} />
          </OneLine>
        </Link>
        <p className="flex gap-1.5 text-snippet text-ink-2">
          <span className="shrink-0 tabular-nums">
            {t('directory.members', {
              count: room.memberCount,
              number: formatNumber(room.memberCount),
            })}
          </span>
          {room.topic && (
            <>
              <span aria-hidden>·</span>
              <OneLine>{room.topic}</OneLine>
            </>
          )}
        </p>
      </div>
      <Button
        size="sm"
        aria-label={
          joined
            ? t('open.named', { title: isolate(name) })
            : t('join.named', { title: isolate(name) })
        }
        onClick={() => void enter()}
      >
        {joined ? t('open.short') : t('join.short')}
      </Button>
    </div>
  )
}
