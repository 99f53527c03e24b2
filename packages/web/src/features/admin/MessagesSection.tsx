import { adminEndpoints, type Message, type User } from '@roost/protocol'
import i18next from 'i18next'
import { useCallback, useState } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { Banner } from '../../ui/Banner.tsx'
import { Chip } from '../../ui/Chip.tsx'
import { SearchField } from '../../ui/SearchField.tsx'
import { useSettled } from '../chats/use-settled.ts'
import { isolate } from '../conversation/names.ts'
import { ActDialog } from './ActDialog.tsx'
import { AdminPage } from './AdminPage.tsx'
import { MessageHit } from './MessageHit.tsx'
import { PagerFooter } from './PagerFooter.tsx'
import { useAsked } from './use-asked.ts'
import { pageSize, usePager } from './use-pager.ts'

export interface Named {
  readonly id: string
  readonly name: string
}
export interface ListedMessage {
  readonly message: Message
  readonly room: Named
  readonly sender: User | undefined
}

/** Messages of rooms by their words, for taking one out. Direct chats are not in here. */
export function MessagesSection() {
  const { t } = useTranslation('admin')
  const [query, setQuery] = useState('')
  const [room, setRoom] = useState<Named | null>(null)
  const [sender, setSender] = useState<Named | null>(null)
  const [complete, setComplete] = useState(true)
  const settled = useSettled(query)
  const idle = settled === ''
  const pager = usePager<ListedMessage>(
    useCallback(
      async (cursor) => {
        if (idle) return { items: [] }
        const page = await client.call(adminEndpoints.adminMessages, {
          query: {
            query: settled,
            limit: pageSize,
            ...(room ? { roomId: room.id } : {}),
            ...(sender ? { senderId: sender.id } : {}),
            ...(cursor === undefined ? {} : { cursor }),
          },
        })
        setComplete(page.complete)
        const rooms = new Map(page.rooms.map((found) => [found.id, found]))
        const people = new Map(page.users.map((user) => [user.id, user]))
        const items = page.messages.map((message) => ({
          message,
          room: rooms.get(message.conversationId) ?? { id: message.conversationId, name: '' },
          sender: people.get(message.senderId),
        }))
        return { items, nextCursor: page.nextCursor }
      },
      [idle, settled, room, sender],
    ),
  )
  const { asked, ask, close } = useAsked<ListedMessage>()
  return (
    <AdminPage
      title={t('messages.title')}
      text={t('messages.text')}
      tools={
        <SearchField
          className="w-64 max-wide:w-full"
          label={t('messages.search')}
          value={query}
          onValueChange={setQuery}
        />
      }
    >
      {(room ?? sender) && (
        <div className="mt-4 flex flex-wrap gap-2">
          {room && (
            <Chip remove={t('messages.anyRoom')} onRemove={() => setRoom(null)}>
              {t('messages.inRoom', { name: isolate(room.name) })}
            </Chip>
          )}
          {sender && (
            <Chip remove={t('messages.anySender')} onRemove={() => setSender(null)}>
              {t('messages.bySender', { name: isolate(sender.name) })}
            </Chip>
          )}
        </div>
      )}
      {!complete && (
        <div className="mt-4">
          <Banner text={t('messages.incomplete')} />
        </div>
      )}
      {!idle && (
        <ul
          aria-label={t('messages.title')}
          aria-busy={pager.loading}
          className="mt-4 border-t border-line"
        >
          {pager.items.map((hit) => (
            <MessageHit
              key={hit.message.id}
              hit={hit}
              query={settled}
              onRoom={setRoom}
              onSender={setSender}
              onRemove={() => ask(hit)}
            />
          ))}
        </ul>
      )}
      <PagerFooter pager={pager} nothing={t(idle ? 'messages.idle' : 'messages.nothing')} />
      {asked && (
        <ActDialog
          key={asked.turn}
          open={asked.open}
          onClose={close}
          title={t('messages.remove.title')}
          description={t('messages.remove.text', { room: isolate(asked.what.room.name) })}
          action={t('messages.remove.action')}
          danger
          done={() => i18next.t('admin:messages.remove.done')}
          onAct={async () => {
            const { id } = asked.what.message
            await client.call(adminEndpoints.adminDeleteMessage, { params: { id } })
            pager.change((items) => items.filter(({ message }) => message.id !== id))
          }}
        />
      )}
    </AdminPage>
  )
}
