import { useStore } from '../../client/use-store.ts'
import { MemberList } from './MemberList.tsx'
import { RoomActions } from './RoomActions.tsx'
import { RoomHead } from './RoomHead.tsx'

export function RoomDetails(props: { conversationId: string; onLeave: () => void }) {
  const room = useStore((state) => state.conversations[props.conversationId])
  if (!room) return null
  // Who has just left may still be looking.
  const mayRead = Boolean(room.membership) || room.history === 'all'
  return (
    <>
      <RoomHead room={room} />
      <RoomActions room={room} onLeave={props.onLeave} />
      {mayRead && <MemberList room={room} />}
    </>
  )
}
