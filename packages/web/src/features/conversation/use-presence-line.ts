import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatLastSeen } from '../../i18n/format.ts'
import { useMinute } from './use-minute.ts'

/** "online", "last seen at 08:40", or the user name where neither is known. */
export function usePresenceLine(userId: string): string {
  const { t } = useTranslation()
  const now = useMinute()
  const presence = useStore((state) => state.presence[userId])
  const username = useStore((state) => state.users[userId]?.username)
  if (presence?.online) return t('online')
  if (presence?.lastSeenAt) return formatLastSeen(presence.lastSeenAt, now)
  return username ? `@${username}` : ''
}
