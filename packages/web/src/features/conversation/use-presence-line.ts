import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'
import { formatLastSeen } from '../../i18n/format.ts'
import { isolate } from './names.ts'
import { useMinute } from './use-minute.ts'

/** "online" or "last seen at 08:40"; null where neither is known. */
export function usePresence(userId: string): string | null {
  const { t } = useTranslation()
  const now = useMinute()
  const presence = useStore((state) => state.presence[userId])
  if (presence?.online) return t('online')
  return presence?.lastSeenAt ? formatLastSeen(presence.lastSeenAt, now) : null
}

/** The user name where it is not known when someone was here. */
export function usePresenceLine(userId: string): string {
  const presence = usePresence(userId)
  const username = useStore((state) => state.users[userId]?.username)
  return presence ?? (username ? isolate(`@${username}`) : '')
}
