import { totalUnread } from '@roost/sdk'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

import { useStore } from '../client/use-store.ts'
import { useMinute } from '../features/conversation/use-minute.ts'

/** A message that is read as it arrives does not show: a browser takes long over either. */
const calm = 200

/**
 * Keeps the name of the community and the number of unread messages in the title of the window, and a
 * dot on its icon while there are any.
 */
export function useTitle(): void {
  const { t } = useTranslation()
  const now = useMinute()
  const unread = useStore((state) => totalUnread(state, now))
  const server = useStore((state) => state.server?.name)
  const name = server ?? t('app')
  const title = unread === 0 ? name : t('titleUnread', { count: unread, title: name })
  const wanted = useRef({ title, some: false })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    wanted.current = { title, some: unread > 0 }
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      show(wanted.current)
    }, calm)
  }, [title, unread])
}

function show({ title, some }: { title: string; some: boolean }): void {
  if (document.title !== title) document.title = title
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]')
  const href = some ? '/icon-unread.svg' : '/app-icon.svg'
  if (icon && icon.getAttribute('href') !== href) icon.href = href
}
