import { typingUsers } from '@roost/sdk'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { isolate, shortName } from './names.ts'
import { usePresenceLine } from './use-presence-line.ts'

/** Who is typing, in words; null when nobody is. In a direct chat it is clear who. */
export function useTypingLine(conversationId: string): string | null {
  const { t } = useTranslation('chats')
  const names = useStore((state) => {
    const conversation = state.conversations[conversationId]
    const typing = conversation ? typingUsers(conversation, Date.now()) : []
    return typing.map((id) => state.users[id]?.name ?? '')
  })
  const direct = useStore((state) => state.conversations[conversationId]?.kind === 'direct')
  const [first, second] = names.map((name) => isolate(shortName(name)))
  if (first === undefined) return null
  if (direct) return t('typing.direct')
  if (second === undefined) return t('typing.one', { name: first })
  if (names.length === 2) return t('typing.two', { first, second })
  return t('typing.many', { count: names.length })
}

/** What stands below a conversation's name when nobody is typing. */
export function useStatusLine(conversationId: string): string {
  const { t } = useTranslation('chats')
  const { kind, other, memberCount, mine } = useStore((state) => {
    const conversation = state.conversations[conversationId]
    return {
      kind: conversation?.kind,
      other: conversation?.directUserId ?? '',
      memberCount: conversation?.memberCount ?? 0,
      mine: conversation?.directUserId === state.me?.id,
    }
  })
  const presence = usePresenceLine(other)
  if (kind === 'room')
    return t('members', { count: memberCount, number: formatNumber(memberCount) })
  return mine ? t('self.line') : presence
}
