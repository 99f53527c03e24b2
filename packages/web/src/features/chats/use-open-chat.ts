import { useNavigate } from '@tanstack/react-router'
import i18next from 'i18next'
import { useCallback } from 'react'

import { client } from '../../client/client.ts'
import { showToast } from '../../ui/Toast.tsx'

/** Opens the direct chat with somebody, oneself included; says so when that fails. */
export function useOpenChat(): (userId: string) => Promise<void> {
  const navigate = useNavigate()
  return useCallback(
    async (userId) => {
      try {
        const conversationId = await client.openDirect(userId)
        await navigate({ to: '/c/$conversationId', params: { conversationId } })
      } catch {
        showToast({ text: () => i18next.t('chats:openFailed') })
      }
    },
    [navigate],
  )
}
