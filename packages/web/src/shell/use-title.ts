import { totalUnread } from '@roost/sdk'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../client/use-store.ts'
import { useMinute } from '../features/conversation/use-minute.ts'

/**
 * Keeps the name of the community and the number of unread messages in the title of the window, and a
 * dot on its icon while there are any.
 */
export function useTitle(): void {
  const { t } = useTranslation()
  const now = useMinute()
  const unread = useStore((state) => totalUnread(state, now))
  const server = useStore((state) => state.server?.name)
  useEffect(() => {
    const title = server ?? t('app')
    document.title = unread === 0 ? title : t('titleUnread', { count: unread, title })
  }, [unread, server, t])
  const some = unread > 0
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    if (icon) icon.href = some ? '/icon-unread.svg' : '/app-icon.svg'
  }, [some])
}
