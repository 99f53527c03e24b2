import { totalUnread } from '@roost/sdk'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../client/use-store.ts'

/** Keeps the number of unread messages in the title of the window. */
export function useTitle(): void {
  const { t } = useTranslation()
  const unread = useStore(totalUnread)
  useEffect(() => {
    document.title = unread === 0 ? t('app') : t('titleUnread', { count: unread, title: t('app') })
  }, [unread, t])
}
