import { typingUsers } from '@roost/sdk'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatNumber } from '../../i18n/format.ts'
import { isolate, shortName } from './names.ts'
import { usePresenceLine } from './use-presence-line.ts'
import { useWatchPeople } from './watch-people.ts'

/** Who is typing, in words; null when nobody is. In a direct chat it is clear who. */
export function useTypingLine(conversationId: string): string | null {
  const { t } = useTranslation('chats')
  const names = useStore((state) => {
    const conversation = state.conversations[conversationId]
    const typing = conversation ? typingUsers(conversation, Date.now()) : []
    return typing.map((id) => state.users[id]?.name ?? null)
  })
  const direct = useStore((state) => state.conversations[conversationId]?.kind === 'direct')
  if (names.length === 0) return null
  const [first, second] = names.flatMap((name) => (name ? isolate(shortName(name)) : []))
  // Nobody is named before it is known who they are.
  if (direct || first === undefined) return t('typing.direct')
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
  const online = useOnlineCount(conversationId)
  if (kind === 'room') {
    const members = t('members', { count: memberCount, number: formatNumber(memberCount) })
    return online === null ? members : t('membersOnline', { members, number: formatNumber(online) })
  }
  return mine ? t('self.line') : presence
}

/**
 * How many of a small room's members are here, oneself among them. Null where that is not known of
 * everyone, and where one is alone.
 */
function useOnlineCount(conversationId: string): number | null {
  const others = useStore(({ conversations }) => {
    const room = conversations[conversationId]
    return room?.kind === 'room' && room.membership ? Object.keys(room.receipts) : []
  })
  useWatchPeople('members', others)
  return useStore(({ conversations, presence }) => {
    const room = conversations[conversationId]
    const known = others.every((id) => presence[id] !== undefined)
    if (!known || others.length + 1 !== room?.memberCount) return null
    const online = others.filter((id) => presence[id]?.online).length
    return online === 0 ? null : online + 1
  })
}
