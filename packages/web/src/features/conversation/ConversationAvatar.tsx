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
  const { online, ...face } = useStore((state) => {
    const conversation = state.conversations[props.conversationId]
    const other = conversation?.directUserId
    const picture = other ? state.users[other]?.picture : conversation?.picture
    if (!other) return { id: props.conversationId, kind: 'room' as const, picture, online: false }
    if (other === state.me?.id)
      return { id: other, kind: 'self' as const, picture: null, online: false }
    const present = state.presence[other]?.online ?? false
    return { id: other, kind: 'person' as const, picture, online: present }
  })
  return <Avatar {...face} name={title} size={props.size} online={props.presence && online} />
}
