import { useParams } from '@tanstack/react-router'

import { ConversationPane } from '../features/conversation/ConversationPane.tsx'

export function ConversationRoute() {
  const { conversationId } = useParams({ from: '/signed-in/shell/c/$conversationId' })
  return <ConversationPane conversationId={conversationId} />
}
