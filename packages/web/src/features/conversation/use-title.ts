import { conversationTitle, type ConversationState, type State } from '@roost/sdk'
import { useTranslation } from 'react-i18next'

import { useStore } from '../../client/use-store.ts'

export function isNotesToSelf(state: State, { directUserId }: ConversationState): boolean {
  return directUserId !== null && directUserId === state.me?.id
}

/** What a conversation is called on screen. */
export function useConversationTitle(conversationId: string): string {
  const { t } = useTranslation('chats')
  const { title, toSelf } = useStore((state) => {
    const conversation = state.conversations[conversationId]
    if (!conversation) return { title: '', toSelf: false }
    return {
      title: conversationTitle(state, conversation),
      toSelf: isNotesToSelf(state, conversation),
    }
  })
  if (toSelf) return t('self.title')
  return title === '' ? t('unnamed') : title
}
