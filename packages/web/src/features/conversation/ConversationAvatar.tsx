import { useStore } from '../../client/use-store.ts'
import { Avatar } from '../../ui/Avatar.tsx'
import { useConversationTitle } from './use-title.ts'

/** The face of a conversation: the other person's, the room's, or the notebook of notes to self. */
export function ConversationAvatar(props: {
  conversationId: string
  size: number | string
  /** Shows the dot of who is online. */
  presence?: boolean
}) {
  const title = useConversationTitle(props.conversationId)
  const { id, kind, online } = useStore((state) => {
    const conversation = state.conversations[props.conversationId]
    const other = conversation?.directUserId
    if (!other) return { id: props.conversationId, kind: 'room' as const, online: false }
    if (other === state.me?.id) return { id: other, kind: 'self' as const, online: false }
    return { id: other, kind: 'person' as const, online: state.presence[other]?.online ?? false }
  })
  return (
    <Avatar id={id} name={title} kind={kind} size={props.size} online={props.presence && online} />
  )
}
