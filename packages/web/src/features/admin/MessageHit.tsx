import { Trash2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'

import { formatFull, formatListTime } from '../../i18n/format.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { IconButton } from '../../ui/IconButton.tsx'
import { OneLine } from '../conversation/OneLine.tsx'
import { useMinute } from '../conversation/use-minute.ts'
import { usePlainText } from '../messages/use-plain-text.ts'
import { FoundText } from '../search/FoundText.tsx'
import type { ListedMessage, Named } from './MessagesSection.tsx'

/** A message that matches, where it was said and by whom; both narrow the search when chosen. */
export function MessageHit(props: {
  hit: ListedMessage
  query: string
  onRoom: (room: Named) => void
  onSender: (sender: Named) => void
  onRemove: () => void
}) {
  const { message, room, sender } = props.hit
  const { t } = useTranslation('admin')
  const now = useMinute()
  const body = usePlainText(message)
  const name = sender?.name ?? t('messages.someone')
  const narrow = 'min-w-0 rounded-xs hover:underline underline-offset-3'
  return (
    <li className="flex items-start gap-3 border-b border-line py-3">
      <Avatar id={message.senderId} name={name} kind="person" size={32} picture={sender?.picture} />
      <div className="min-w-0 flex-1">
        <p className="flex items-baseline gap-x-2 text-sm text-ink-2">
          <button
            type="button"
            title={t('messages.onlySender')}
            onClick={() => props.onSender({ id: message.senderId, name })}
            className={`max-w-3/5 shrink-0 text-md font-semi text-ink ${narrow}`}
          >
            <OneLine>{name}</OneLine>
          </button>
          <button
            type="button"
            title={t('messages.onlyRoom')}
            onClick={() => props.onRoom(room)}
            className={narrow}
          >
            <OneLine>{room.name}</OneLine>
          </button>
          <time
            dateTime={new Date(message.createdAt).toISOString()}
            title={formatFull(message.createdAt)}
            className="ms-auto shrink-0 text-time"
          >
            {formatListTime(message.createdAt, now)}
          </time>
        </p>
        <p dir="auto" className="mt-0.5 line-clamp-4 text-md wrap-anywhere whitespace-pre-wrap">
          <FoundText body={body} query={props.query} />
        </p>
      </div>
      <IconButton
        label={t('messages.remove.label')}
        icon={Trash2}
        onClick={props.onRemove}
        className="text-danger!"
      />
    </li>
  )
}
