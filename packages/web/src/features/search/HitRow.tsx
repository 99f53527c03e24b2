import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatFull, formatListTime } from '../../i18n/format.ts'
import { cn } from '../../ui/cn.ts'
import { NamedLine } from '../../ui/NamedLine.tsx'
import { ConversationAvatar } from '../conversation/ConversationAvatar.tsx'
import { isolate, shortName } from '../conversation/names.ts'
import { OneLine } from '../conversation/OneLine.tsx'
import { useMinute } from '../conversation/use-minute.ts'
import { useConversationTitle } from '../conversation/use-title.ts'
import { usePlainText } from '../messages/use-plain-text.ts'
import { FoundText } from './FoundText.tsx'
import type { Hit } from './use-hits.ts'

/** A message that was found: its chat, when and by whom, and the words around the match. */
export const HitRow = memo(function HitRow(props: {
  hit: Hit
  query: string
  /** One line of the message, for the narrow list. */
  narrow?: boolean
}) {
  const { hit, query, narrow = false } = props
  const { message } = hit
  const now = useMinute()
  const title = useConversationTitle(message.conversationId)
  const body = usePlainText(message)
  const sender = useSenderLabel(hit)
  return (
    <Link
      to="/c/$conversationId"
      params={{ conversationId: message.conversationId }}
      search={{ m: message.seq }}
      state={narrow ? {} : { fromSearch: true }}
      preload={false}
      data-row
      className={cn(
        'flex min-h-(--h-row) w-full items-center gap-3 rounded-lg px-2 py-2 text-start no-underline focus-inside transition-colors select-none',
        'hover:bg-hover active:bg-selected',
      )}
    >
      <ConversationAvatar conversationId={message.conversationId} size="var(--size-avatar)" />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <OneLine className="text-row font-semi text-ink">{title}</OneLine>
          <time
            dateTime={new Date(message.createdAt).toISOString()}
            title={formatFull(message.createdAt)}
            className="ms-auto shrink-0 text-time text-ink-2"
          >
            {formatListTime(message.createdAt, now)}
          </time>
        </span>
        {narrow ? (
          <span className="flex gap-1 text-snippet text-ink-2">
            {sender !== null && (
              <span className="max-w-1/2 shrink-0">
                <NamedLine text={sender} />
              </span>
            )}
            <OneLine className="text-ink">
              <FoundText body={body} query={query} length={44} />
            </OneLine>
          </span>
        ) : (
          <span className="line-clamp-2 text-snippet wrap-anywhere text-ink-2">
            {sender !== null && (
              <span className="me-1 inline-block max-w-1/2 align-bottom">
                <NamedLine text={sender} />
              </span>
            )}
            <bdi className="text-ink">
              <FoundText body={body} query={query} length={220} />
            </bdi>
          </span>
        )}
      </span>
    </Link>
  )
})

/** "Nora:", or nothing where the chat says it already. */
function useSenderLabel({ message, sender }: Hit): string | null {
  const { t } = useTranslation('search')
  const { mine, alone } = useStore((state) => ({
    mine: state.me?.id === message.senderId,
    alone: state.conversations[message.conversationId]?.directUserId === message.senderId,
  }))
  if (alone) return null
  if (mine) return t('you')
  return sender ? t('sender', { name: isolate(shortName(sender.name)) }) : null
}
