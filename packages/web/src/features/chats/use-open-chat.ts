import { useNavigate } from '@tanstack/react-router'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

import { client } from '../../client/client.ts'
import { showToast } from '../../ui/Toast.tsx'

/** Opens the direct chat with somebody, oneself included; says so when that fails. */
export function useOpenChat(): (userId: string) => Promise<void> {
  const { t } = useTranslation('chats')
  const navigate = useNavigate()
  return useCallback(
    async (userId) => {
      try {
        const conversationId = await client.openDirect(userId)
        await navigate({ to: '/c/$conversationId', params: { conversationId } })
      } catch {
        showToast({ text: t('openFailed') })
      }
    },
    [navigate, t],
  )
}
